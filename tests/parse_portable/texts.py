# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds an include world of a few texts, and parses of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck import abis
from abicheck.layout import Layouter
from abicheck.parse import portable

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping
    from pathlib import Path

    from abicheck.model import Abi, Declarations
    from abicheck.parse.unit import Sizes, Unit, World

HEADER = "linux/header.h"


class Texts:
    """A world of the texts given by include path; it counts what is asked for."""

    arguments: tuple[str, ...] = ("-U__KERNEL__", "-D__user=")
    has_asm = True

    def __init__(self, abi: Abi, texts: Mapping[str, str]) -> None:
        self.abi = abi
        self.asked: list[str] = []
        self._texts = {name: text.encode() for name, text in texts.items()}

    @property
    def identity(self) -> Hashable:
        """No two worlds of texts are taken for the same."""
        return id(self)

    def text(self, include: str) -> bytes | None:
        """The text behind an include path."""
        self.asked.append(include)
        return self._texts.get(include)

    def origin(self, include: str) -> str:
        """The path of an include path in the tree there is not."""
        return f"include/uapi/{include}"

    def prelude(self, _include: str) -> tuple[str, ...]:
        """Every header stands alone."""
        return ()

    def names(self) -> frozenset[str]:
        """Every include path."""
        return frozenset(self._texts)


def measure(abi: Abi, declarations: Declarations) -> Sizes:
    """The layout engine's sizes, as the engine passes them."""
    return Layouter(abi, declarations).size_of


def write(world: World, folder: Path) -> None:
    """Writes every text of a world below a folder, for a compiler to read."""
    for name in world.names():
        text = world.text(name)
        path = folder / name
        if text is not None and not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text)


def world(text: str, abi: str = "x86_64", others: Mapping[str, str] | None = None) -> Texts:
    """A world with one header, and others by include path."""
    return Texts(abis.get(abi), {HEADER: text, **(others or {})})


def parse(text: str, abi: str = "x86_64", others: Mapping[str, str] | None = None) -> Unit:
    """What the portable front end makes of one header."""
    return portable.parse(world(text, abi, others), [HEADER], measure)
