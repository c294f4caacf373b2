/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
#include <asm/swab.h>
#include <linux/types.h>

#define __swab16(value) ((__u16)__builtin_bswap16((__u16)(value)))
#define __swab32(value) ((__u32)__builtin_bswap32((__u32)(value)))
#define __swab64(value) ((__u64)__builtin_bswap64((__u64)(value)))
