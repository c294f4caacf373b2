/* SPDX-License-Identifier: GPL-2.0-or-later */
#define FIELDS int a; char b;
#define DEFINE(n) struct n##_x { FIELDS } 
DEFINE(one);
DEFINE(two) __attribute__((packed));
#define struct_end }
struct s { FIELDS struct_end;
