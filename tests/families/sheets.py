# SPDX-License-Identifier: GPL-2.0-or-later
"""This module makes families, header texts and sheets out of a few words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from abicheck.families.collect import definitions
from abicheck.families.compare import Comparison
from abicheck.families.scan import read_text
from abicheck.families.shifts import gather
from abicheck.model.claims import Definition, Family, FamilyKind, Sheet

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abicheck.families.clash import Ancestry, Clash


class Strangers:
    """Trees without common history."""

    def common(self, _one: str, _other: str) -> None:
        """Nothing is known."""


class Ancestor:
    """Trees whose common ancestor holds this text."""

    def __init__(self, text: str, of: Family | None = None) -> None:
        self._numbers = {
            d.name: d.number for d in found(text, of) if d.number is not None and not d.reservation
        }

    def common(self, _one: str, _other: str) -> Mapping[str, int]:
        """What the ancestor holds."""
        return self._numbers


def family(names: str = r"CAP_\w+", kind: FamilyKind = FamilyKind.IDS, **more: Any) -> Family:
    """A family of one header."""
    return Family(
        id="test", title="a test", kind=kind, headers=("linux/test.h",), names=names, **more
    )


def found(text: str, of: Family | None = None) -> tuple[Definition, ...]:
    """What a family has in a header's text."""
    return definitions(of or family(), (read_text("linux/test.h", text.encode()),))


def numbers(text: str, of: Family | None = None) -> dict[str, int | None]:
    """Names and numbers in a header's text, reservations and markers left out."""
    return {d.name: d.number for d in found(text, of) if not d.reservation and not d.marker}


def clashes(
    texts: Mapping[str, str],
    of: Family | None = None,
    *,
    upstream: tuple[str, ...] = (),
    ancestry: Ancestry | None = None,
) -> tuple[Clash, ...]:
    """The collisions between trees that hold these texts."""
    what = of or family()
    sheets = [Sheet(trees=(tree,), definitions=found(text, what)) for tree, text in texts.items()]
    ours = frozenset(index for index, tree in enumerate(texts) if tree in upstream)
    return gather(Comparison(what, sheets, ours, ancestry or Strangers()).clashes())


def told(clash: Clash) -> tuple[str, str, int | None, tuple[str, ...]]:
    """What a collision is about."""
    return clash.kind.value, clash.severity.value, clash.number, clash.names
