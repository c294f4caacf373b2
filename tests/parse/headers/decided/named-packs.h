/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma pack(push, one, 1)
#pragma pack(push, two, 2)
#pragma pack(push, 4)
struct a { char c; long long x; };
#pragma pack(pop, two)
struct b { char c; int x; };
#pragma pack(pop)
struct c { char c; int x; };
