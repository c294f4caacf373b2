/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma pack(3)
struct s { char c; int x; };
