/* SPDX-License-Identifier: GPL-2.0-or-later WITH Linux-syscall-note */
#include <linux/types.h>

struct vcpu_runstate_info {
  int state;
  __u64 state_entry_time;
  __u64 time[4];
};
struct compat_vcpu_runstate_info {
  int state;
  __u64 state_entry_time;
  __u64 time[4];
} __attribute__((packed));
