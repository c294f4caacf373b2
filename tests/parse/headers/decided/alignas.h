/* SPDX-License-Identifier: GPL-2.0-or-later */
struct s { char c; _Alignas(16) int x; };
struct t { char c; _Alignas(long) char x; };
