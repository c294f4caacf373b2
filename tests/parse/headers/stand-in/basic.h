/* SPDX-License-Identifier: GPL-2.0-or-later */
struct s { char a[16 - sizeof(int)], b[64 / (8 * sizeof(long))], c[sizeof(void *)]; };
struct t { unsigned a : sizeof(long), b : 3; };
