/* SPDX-License-Identifier: GPL-2.0-or-later */
_Pragma("pack(1)")
struct s { char c; int x; };
