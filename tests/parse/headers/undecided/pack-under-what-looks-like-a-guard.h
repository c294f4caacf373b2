/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef X
#pragma pack(1)
#endif
struct s { char c; int x; };
