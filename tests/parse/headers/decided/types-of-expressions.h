/* SPDX-License-Identifier: GPL-2.0-or-later */
extern long long l;
 struct s { char c; __typeof__(l) x; char d;__typeof__(int *) p; typeof(sizeof(int)) z;
};
