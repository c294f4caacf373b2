/* SPDX-License-Identifier: GPL-2.0-or-later */
typedef struct { char c; int x; } __attribute__((packed)) t;
struct s { char c; t x; };
typedef struct { char c; long long l; } u, *v, w[2];
struct q { u a; v b; w c; };
typedef union { char c; long long l; } x;
