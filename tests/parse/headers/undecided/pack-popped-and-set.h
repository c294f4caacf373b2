/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma pack(push, 1)
#pragma pack(pop, 2)
struct s { char c; int x; };
