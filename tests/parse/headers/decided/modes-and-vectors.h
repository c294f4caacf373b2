/* SPDX-License-Identifier: GPL-2.0-or-later */
typedef int word __attribute__((mode(word)));
typedef unsigned di __attribute__((mode(DI)));
typedef int v4 __attribute__((vector_size(16)));
struct s { char c; word w; char d; di x; int y __attribute__((mode(HI)));unsigned p __attribute__((mode(pointer)));
};
