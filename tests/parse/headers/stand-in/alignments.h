/* SPDX-License-Identifier: GPL-2.0-or-later */
struct q { char c; long long x; };
typedef struct q q_t;
struct s { char a[__alignof__(long long)]; };
struct t { char a[__alignof__(q_t)]; };
struct u { char a[_Alignof(struct q)]; };
