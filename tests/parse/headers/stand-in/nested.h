/* SPDX-License-Identifier: GPL-2.0-or-later */
struct q { char c; long long x; };
typedef struct q q_t;
struct s { struct { char a[sizeof(struct q)]; } b; union { char c[sizeof(q_t)]; }; };
struct t { struct s s; char a[sizeof(struct s)]; };
struct u { struct s s; };
