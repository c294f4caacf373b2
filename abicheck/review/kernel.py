# SPDX-License-Identifier: GPL-2.0-or-later
"""This module shows a world the kernel's own headers as well, as far as a record needs them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.parse.inclusion import closure
from abicheck.review.headers import ShownHeader

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    from abicheck.model import Abi
    from abicheck.parse.unit import World
    from abicheck.vcs.tree import Tree

_INNER = "include/"
_MOST = 32
"""Headers that a record may need; Xen's ``vcpu_info`` needs five."""


class KernelWorld:
    """A world in which code of the kernel finds what it includes."""

    def __init__(self, world: World, tree: Tree) -> None:
        self._world = world
        self._tree = tree
        self._roots = (f"arch/{world.abi.arch}/{_INNER}", _INNER)
        self._texts: dict[str, bytes | None] = {}
        self.abi: Abi = world.abi
        self.arguments = world.arguments
        self.has_asm = world.has_asm

    @property
    def identity(self) -> Hashable:
        """That of the world, and that the kernel's headers are there."""
        return self._world.identity, "kernel"

    def text(self, include: str) -> bytes | None:
        """What programs are given comes before the kernel's own, and before what we stand in."""
        if include not in self._texts:
            text = self._world.text(include)
            if text is None or self._world.origin(include).startswith("<"):
                text = self._own(include) or text
            self._texts[include] = text
        return self._texts[include]

    def _own(self, include: str) -> bytes | None:
        found = (self._tree.read(f"{root}{include}") for root in self._roots)
        return next((text for text in found if text is not None), None)

    def origin(self, include: str) -> str:
        """As programs know it."""
        return self._world.origin(include) if self._world.text(include) is not None else include

    def names(self) -> frozenset[str]:
        """What programs can include, and what was asked for so far."""
        asked = (name for name, text in self._texts.items() if text is not None)
        return frozenset({*self._world.names(), *asked})

    def prelude(self, _: str) -> tuple[str, ...]:
        """Nothing: the kernel's headers include what they need."""
        return ()

    def needed(self, file: ShownHeader, includes: Iterable[str], words: frozenset[str]) -> str:
        """The directives for what of a file must be included to lay out records with such words.

        A file of ``include/`` is included whole; of another one, the headers that define a word.
        """
        names = [file.path.removeprefix(_INNER)] if file.path.startswith(_INNER) else []
        names = names or [name for name in includes if self._defines(name, words)]
        if not names or len(closure(self, names)) > _MOST:
            return ""
        return configured(self.abi) + "".join(f"#include <{name}>\n" for name in names)

    def _defines(self, include: str, words: frozenset[str]) -> bool:
        text = self.text(include)
        if text is None:
            return False
        header = ShownHeader(include, text)
        tags = {key.rpartition(" ")[2] for key in header.records}
        return bool(words & (tags | header.text.by_name.keys()))


def configured(abi: Abi) -> str:
    """The definitions by which a kernel's headers know its word size (``CONFIG_64BIT``)."""
    is_wide = abi.pointer.size == 8
    x86 = f"#define CONFIG_X86_{64 if is_wide else 32} 1\n" if abi.arch == "x86" else ""
    return x86 + ("#define CONFIG_64BIT 1\n" if is_wide else "")
