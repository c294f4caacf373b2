/* SPDX-License-Identifier: GPL-2.0-or-later WITH Linux-syscall-note */
#include <linux/types.h>

struct h {
  __u8 flags;
  __u8 gso_type;
  __u16 f[5];
  __le32 hash_value;
  __le16 hash_report;
  __le16 padding;
};
