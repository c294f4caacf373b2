# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tells by their names which constants are meant to change."""

from __future__ import annotations

import re

_LONGEST = 200
"""Characters of a name that is looked at; hostile ones have no end."""
_BOUND = re.compile(
    r"(?!__(?:ARM_)?NR_(?!syscalls))"
    r"(?:_*(?:\w+_)?(?:[A-Z0-9]*MAX|LAST|SUPPORTED|NSIG[A-Z]*|LASTP1|AFTER_LAST|COUNT|CNT|NUM|NR|END|TOTAL|NBITS)"
    r"(?:_?V?\d+)?_*"
    r"|_*(?:NR|NUM|MAX)_\w+|\w+_(?:LAST|MAX|NUM|NR)_\w+)"
)
_LIMIT = re.compile(r"(?:\w*_)?[A-Z0-9]*(?:MAX|LAST|NSIG[A-Z]*|LASTP1|SUPPORTED)(?:_\w+)?")
_VERSION = re.compile(
    r"(?:\w+_)?(?:[A-Z]*VERSION|VER|SUBLEVEL|PATCHLEVEL|REVISION"
    r"|(?:ABI|API|DRIVER|FW|HWDEP|PROTO|PROTOCOL)_(?:MAJOR|MINOR|MICRO|PATCH))(?:_\w+)?"
)
"""A lone ``MAJOR`` or ``MINOR`` is a device's number, as in linux/major.h."""
_TOGETHER = re.compile(
    r"(?:\w+_)?(?:MASK|ALL|ALLFLAGS|FLAGS|BITS|VALID|FEATURES|SUPPORTED|KNOWN|OPTIONS|IOCTLS)(?:_\w+)?"
)
_LEAST = re.compile(r"(?:\w+_)?MIN")
_RESERVED = re.compile(r"(?:\w+_)?RESERVED(?:_\w+)?")
_SIZE = re.compile(r"\w*(?:SIZE|LEN|LENGTH|SZ|SIZEOF|BYTES)(?:_\w+)?")
_DEFAULT = re.compile(r"(?:\w+_)?(?:DEFAULT|DFLT|DEF)(?:_\w+)?")


def is_bound(name: str) -> bool:
    """Whether a name says that it counts or bounds other constants."""
    return len(name) < _LONGEST and _BOUND.fullmatch(name) is not None


def is_limit(name: str) -> bool:
    """Whether a name says that it bounds others, and cannot mean that it is a number of them."""
    return len(name) < _LONGEST and _LIMIT.fullmatch(name) is not None


def is_least(name: str) -> bool:
    """Whether a name says that it is the smallest of other constants."""
    return len(name) < _LONGEST and _LEAST.fullmatch(name) is not None


def is_reserved(name: str) -> bool:
    """Whether a name says that it stands for bits nobody uses."""
    return len(name) < _LONGEST and _RESERVED.fullmatch(name) is not None


def is_version(name: str) -> bool:
    """Whether a name says that it tells the version of something."""
    return len(name) < _LONGEST and _VERSION.fullmatch(name) is not None


def is_union(name: str) -> bool:
    """Whether a name says that it stands for several flags together."""
    return len(name) < _LONGEST and _TOGETHER.fullmatch(name) is not None


def is_size(name: str) -> bool:
    """Whether a name says that it is the size of something."""
    return len(name) < _LONGEST and _SIZE.fullmatch(name) is not None


def is_default(name: str) -> bool:
    """Whether a name says that it is what holds where nothing was asked for."""
    return len(name) < _LONGEST and _DEFAULT.fullmatch(name) is not None
