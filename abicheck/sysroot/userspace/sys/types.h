/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* Sizes are those of glibc without large files and of the kernel's own types. */
#include <endian.h>
#include <linux/types.h>
#include <stddef.h>
#include <stdint.h>

typedef unsigned char u_char;
typedef unsigned short u_short;
typedef unsigned int u_int;
typedef unsigned long u_long;
typedef unsigned short ushort;
typedef unsigned int uint;
typedef unsigned long ulong;
typedef uint8_t u_int8_t;
typedef uint16_t u_int16_t;
typedef uint32_t u_int32_t;
typedef uint64_t u_int64_t;
typedef long long quad_t;
typedef unsigned long long u_quad_t;

typedef __PTRDIFF_TYPE__ ssize_t;
typedef __kernel_long_t time_t;
typedef __kernel_long_t clock_t;
typedef __kernel_suseconds_t suseconds_t;
typedef unsigned int useconds_t;
typedef __kernel_long_t off_t;
typedef long long loff_t;
typedef long long off64_t;
typedef __kernel_ulong_t ino_t;
typedef unsigned long long ino64_t;
typedef unsigned long long dev_t;
typedef unsigned int mode_t;
#ifdef __x86_64__
typedef __kernel_ulong_t nlink_t;
#else
typedef unsigned int nlink_t;
#endif
typedef int pid_t;
typedef unsigned int uid_t;
typedef unsigned int gid_t;
typedef unsigned int id_t;
typedef int key_t;
typedef int clockid_t;
typedef void *timer_t;
typedef int daddr_t;
typedef char *caddr_t;
typedef __kernel_long_t blksize_t;
typedef __kernel_long_t blkcnt_t;
typedef __kernel_fsid_t fsid_t;
