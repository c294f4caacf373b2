/* SPDX-License-Identifier: GPL-2.0-or-later */
#define N 1
#pragma pack(N)
struct s { char c; int x; };
