/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
#include <sys/types.h>

ssize_t read(int file, void *to, size_t size);
ssize_t write(int file, const void *from, size_t size);
int close(int file);
int getpagesize(void);
long syscall(long number, ...);
