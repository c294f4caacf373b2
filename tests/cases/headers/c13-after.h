/* SPDX-License-Identifier: GPL-2.0-or-later WITH Linux-syscall-note */
#include <linux/types.h>

struct gzvm_vcpu_hwstate {
  __le32 nr_lrs;
  __le32 __pad;
  __le64 lr[16];
};
