/* SPDX-License-Identifier: GPL-2.0-or-later */
#define P _Pragma("pack(push, 1)")
P struct s { char c; int x; };
