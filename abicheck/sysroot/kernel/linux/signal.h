/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* No asm/signal.h of any architecture is here: only the set's size, in which all but MIPS agree. */
typedef struct {
	unsigned long __bits[8 / sizeof(unsigned long)];
} sigset_t;
