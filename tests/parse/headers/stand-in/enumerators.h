/* SPDX-License-Identifier: GPL-2.0-or-later */
struct q { char c; long long x; };
typedef struct q q_t;
enum { A, M = sizeof(struct q), N };
struct s { char a[N]; };
struct t { char a[M + 1]; };
struct u { char a[A + 1]; };
