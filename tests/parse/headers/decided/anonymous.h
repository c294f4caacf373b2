/* SPDX-License-Identifier: GPL-2.0-or-later */
struct s { char c; union { int a; struct { char b; long long d; }; }; char e; };
union u { char c; struct { short s; long l; }; };
