/* SPDX-License-Identifier: GPL-2.0-or-later */
struct [[gnu::packed]] s { char c; int x; };
struct t { char c; [[gnu::aligned(16)]] int y; };
struct u { char c; int y [[gnu::packed]]; };
