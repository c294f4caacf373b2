/* SPDX-License-Identifier: GPL-2.0-or-later */
struct s { int a, b[2], *c, d : 3; struct { char x; } e, f[2]; } g, *h;
static struct t { char c; int x; } i[2] = { { 1, 2 } };
