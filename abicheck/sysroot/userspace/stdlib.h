/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
#include <stddef.h>

void *malloc(size_t size);
void *calloc(size_t count, size_t size);
void *realloc(void *old, size_t size);
void free(void *memory);
void abort(void);
