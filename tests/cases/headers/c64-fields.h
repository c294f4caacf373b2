/* SPDX-License-Identifier: GPL-2.0-or-later WITH Linux-syscall-note */
#include <linux/types.h>

struct ucall {
  __u64 cmd;
  __u64 args[7];
  struct ucall *hva;
};
struct mmio {
  __u64 phys_addr;
  __u8 data[8];
  __u32 len;
  __u8 is_write;
};
