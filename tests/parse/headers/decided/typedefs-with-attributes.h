/* SPDX-License-Identifier: GPL-2.0-or-later */
typedef int a16 __attribute__((aligned(16)));
typedef a16 b16;
struct s { char c; b16 x; };
typedef struct s s64 __attribute__((aligned(64)));
struct t { char c; s64 x; };
typedef int a2 __attribute__((aligned(2)));
struct u { char c; a2 x; };
