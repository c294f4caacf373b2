/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
#include <stddef.h>

typedef struct __file FILE;
int printf(const char *format, ...);
