/* SPDX-License-Identifier: GPL-2.0-or-later */
struct s { char c; int x; } __attribute__((packed));
struct t { char c; } __attribute__((aligned(32), packed));
struct u { char c; long long x; } __attribute__((__packed__, __aligned__(4)));
