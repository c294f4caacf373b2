/* SPDX-License-Identifier: GPL-2.0-or-later WITH Linux-syscall-note */
#include <linux/types.h>

struct mainline_518rc2 {
  __u8 head[32];
  union {
    struct {
      __u32 type;
      __u64 flags;
    } system_event;
    __u8 padding[256];
  };
};
struct kvm_next {
  __u8 head[32];
  union {
    struct {
      __u32 type;
      __u32 ndata;
      __u64 data[16];
    } system_event;
    __u8 padding[256];
  };
};
struct linux_next_fixup {
  __u8 head[32];
  union {
    struct {
      __u32 type;
      __u32 ndata;
      __u64 flags;
      __u64 data[16];
    } system_event;
    __u8 padding[256];
  };
};
