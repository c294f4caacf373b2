/* SPDX-License-Identifier: GPL-2.0-or-later WITH Linux-syscall-note */
#include <linux/types.h>

struct dm_ioctl {
  __u32 version[3];
  __u32 data_size;
  __u32 data_start;
  __u32 target_count;
  __s32 open_count;
  __u32 flags;
  __u32 event_nr;
  __u32 padding;
  __u64 dev;
  char name[128];
  char uuid[129];
  char data[7];
};
struct dm_name_list {
  __u64 dev;
  __u32 next;
  char name[];
};
struct dm_target_spec {
  __u64 sector_start;
  __u64 length;
  __s32 status;
  __u32 next;
  char target_type[16];
};
