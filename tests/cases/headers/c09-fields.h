/* SPDX-License-Identifier: GPL-2.0-or-later WITH Linux-syscall-note */
#include <linux/types.h>

struct kvm_xen_exit {
  __u32 type;
  union {
    struct {
      __u32 longmode;
      __u32 cpl;
      __u64 input;
      __u64 result;
      __u64 params[6];
    } hcall;
  } u;
};
