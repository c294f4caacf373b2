/* SPDX-License-Identifier: GPL-2.0-or-later WITH Linux-syscall-note */
#include <linux/types.h>

struct kvm_sev_cmd {
  __u32 id;
  __u64 data;
  __u32 error;
  __u32 sev_fd;
};
