# SPDX-License-Identifier: GPL-2.0-or-later
"""This module lists the headers that need another one before them, and which.

All are on the kernel's own list of headers that do not compile alone (``no-header-test`` of
usr/include/Makefile, Linux 5.x to 7.2): they use a type that they do not include.
"""

from __future__ import annotations

PRELUDES = {
    "asm/ucontext.h": ("linux/signal.h", "asm/sigcontext.h"),
    "asm/uctx.h": ("linux/signal.h",),
    "linux/coda.h": ("sys/types.h",),
    "linux/errqueue.h": ("linux/time.h",),
    "linux/hdlc/ioctl.h": ("linux/if.h",),
    "linux/omapfb.h": ("stddef.h",),
    "linux/phonet.h": ("sys/socket.h",),
    "linux/sctp.h": ("sys/socket.h",),
    "linux/sysctl.h": ("stddef.h",),
    "xen/evtchn.h": ("xen/interface/xen.h",),
    "xen/gntdev.h": ("xen/interface/xen.h",),
    "xen/privcmd.h": ("stddef.h",),
}
"""Include paths by the header that needs them."""
