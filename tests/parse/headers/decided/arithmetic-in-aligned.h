/* SPDX-License-Identifier: GPL-2.0-or-later */
#define N (1 << 3)
struct s { char c; int x __attribute__((aligned(N)));int y __attribute__((aligned(-1UL > 0xffffffffUL ? 16 : 8)));
int z __attribute__((aligned(2 * (N / 2) + (4 & 0)))); };
struct t { char c; } __attribute__((aligned));
