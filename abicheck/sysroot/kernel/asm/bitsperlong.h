/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
#define __BITS_PER_LONG (__SIZEOF_LONG__ * 8)

#include <asm-generic/bitsperlong.h>
