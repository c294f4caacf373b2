/* SPDX-License-Identifier: GPL-2.0-or-later WITH Linux-syscall-note */
#include <linux/types.h>

struct bpf_lpm_trie_key {
  __u32 prefixlen;
  __u8 data[0];
};
