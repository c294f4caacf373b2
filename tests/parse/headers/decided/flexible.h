/* SPDX-License-Identifier: GPL-2.0-or-later */
struct s { int n; char c; struct { struct { } e; long long x[]; }; };
struct t { int n; struct { struct { } e; char x[]; } f; };
