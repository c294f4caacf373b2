/* SPDX-License-Identifier: GPL-2.0-or-later */
struct q { char c; short s; };
struct s { char c; struct q a[2][3]; int b[0]; int d[]; };
struct t { char c; struct { char x; int y; } a[3], b, *p; };
