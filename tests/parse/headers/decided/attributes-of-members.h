/* SPDX-License-Identifier: GPL-2.0-or-later */
struct s { char c; int x __attribute__((packed)); };
struct t { char c; __attribute__((packed)) int x; };
struct u { char c; int __attribute__((aligned(16))) x, y; };
struct v { char c; int x, y __attribute__((aligned(16))); };
struct w { char c; int x[3] __attribute__((aligned(8))), *p __attribute__((aligned(16)));
};
