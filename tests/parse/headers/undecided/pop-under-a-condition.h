/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma pack(1)
#if 0
#pragma pack(push, 2)
#endif
#pragma pack()
#pragma pack(pop)
struct s { char c; int x; };
