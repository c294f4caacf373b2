/* SPDX-License-Identifier: GPL-2.0-or-later */
struct q { char c; long long x; };
typedef struct q q_t;
struct s { unsigned a : sizeof(struct q); unsigned b : 7; };
enum { W = sizeof(q_t) };
struct t { unsigned a : W, b : 13; };
