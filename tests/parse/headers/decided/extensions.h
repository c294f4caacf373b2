/* SPDX-License-Identifier: GPL-2.0-or-later */
struct s { __extension__ long long a; __signed__ char b; __const int c;unsigned char d __attribute__((deprecated));
__extension__ struct { int e; }; };
