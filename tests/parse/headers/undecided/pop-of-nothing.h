/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma pack(1)
#pragma pack(pop)
struct s { char c; int x; };
