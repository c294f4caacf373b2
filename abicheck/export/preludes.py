# SPDX-License-Identifier: GPL-2.0-or-later
"""This module lists the headers that need another one before them, and which.

All are on the kernel's own list of headers that do not compile alone (``no-header-test`` of
usr/include/Makefile, Linux 5.x to 7.2): they use a type that they do not include.
"""

from __future__ import annotations

_STDDEF = ("stddef.h",)
_TYPES = ("sys/types.h",)
_SOCKET = ("sys/socket.h",)
_XEN = ("stddef.h", "xen/interface/xen.h")
_SIGNAL = ("stddef.h", "linux/signal.h")

PRELUDES = {
    "asm/shmbuf.h": ("stddef.h", "asm/ipcbuf.h"),
    "asm/signal.h": _STDDEF,
    "asm/stat.h": _TYPES,
    "asm/ucontext.h": (*_SIGNAL, "asm/sigcontext.h"),
    "asm/uctx.h": _SIGNAL,
    "linux/android/binder.h": _TYPES,
    "linux/android/binderfs.h": _TYPES,
    "linux/coda.h": _TYPES,
    "linux/errqueue.h": ("linux/time.h",),
    "linux/fsmap.h": _STDDEF,
    "linux/hdlc/ioctl.h": ("linux/if.h",),
    "linux/kexec.h": _STDDEF,
    "linux/omapfb.h": _STDDEF,
    "linux/phonet.h": _SOCKET,
    "linux/reiserfs_xattr.h": _STDDEF,
    "linux/sctp.h": _SOCKET,
    "linux/signal.h": _STDDEF,
    "linux/sysctl.h": _STDDEF,
    "linux/vm_sockets.h": _SOCKET,
    "xen/evtchn.h": _XEN,
    "xen/gntdev.h": _XEN,
    "xen/privcmd.h": _XEN,
}
"""Include paths by the header that needs them."""
