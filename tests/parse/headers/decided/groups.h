/* SPDX-License-Identifier: GPL-2.0-or-later */
#define GROUP(NAME, MEMBERS...) union { struct { MEMBERS }; struct { MEMBERS } NAME; }
struct s { char c; GROUP(hdr, int x; char y;); char z; };
