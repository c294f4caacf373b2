/* SPDX-License-Identifier: GPL-2.0-or-later WITH Linux-syscall-note */
#include <linux/types.h>

struct run {
  __u8 head[32];
  union {
    struct {
      __u32 type;
      __u64 flags;
    } system_event;
    __u8 padding[256];
  };
};
