/* SPDX-License-Identifier: GPL-2.0-or-later */
struct s { char c; int (*f)(int); char d; int (*g[3])(void); void (**h)(struct s *);
char (*p)[4]; struct nowhere *q; };
