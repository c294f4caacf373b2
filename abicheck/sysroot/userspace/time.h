/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* The kernel's own old timespec and timeval: 32-bit programs with 32-bit time. */
#include <linux/time.h>
#include <sys/types.h>
