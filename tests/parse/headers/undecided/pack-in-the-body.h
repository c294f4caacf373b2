/* SPDX-License-Identifier: GPL-2.0-or-later */
struct s { char c;
#pragma pack(1)
int x;
 };
