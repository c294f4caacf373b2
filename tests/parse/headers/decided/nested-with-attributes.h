/* SPDX-License-Identifier: GPL-2.0-or-later */
struct s { char c; struct { int a; } __attribute__((packed));struct { char q; int b; } __attribute__((packed)) m;
	union { char k; int l; } __attribute__((aligned(16)));struct __attribute__((packed)) n { char c;
long l; } o; };
