# SPDX-License-Identifier: GPL-2.0-or-later
"""Declarations at random; this module holds hypothesis strategies, after GCC's struct-layout-1.

A soup is a list of typedefs, enums and records in which later ones use earlier ones, with every
feature the layout engine knows mixed at random. Each is valid C under the ABI it was drawn for.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from abicheck.model import (
    Array,
    CType,
    Declarations,
    Enum,
    EnumRef,
    InlineEnum,
    InlineRecord,
    Member,
    Pointer,
    Record,
    RecordRef,
    Scalar,
    ScalarKind,
    Span,
    Typedef,
    TypedefRef,
    Vector,
)
from tests.oracle.ctext import c_text

if TYPE_CHECKING:
    from abicheck.model import Abi

NOWHERE = Span("soup.c", 1, 1)
_ALIGNS = (1, 2, 4, 8, 16, 32)
_COUNTS = (1, 2, 3, 5, 0)
_BASE_BITS = {
    ScalarKind.BOOL: 1,
    **dict.fromkeys((ScalarKind.CHAR, ScalarKind.SCHAR, ScalarKind.UCHAR), 8),
    **dict.fromkeys((ScalarKind.SHORT, ScalarKind.USHORT), 16),
    **dict.fromkeys((ScalarKind.INT, ScalarKind.UINT), 32),
    **dict.fromkeys((ScalarKind.LLONG, ScalarKind.ULLONG), 64),
    **dict.fromkeys((ScalarKind.INT128, ScalarKind.UINT128), 128),
}


@dataclass(slots=True, repr=False)
class Soup:
    """Declarations in the order in which C needs them."""

    abi: Abi
    items: list[Typedef | Enum | Record] = field(default_factory=list)
    bits: dict[str, int] = field(default_factory=dict)
    """Integer typedefs and the width of their type."""
    raised: set[str] = field(default_factory=set)
    """Typedefs that may be aligned beyond their size: no array holds such elements."""
    names: int = 0

    def _repr_pretty_(self, printer: object, _cycle: bool) -> None:
        # What hypothesis shows of a failing soup.
        printer.text("\n" + c_text(self.items))  # type: ignore[attr-defined]

    @property
    def declarations(self) -> Declarations:
        """The soup as a front end would hand it over."""
        return Declarations(
            records={r.name: r for r in self.items if isinstance(r, Record) and r.name},
            typedefs={t.name: t for t in self.items if isinstance(t, Typedef)},
            enums={e.name: e for e in self.items if isinstance(e, Enum) and e.name},
        )

    def records(self) -> list[Record]:
        """The records that have a name, in order."""
        return [item for item in self.items if isinstance(item, Record)]

    def fresh(self, stem: str) -> str:
        """A name not used before in this soup."""
        self.names += 1
        return f"{stem}{self.names}"


def soups(abi: Abi, *, most: int = 24) -> st.SearchStrategy[Soup]:
    """Soups of at most ``most`` declarations, valid under the ABI."""
    return _soups(abi, most)


@st.composite
def _soups(draw: st.DrawFn, abi: Abi, most: int) -> Soup:
    soup = Soup(abi)
    # Each item is one span of choices, which hypothesis can drop while it shrinks.
    while len(soup.items) < most:
        item = draw(_items(soup))
        if item is None:
            break
        soup.items.append(item)
    return soup


@st.composite
def _items(draw: st.DrawFn, soup: Soup) -> Typedef | Enum | Record | None:
    if soup.items and _ends(draw, 20):
        return None
    kind = draw(st.sampled_from(("record",) * 6 + ("typedef",) * 2 + ("enum", "vector")))
    if kind == "record":
        return _record(draw, soup, f"{_keyword(draw)} {soup.fresh('r')}", 0, _pack(draw))
    if kind == "enum":
        return _enum(draw, soup, f"enum {soup.fresh('e')}")
    if kind == "vector":
        # Always through a typedef: GCC sees 'packed' before an inline vector_size.
        element = draw(st.sampled_from((ScalarKind.UCHAR, ScalarKind.INT, ScalarKind.FLOAT)))
        vector = Vector(Scalar(element), draw(st.sampled_from((4, 8, 16, 32))))
        return Typedef(name=soup.fresh("t"), type=vector, span=NOWHERE)
    return _typedef(draw, soup)


def _chance(draw: st.DrawFn, one_in: int) -> bool:
    return draw(st.integers(0, one_in - 1)) == one_in - 1


def _ends(draw: st.DrawFn, one_in: int) -> bool:
    # The simplest choice is to stop, so that failures shrink to short lists.
    return draw(st.integers(0, one_in - 1)) == 0


def _keyword(draw: st.DrawFn) -> str:
    return "union" if _chance(draw, 4) else "struct"


def _pack(draw: st.DrawFn) -> int | None:
    return draw(st.sampled_from((1, 2, 4, 8))) if _chance(draw, 8) else None


def _aligned(draw: st.DrawFn, one_in: int) -> int | None:
    return draw(st.sampled_from(_ALIGNS)) if _chance(draw, one_in) else None


def _enum(draw: st.DrawFn, soup: Soup, name: str | None) -> Enum:
    top = draw(st.sampled_from((0, 1, 127, 128, 255, 256, 65535, 65536, 2**31 - 1)))
    if _chance(draw, 4):
        top = draw(st.sampled_from((2**31, 2**32 - 1, 2**32, 2**63 - 1)))
    low = (
        draw(st.sampled_from((0, -1, -128, -129, -(2**31), -(2**31) - 1)))
        if _chance(draw, 3)
        else 0
    )
    values = ((soup.fresh("E"), low), (soup.fresh("E"), top))
    return Enum(name=name, enumerators=values, packed=_chance(draw, 4), span=NOWHERE)


def _typedef(draw: st.DrawFn, soup: Soup) -> Typedef:
    name = soup.fresh("t")
    aligned = _aligned(draw, 2)
    if _chance(draw, 2):
        kind = draw(st.sampled_from(sorted(_integers(soup))))
        target: CType = Scalar(kind)
        soup.bits[name] = _BASE_BITS.get(kind, soup.abi.bits)
    else:
        target = _type(draw, soup)
    if aligned is not None or _raised(target, soup):
        soup.raised.add(name)
    if aligned is not None and aligned == 1 and not isinstance(target, Array):
        soup.raised.discard(name)
    return Typedef(name=name, type=target, aligned=aligned, span=NOWHERE)


def _raised(target: CType, soup: Soup) -> bool:
    while isinstance(target, Array):
        target = target.element
    return isinstance(target, TypedefRef) and target.name in soup.raised


def _integers(soup: Soup) -> set[ScalarKind]:
    have = {kind for kind, _ in soup.abi.scalars}
    return (set(_BASE_BITS) | {ScalarKind.LONG, ScalarKind.ULONG}) & have


def _record(draw: st.DrawFn, soup: Soup, name: str | None, depth: int, pack: int | None) -> Record:
    kind = name.split()[0] if name else _keyword(draw)
    members: list[Member] = []
    while len(members) < 8:
        member = draw(_members(soup, depth, pack, may_end=bool(name or members)))
        if member is None:
            break
        members.append(member)
    if kind == "struct" and depth == 0 and _chance(draw, 8):
        # A flexible array needs a named member before it.
        members.append(_named(soup, Scalar(draw(st.sampled_from(sorted(_integers(soup)))))))
        members.append(_named(soup, Array(_element(draw, soup), None)))
    return Record(
        kind=kind,
        name=name,
        members=tuple(members),
        packed=_chance(draw, 5),
        aligned=_aligned(draw, 8),
        pack=pack,
        span=NOWHERE,
    )


def _named(soup: Soup, target: CType) -> Member:
    return Member(name=soup.fresh("m"), type=target, type_text="", span=NOWHERE)


@st.composite
def _members(
    draw: st.DrawFn, soup: Soup, depth: int, pack: int | None, *, may_end: bool
) -> Member | None:
    if may_end and _ends(draw, 6):
        return None
    if _chance(draw, 3):
        return _bit_field(draw, soup)
    if depth < 2 and _chance(draw, 7):
        inner = InlineRecord(_record(draw, soup, None, depth + 1, pack))
        if _chance(draw, 2):
            return Member(name=None, type=inner, type_text="", span=NOWHERE)
        target: CType = inner
    else:
        target = _type(draw, soup)
    return Member(
        name=soup.fresh("m"),
        type=target,
        type_text="",
        aligned=_aligned(draw, 7),
        packed=_chance(draw, 8),
        span=NOWHERE,
    )


def _bit_field(draw: st.DrawFn, soup: Soup) -> Member:
    choices: list[tuple[CType, int]] = [
        (Scalar(kind), _BASE_BITS.get(kind, soup.abi.bits)) for kind in sorted(_integers(soup))
    ]
    choices += [(TypedefRef(name), bits) for name, bits in soup.bits.items()]
    choices += [
        (EnumRef(item.name), 8) for item in soup.items if isinstance(item, Enum) and item.name
    ]
    target, bits = draw(st.sampled_from(choices))
    unnamed = _chance(draw, 4)
    whole = [width for width in (8, 16, 32, 64, bits) if width <= bits]
    widths = st.sampled_from(whole) if _chance(draw, 4) else st.integers(1, bits)
    return Member(
        name=None if unnamed else soup.fresh("m"),
        type=target,
        type_text="",
        bit_width=0 if unnamed and _chance(draw, 3) else draw(widths),
        aligned=_aligned(draw, 9),
        packed=_chance(draw, 9),
        span=NOWHERE,
    )


def _type(draw: st.DrawFn, soup: Soup) -> CType:
    if _chance(draw, 4):
        target = _element(draw, soup)
        for _ in range(draw(st.integers(1, 2))):
            target = Array(target, draw(st.sampled_from(_COUNTS)))
        return target
    if _chance(draw, 20):
        return InlineEnum(_enum(draw, soup, None))
    names = [item.name for item in soup.items if isinstance(item, Typedef)]
    if names and _chance(draw, 3):
        return TypedefRef(draw(st.sampled_from(names)))
    return _element(draw, soup)


def _element(draw: st.DrawFn, soup: Soup) -> CType:
    """A type that an array may hold."""
    choices: list[CType] = [Scalar(kind) for kind, _ in soup.abi.scalars]
    choices.append(Pointer("void"))
    if not _chance(draw, 2):
        return draw(st.sampled_from(choices))
    for item in soup.items:
        if isinstance(item, Typedef) and item.name not in soup.raised:
            choices.append(TypedefRef(item.name))
        elif isinstance(item, Record) and item.name and not _flexible(item):
            choices += [RecordRef(item.name)] * 2
        elif isinstance(item, Enum) and item.name:
            choices.append(EnumRef(item.name))
    return draw(st.sampled_from(choices))


def _flexible(record: Record) -> bool:
    if not record.members:
        return False
    last = record.members[-1].type
    return isinstance(last, Array) and last.count is None
