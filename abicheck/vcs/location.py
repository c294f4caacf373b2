# SPDX-License-Identifier: GPL-2.0-or-later
"""This module finds the tree that a header the user names belongs to."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from abicheck.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable


class Kind(StrEnum):
    """What a tree of headers is."""

    KERNEL = "kernel"
    """A kernel checkout: ``include/uapi`` and ``arch/*/include/uapi``."""
    EXPORTED = "exported"
    """Headers as ``make headers_install`` leaves them, such as ``/usr/include``."""
    LONE = "lone"
    """A header, or a folder of them, that belongs to neither."""


class Location(Struct, frozen=True):
    """Where a path lies: the root of its tree, and the way from there."""

    root: Path
    kind: Kind
    path: str
    """The path relative to ``root``, empty for the root itself."""


def locate(path: Path) -> Location:
    """Returns the tree on disk that a file or folder belongs to; UsageError if it is neither."""
    try:
        if not path.exists():
            raise UsageError(f"{path}: no such file or directory")
    except OSError as error:  # a name that is too long
        raise UsageError(f"{path}: {error.strerror}") from None
    # The last name is kept: a link is where it stands, not where it points.
    path = path.resolve() if path.is_dir() else path.parent.resolve() / path.name
    folder = path if path.is_dir() else path.parent
    above = (folder, *folder.parents)
    found = find_root(
        tuple(str(place) for place in above),
        lambda place, name: _exists(Path(place, name)),
    )
    if found is None:
        return Location(folder, Kind.LONE, "" if folder == path else path.name)
    root, kind = Path(found[0]), found[1]
    relative = path.relative_to(root).as_posix()
    return Location(root, kind, "" if relative == "." else relative)


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # below a folder that must not be searched
        return False


def find_root(folders: tuple[str, ...], has: Callable[[str, str], bool]) -> tuple[str, Kind] | None:
    """Returns the first of nested folders, innermost first, that is a tree's root, and its kind.

    ``has(folder, path)`` tells whether a path exists below a folder.
    """
    partial = None
    for folder, above in zip(folders, (*folders[1:], None), strict=True):
        if has(folder, "include/uapi") and not _is_architecture(folder, has):
            if has(folder, "Kbuild"):
                return folder, Kind.KERNEL
            # tools/ of a kernel looks like a kernel, but for the Kbuild of the real root.
            if partial is None and _looks_like_kernel(folder, folders[0], has):
                partial = folder, Kind.KERNEL
        elif partial is None and _is_exported(folder, has):
            return _widen(folder, above, has), Kind.EXPORTED
    return partial


def _is_architecture(folder: str, has: Callable[[str, str], bool]) -> bool:
    """Whether this is ``arch/x86`` of a kernel: it has an include/uapi and a Kbuild of its own."""
    inside = f"/{folder}".rpartition("/")[0].endswith("/arch")
    return inside and not has(folder, "include/uapi/linux")


def _looks_like_kernel(folder: str, inner: str, has: Callable[[str, str], bool]) -> bool:
    inside = f"{inner.removeprefix(folder)}/".lstrip("/").startswith("include/uapi/")
    return inside or has(folder, "Makefile") or has(folder, "arch")


def _is_exported(folder: str, has: Callable[[str, str], bool]) -> bool:
    if has(folder, "any-linux-any/linux/types.h"):
        return True
    # A kernel's own include/ and include/uapi hold linux/ and asm-generic/ as well.
    if f"/{folder}".endswith("/include/uapi") or has(folder, "uapi"):
        return False
    if not has(folder, "linux/types.h"):
        return False
    return has(folder, "asm") or has(folder, "asm-generic")


def _widen(folder: str, above: str | None, has: Callable[[str, str], bool]) -> str:
    """Returns the folder above where an architecture's ``asm`` lies beside this one."""
    if above is None:
        return folder
    name = folder.rpartition("/")[2]
    if name == "any-linux-any":  # ziglang keeps asm/ in ../<arch>-linux-any
        return above
    if name == "include" and has(above, "lib/linux/uapi"):  # Debian 13 links asm/ to there
        return above
    return folder
