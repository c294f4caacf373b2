/* SPDX-License-Identifier: GPL-2.0-or-later */
enum a { A = -1UL };
enum b { B = 1ULL << 40 };
enum c { C = -1 };
enum d { D = 255 } __attribute__((packed));
enum e { E = 0x80000000 };
enum f { F = -1, G = 0x80000000 };
enum { H = 300 };
enum __attribute__((packed)) i { I = -129 };
struct s { char c; enum a a; char d; enum b b; char e; enum c f; char g; enum d h;
char i;enum e j; char k; enum f l; char m; enum i n; };
struct t { char c; enum { J = -1UL } x; enum { K = A } y; enum { L = H } z; };
