# SPDX-License-Identifier: GPL-2.0-or-later
"""This module finds the tree that a header named on the command line belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def locate(header: Path) -> tuple[Path, str]:
    """The root of the tree a header lies in, and the header's posix path below that root.

    The kernel tree around an ``include/uapi``, the exported tree around a ``linux/types.h``, else
    the header's own folder. The header is taken as named; a link in its path is not followed.
    """
    path = header.absolute()
    for root in path.parents:
        if _is_kernel(root, path) or _is_exported(root):
            return root, path.relative_to(root).as_posix()
    return path.parent, path.name


def _is_kernel(root: Path, path: Path) -> bool:
    parts = path.relative_to(root).parts
    shared = parts[:2] == ("include", "uapi")
    return shared or (parts[:1] == ("arch",) and parts[2:4] == ("include", "uapi"))


def _is_exported(root: Path) -> bool:
    if (root / "any-linux-any/linux/types.h").is_file():
        return True
    debian = (root / "lib/linux/uapi").is_dir() and (root / "include/linux/types.h").is_file()
    if debian:
        return True
    plain = (root / "linux/types.h").is_file() and root.name not in {"uapi", "any-linux-any"}
    split = root.name == "include" and (root.parent / "lib/linux/uapi").is_dir()
    return plain and not split
