/* SPDX-License-Identifier: GPL-2.0-or-later WITH Linux-syscall-note */
#include <linux/types.h>

struct gzvm_vcpu_run {
  __u32 exit_reason;
  __u8 immediate_exit;
  __u8 padding1[3];
  union {
    struct {
      __u64 phys_addr;
      __u8 data[8];
      __u64 size;
      __u32 reg_nr;
      __u8 is_write;
    } mmio;
    struct {
      __u64 hardware_entry_failure_reason;
      __u32 cpu;
    } fail_entry;
    struct {
      __u32 exception;
      __u32 error_code;
    } exception;
    struct {
      __u64 args[8];
    } hypercall;
    struct {
      __u32 suberror;
      __u32 ndata;
      __u64 data[16];
    } internal;
    struct {
      __u32 type;
      __u32 ndata;
      __u64 data[16];
    } system_event;
    char padding[256];
  };
};
