/* SPDX-License-Identifier: GPL-2.0-or-later */
struct s { struct in { char c; long long x; } *p; struct in a; enum k { K } e; };
struct t { struct in b; enum k f; union deep { struct deeper { long long x; } y; } d;
};
