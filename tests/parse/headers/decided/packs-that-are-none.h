/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
#pragma pack(1)
*/
struct a { char c; int x; };
// \
#pragma pack(1)
struct b { char c; int x; };
static const char *s = "\
#pragma pack(1)\
";
struct c { char c; int x; };
