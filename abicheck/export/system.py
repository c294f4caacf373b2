# SPDX-License-Identifier: GPL-2.0-or-later
"""This module reads our own system root: what uapi headers take from libc and from linux/types.h.

``sysroot/userspace`` stands for the C library and Xen. ``sysroot/kernel`` stands for the kernel's
most basic headers, for a header that lies alone or an architecture whose ``asm/`` a tree lacks.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

LABEL = "<system root>"
_ROOT = Path(__file__).parent.parent / "sysroot"


@cache
def _names(part: str) -> frozenset[str]:
    top = _ROOT / part
    return frozenset(path.relative_to(top).as_posix() for path in top.rglob("*.h"))


def userspace_names() -> frozenset[str]:
    """The include paths we have in the place of the C library's and Xen's."""
    return _names("userspace")


def kernel_names() -> frozenset[str]:
    """The include paths we have in the place of the kernel's own, ``asm/`` included."""
    return _names("kernel")


def asm_names() -> frozenset[str]:
    """The ``asm/`` headers we have, each right for every ABI."""
    return frozenset(name for name in kernel_names() if name.startswith("asm/"))


@cache
def text(include: str) -> bytes:
    """The text of one of those names; KeyError for any other."""
    for part in ("userspace", "kernel"):
        if include in _names(part):
            return (_ROOT / part / include).read_bytes()
    raise KeyError(include)
