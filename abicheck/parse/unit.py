# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds what both front ends return, and what they ask of the include world."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeAlias

from msgspec import Struct, field

from abicheck.model import Declarations

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from abicheck.model import Abi, CType, Record, Span

Sizes: TypeAlias = "Callable[[CType], tuple[int, int] | None]"
"""Gives a type's size and alignment in bits, None where it has none."""

Measure: TypeAlias = "Callable[[Abi, Declarations], Sizes]"
"""Makes ``Sizes`` for the declarations read so far; the engine passes the layout engine in."""


class World(Protocol):
    """What one ABI's preprocessor can see: texts by include path, and nothing else."""

    @property
    def abi(self) -> Abi:
        """The ABI whose headers these are."""

    @property
    def arguments(self) -> tuple[str, ...]:
        """``-D`` and ``-U`` arguments that stand for what headers_install does to the text."""

    @property
    def identity(self) -> Hashable:
        """Equal for two worlds that serve the same texts under the same names."""

    @property
    def has_asm(self) -> bool:
        """Whether the tree itself holds the ``asm/`` headers of the ABI's architecture."""

    def text(self, include: str) -> bytes | None:
        """The text behind an include path such as ``linux/kvm.h``, None if there is none."""

    def origin(self, include: str) -> str:
        """The path in the tree that the text of an include path comes from."""

    def names(self) -> frozenset[str]:
        """Every include path that ``text`` can serve."""

    def prelude(self, include: str) -> tuple[str, ...]:
        """What must be included before a header that does not include all it needs."""


class Problem(Struct, frozen=True, kw_only=True):
    """An error met while parsing: the message, where, and through which includes."""

    message: str
    span: Span | None
    stack: tuple[Span, ...] = ()
    """The ``#include`` lines that led there, innermost first."""


class Unit(Struct):
    """One translation unit under one ABI."""

    declarations: Declarations = field(default_factory=Declarations)
    records: dict[str, tuple[Record, ...]] = field(default_factory=dict)
    """By path in the tree: the records with a name that the file defines, in order; records
    nested in others come before the one that holds them."""
    enumerators: dict[str, str] = field(default_factory=dict)
    """By name, the path of the file that defines it; also those of enums without a name."""
    problems: tuple[Problem, ...] = ()
