/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* Three 64-bit architectures have long where all others have long long. */
#if defined(__alpha__) || defined(__powerpc64__) || (defined(__mips__) && __SIZEOF_LONG__ == 8)
#ifdef __SANE_USERSPACE_TYPES__
#include <asm-generic/int-ll64.h>
#else
#include <asm-generic/int-l64.h>
#endif
#else
#include <asm-generic/int-ll64.h>
#endif
