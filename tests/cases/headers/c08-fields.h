/* SPDX-License-Identifier: GPL-2.0-or-later WITH Linux-syscall-note */
#include <linux/types.h>

struct riscv_sbi {
  unsigned long extension_id;
  unsigned long function_id;
  unsigned long args[6];
  unsigned long ret[2];
};
