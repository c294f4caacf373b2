/* SPDX-License-Identifier: GPL-2.0-or-later WITH Linux-syscall-note */
#include <linux/types.h>

struct kvm_clear_dirty_log {
  __u32 slot;
  __u32 num_pages;
  __u64 first_page;
  union {
    void *dirty_bitmap;
    __u64 padding2;
  };
};
