/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
#ifndef __BITS_PER_LONG
#define __BITS_PER_LONG 32
#endif
#ifndef __BITS_PER_LONG_LONG
#define __BITS_PER_LONG_LONG 64
#endif
