# SPDX-License-Identifier: GPL-2.0-or-later
"""This module knows which new constants let a program ask for what else is new."""

from __future__ import annotations

import re

SIZE_VERSION = "size version"

_SIZE_VERSION = re.compile(r"\w+_SIZE_V(?:ER)?\d+")
_VERSION = re.compile(r"\w*_?VERSION(?:_\w+)?")
_CAPABILITY = re.compile(r"\w+_CAPS?_\w+|CAP_\w+")
_FLAG = re.compile(r"\w+_(?:FLAGS?|FL|F|FEAT|FEATURES?)_\w+|\w+_FLAG")
_IOCTL = re.compile(r"\b\w*_IO(?:R|W|WR)?\s*\(")
_BIT = re.compile(
    r"\(?\s*(?:1U?L*\s*<<\s*\w+|_?BIT(?:UL|ULL)?\s*\(.*\)"
    r"|0[xX](?=[\da-fA-F]{4})0*[1248]0*[uUlL]*)\s*\)?"
)
"""One bit: shifted, or in a hexadecimal number of four digits or more: no serial number."""


def first_word(name: str) -> str:
    """What names of one interface begin with: ``KVM`` of ``kvm_run`` and of ``KVM_CAP_X``."""
    return name.lstrip("_").partition("_")[0].upper()


def kind_of(name: str, text: str) -> str | None:
    """What kind of gate a new macro or enumerator is; None for one that is none."""
    if _SIZE_VERSION.fullmatch(name):
        return SIZE_VERSION
    if _IOCTL.search(text):
        return "ioctl"
    if _CAPABILITY.fullmatch(name):
        return "capability"
    if _VERSION.fullmatch(name):
        return "version"
    if _FLAG.fullmatch(name) or _BIT.fullmatch(text):
        return "flag"
    return None
