/* SPDX-License-Identifier: GPL-2.0-or-later WITH Linux-syscall-note */
#include <linux/types.h>

struct pg {
  union {
    __u64 capabilities;
    __u64 cap_usr_time:1, cap_usr_rdpmc:1, cap_____res:62;
  };
};
