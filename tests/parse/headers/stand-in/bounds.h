/* SPDX-License-Identifier: GPL-2.0-or-later */
enum { N = 3, M = sizeof(int) + N };
struct q { char c; int x; };
typedef struct q q_t;
struct s { char a[N], b[M], c[sizeof(struct q)], d[sizeof(int)]; };
