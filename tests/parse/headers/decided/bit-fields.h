/* SPDX-License-Identifier: GPL-2.0-or-later */
struct s { int a : 3; int : 0; int b : 5; unsigned long long c : 40; int : 3;char d : 7;
_Bool e : 1; };
struct t { char c; int a : 9; short b : 9; };
struct u { int a : 3; long long : 0; char c; };
struct v { char c; int : 5; };
struct w { unsigned a : sizeof(int) * 8 - 1, b : 2; } __attribute__((packed));
