/* SPDX-License-Identifier: GPL-2.0-or-later */
struct q { char c; long long x; };
typedef struct q q_t;
struct s { char a[sizeof(q_t)]; };
struct t { char a[sizeof(q_t[2])]; };
