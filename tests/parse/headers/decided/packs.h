/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma pack(push, 1)
struct a { char c; int x; };
#pragma pack(pop)
struct b { char c; int x; };
#pragma pack(2)
struct c { char c; int x; };
#pragma pack()
struct d { char c; int x; };
# pragma pack ( push , 4 )
struct e { char c; long long x; };
#pragma pack(push)
#pragma pack(1)
struct f { char c; int x; };
#pragma pack(pop)
struct g { char c; long long x; };
#pragma pack(pop)
struct h { char c; long long x; };
