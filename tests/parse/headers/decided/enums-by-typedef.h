/* SPDX-License-Identifier: GPL-2.0-or-later */
typedef enum { A = 1, B } t;
typedef enum { C = 1 } __attribute__((packed)) u;
struct s { char c; t x; char d; u y; };
