/* SPDX-License-Identifier: GPL-2.0-or-later */
struct q { long long a; };
 struct s { char c;int x __attribute__((aligned(__alignof__(struct q))));int y __attribute__((aligned(sizeof(long) * 2)));
	int z __attribute__((aligned(__alignof__(long long))));int w __attribute__((aligned(_Alignof(long long))));
};
struct t { char c; int x __attribute__((aligned(_Alignof(long)))); };
