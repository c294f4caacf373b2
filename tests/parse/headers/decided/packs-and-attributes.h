/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma pack(2)
struct a { char c; int x __attribute__((aligned(8))); };
struct b { char c; int x; } __attribute__((aligned(8)));
struct c { char c; struct { char d; int e; } x; };
struct d { char c; int x; } __attribute__((packed));
