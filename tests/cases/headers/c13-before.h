/* SPDX-License-Identifier: GPL-2.0-or-later WITH Linux-syscall-note */
#include <linux/types.h>

struct gzvm_vcpu_hwstate {
  __u32 nr_lrs;
  __u64 lr[16];
};
