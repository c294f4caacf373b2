/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
#if defined(__alpha__) || defined(__mips__) || defined(__powerpc__) || defined(__sparc__)
#define _IOC_SIZEBITS 13
#define _IOC_DIRBITS 3
#define _IOC_NONE 1U
#define _IOC_READ 2U
#define _IOC_WRITE 4U
#elif defined(__hppa__)
#define _IOC_NONE 0U
#define _IOC_READ 1U
#define _IOC_WRITE 2U
#endif

#include <asm-generic/ioctl.h>
