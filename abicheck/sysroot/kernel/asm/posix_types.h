/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
/* What each architecture's asm/posix_types.h of Linux 4.19 to 7.2 has of its own. */

#if defined(__x86_64__) && defined(__ILP32__)
typedef long long __kernel_long_t;
typedef unsigned long long __kernel_ulong_t;
#define __kernel_long_t __kernel_long_t
#endif

#if defined(__i386__) || defined(__arm__) || defined(__m68k__) || defined(__sh__) ||       \
	(defined(__sparc__) && !defined(__arch64__)) ||                                   \
	(defined(__s390__) && !defined(__s390x__))
typedef unsigned short __kernel_mode_t;
#define __kernel_mode_t __kernel_mode_t
typedef unsigned short __kernel_ipc_pid_t;
#define __kernel_ipc_pid_t __kernel_ipc_pid_t
typedef unsigned short __kernel_uid_t;
typedef unsigned short __kernel_gid_t;
#define __kernel_uid_t __kernel_uid_t
typedef unsigned short __kernel_old_dev_t;
#define __kernel_old_dev_t __kernel_old_dev_t
#elif defined(__microblaze__) || (defined(__hppa__) && !defined(__LP64__))
typedef unsigned short __kernel_mode_t;
#define __kernel_mode_t __kernel_mode_t
#endif

#if defined(__x86_64__) || defined(__aarch64__) || defined(__xtensa__) || \
	(defined(__sparc__) && defined(__arch64__))
typedef unsigned short __kernel_old_uid_t;
typedef unsigned short __kernel_old_gid_t;
#define __kernel_old_uid_t __kernel_old_uid_t
#endif

#if defined(__x86_64__) || defined(__powerpc64__)
typedef unsigned long __kernel_old_dev_t;
#define __kernel_old_dev_t __kernel_old_dev_t
#elif defined(__xtensa__) || defined(__s390x__)
typedef unsigned short __kernel_old_dev_t;
#define __kernel_old_dev_t __kernel_old_dev_t
#endif

#if defined(__hppa__) || defined(__xtensa__)
typedef unsigned short __kernel_ipc_pid_t;
#define __kernel_ipc_pid_t __kernel_ipc_pid_t
#elif defined(__powerpc__) && !defined(__powerpc64__)
typedef short __kernel_ipc_pid_t;
#define __kernel_ipc_pid_t __kernel_ipc_pid_t
#endif

#if defined(__alpha__) || defined(__s390x__)
typedef unsigned int __kernel_ino_t;
#define __kernel_ino_t __kernel_ino_t
typedef unsigned long __kernel_sigset_t;
#endif

#if defined(__mips__) || (defined(__sparc__) && !defined(__arch64__))
typedef long __kernel_daddr_t;
#define __kernel_daddr_t __kernel_daddr_t
#endif

#if defined(__sparc__) && defined(__arch64__)
typedef int __kernel_suseconds_t;
#define __kernel_suseconds_t __kernel_suseconds_t
typedef long __kernel_long_t;
typedef unsigned long __kernel_ulong_t;
#define __kernel_long_t __kernel_long_t
struct __kernel_old_timeval {
	__kernel_long_t tv_sec;
	__kernel_suseconds_t tv_usec;
};
#define __kernel_old_timeval __kernel_old_timeval
#elif defined(__sparc__)
typedef unsigned int __kernel_size_t;
typedef int __kernel_ssize_t;
typedef long __kernel_ptrdiff_t;
#define __kernel_size_t __kernel_size_t
#elif defined(__xtensa__)
typedef unsigned int __kernel_size_t;
typedef int __kernel_ssize_t;
typedef long __kernel_ptrdiff_t;
#define __kernel_size_t __kernel_size_t
#elif defined(__s390__)
typedef unsigned long __kernel_size_t;
typedef long __kernel_ssize_t;
#ifdef __s390x__
typedef long __kernel_ptrdiff_t;
#else
typedef int __kernel_ptrdiff_t;
#endif
#define __kernel_size_t __kernel_size_t
#elif defined(__hppa__)
typedef long long __kernel_off64_t;
typedef unsigned long long __kernel_ino64_t;
#endif

#include <asm-generic/posix_types.h>
