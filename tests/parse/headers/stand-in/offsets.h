/* SPDX-License-Identifier: GPL-2.0-or-later */
struct q { char c; long long x; };
typedef struct q q_t;
struct s { char a[__builtin_offsetof(struct q, x)]; };
struct t { char a[sizeof(((struct q *)0)->x) + 1]; };
