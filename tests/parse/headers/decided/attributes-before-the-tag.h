/* SPDX-License-Identifier: GPL-2.0-or-later */
struct __attribute__((packed)) s { char c; int x; };
struct __attribute__((aligned(32))) t { char c; };
