# SPDX-License-Identifier: GPL-2.0-or-later
"""This module finds its way in a tree of headers that somebody has exported already.

Known are: one architecture's export (``make headers_install``, ``/usr/<triple>/include``), Debian
multiarch (``<triple>/asm`` beside ``linux``, or ``lib/linux/uapi/<arch>/asm`` below ``/usr``),
zig's ``any-linux-any`` with ``<arch>-linux-any/asm``, and Android's ``asm-<arch>/asm``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.export import markers, system
from abicheck.export.generic import generic_headers
from abicheck.export.world import Folder, Made, Sources, dropped, wrapper

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abicheck.export.texts import Texts
    from abicheck.model import Abi

TOPS = ("", "include", "any-linux-any")
"""Where ``linux/`` may lie below the root of an exported tree."""

_UAPI_FOLDERS = (
    *("asm", "asm-generic", "cxl", "drm", "fwctl", "linux", "misc", "mtd", "rdma", "regulator"),
    *("scsi", "sound", "video", "xen"),
)
"""The folders of include/uapi, Linux 4.19 to 7.2: what is the kernel's where a libc lives too."""

_NEED_ASM = ("a.out.h", "kvm.h", "kvm_para.h")
"""no-export-headers of include/uapi/Kbuild."""


class ExportedTree:
    """The ways of one exported tree: where ``linux/`` and each architecture's ``asm/`` are."""

    def __init__(self, texts: Texts, top: str) -> None:
        self._texts = texts
        self._top = top
        self._plain_arch = None if top == "any-linux-any" else self._arch_of_plain_asm()

    def include_of(self, path: str) -> str | None:
        """The include path of a file, None for what is no header of this tree."""
        if not path.endswith(".h"):
            return None
        asm = markers.include_of_asm(path)
        return asm or (path.removeprefix(f"{self._top}/") if self._top else path)

    def sources(self, abi: Abi) -> Sources:
        """Where the worlds of one ABI take their texts from.

        Where the tree lacks its ``asm/``: our own basics, and what is known to be generic.
        """
        asm = self._asm_folder(abi)
        plain = self._plain_arch == abi.arch and asm is None
        zig = self._top == "any-linux-any" and asm is not None
        shared = Folder(self._top) if plain or zig else Folder(self._top, never="asm/")
        folders = (Folder(asm, only="asm/"), shared) if asm is not None else (shared,)
        has_asm = plain or asm is not None
        return Sources(
            first=system.userspace_names(),
            folders=folders,
            made=dropped() | ({} if has_asm else self._generic_asm(abi)),
            system=frozenset() if has_asm else system.asm_names(),
            hidden=frozenset(self._without_asm(folders)),
            listed=("",) if self._is_pure() else _UAPI_FOLDERS,
        )

    def _is_pure(self) -> bool:
        """Whether all that lies beside ``linux/`` is exported: no libc, no other ``asm/``."""
        if self._top == "any-linux-any":
            return True
        libc = self._texts.get(f"{self._top}/features.h".lstrip("/"))
        return self._plain_arch is not None and libc is None

    def _generic_asm(self, abi: Abi) -> dict[str, Made]:
        prefix = f"{self._top}/" if self._top else ""
        return {
            f"asm/{name}": wrapper(name, self._top)
            for name in generic_headers(abi.arch)
            if self._texts.get(f"{prefix}asm-generic/{name}") is not None
        }

    def _without_asm(self, folders: tuple[Folder, ...]) -> Iterator[str]:
        """The headers that only architectures with a namesake in ``asm/`` export."""
        for name in _NEED_ASM:
            asm = f"asm/{name}"
            paths = [folder.join(asm) for folder in folders if folder.serves(asm)]
            if all(self._texts.get(path) is None for path in paths):
                yield f"linux/{name}"

    def has_asm(self, abi: Abi) -> bool:
        """Whether the tree holds the ``asm/`` of an ABI's architecture."""
        return self._plain_arch == abi.arch or self._asm_folder(abi) is not None

    def _asm_folder(self, abi: Abi) -> str | None:
        """The folder, apart from ``linux/``, that holds an ABI's ``asm/``."""
        for folder in markers.asm_folders(abi, self._top):
            if self._texts.get(f"{folder}/asm/unistd.h") is not None:
                return folder
        return None

    def _arch_of_plain_asm(self) -> str | None:
        prefix = f"{self._top}/" if self._top else ""
        return markers.arch_of(lambda name: self._texts.get(f"{prefix}asm/{name}"))


def find_top(texts: Texts) -> str | None:
    """Where ``linux/`` lies in an exported tree; None where this is no exported tree."""
    for top in reversed(TOPS):
        if texts.get(f"{top}/linux/types.h".lstrip("/")) is not None:
            return top
    return None
