/* SPDX-License-Identifier: GPL-2.0-or-later WITH Linux-syscall-note */
#include <linux/types.h>

#ifdef __x86_64__
#define EPK __attribute__((packed))
#else
#define EPK;
#endif
struct epoll_event { __u32 events; __u64 data; } EPK;
