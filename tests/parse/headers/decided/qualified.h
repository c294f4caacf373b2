/* SPDX-License-Identifier: GPL-2.0-or-later */
struct s { const char c; volatile long long x; const volatile int *const p; };
