/* SPDX-License-Identifier: GPL-2.0-or-later WITH Linux-syscall-note */
#include <linux/types.h>

struct si {
  int si_signo;
  int si_errno;
  int si_code;
  union {
    int _pad[29];
    struct {
      void *_addr;
      short _addr_lsb;
      union {
        struct {
          void *l;
          void *u;
        } b;
        int _pkey;
      };
    } _sigfault;
  } _sifields;
};
