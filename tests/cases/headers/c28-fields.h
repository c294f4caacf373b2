/* SPDX-License-Identifier: GPL-2.0-or-later WITH Linux-syscall-note */
#include <linux/types.h>

struct ts {
  __u64 sec;
  __u32 nsec;
};
struct recv {
  char uuid[16];
  __u64 stransid;
  __u64 rtransid;
  struct ts stime;
  struct ts rtime;
  __u64 flags;
  __u64 reserved[16];
};
struct ts32 {
  __u64 sec;
  __u32 nsec;
} __attribute__((packed));
struct recv32 {
  char uuid[16];
  __u64 stransid;
  __u64 rtransid;
  struct ts32 stime;
  struct ts32 rtime;
  __u64 flags;
  __u64 reserved[16];
} __attribute__((packed));
