/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef G
#define G
#pragma pack(1)
struct a { char c; int x; };
#endif
