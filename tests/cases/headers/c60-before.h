/* SPDX-License-Identifier: GPL-2.0-or-later WITH Linux-syscall-note */
#include <linux/types.h>

struct p {
  __u8 op;
  __u32 arch __attribute__((aligned(4)));
  __u64 ip;
};
