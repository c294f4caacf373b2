/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
#include <asm/bitsperlong.h>

#if __BITS_PER_LONG == 32
#define __SWAB_64_THRU_32__
#endif
