/* SPDX-License-Identifier: GPL-2.0-or-later */
%:pragma pack(push, 1)
struct a { char c; int x; };
#pragma pack(pop)
#pragma \
 pack(2)
struct b { char c; int x; };
/* a */ # /* b */ pragma /* c */ pack(1)
struct c { char c; int x; };
