# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds what mechanisms that judge a change are given; they give back hits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from abicheck.abis import all_abis

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abicheck.checks.facts import RecordFacts, Use
    from abicheck.model import RecordLayout, Span
    from abicheck.model.claims import Ioctl


class Form(Struct, frozen=True, kw_only=True):
    """ABIs under which a record had one layout and has one layout."""

    abis: tuple[str, ...]
    old: RecordLayout
    new: RecordLayout


class Gate(Struct, frozen=True, kw_only=True):
    """Something that lets a program ask whether the kernel knows a new member."""

    name: str
    """``KVM_CAP_SYSTEM_EVENT_DATA``, a flag, an ioctl, ``PERF_ATTR_SIZE_VER8``."""
    kind: str
    """``capability``, ``flag``, ``ioctl``, ``size version``, ``version``."""
    span: Span


class RecordChange(Struct, frozen=True, kw_only=True):
    """One record that both versions have, under all ABIs that know both."""

    old: RecordFacts
    new: RecordFacts
    forms: tuple[Form, ...]
    """Every ABI that has both layouts, in groups; also those under which nothing changed."""
    uses: tuple[Use, ...]
    """How it crosses the boundary, in either version."""
    gates: tuple[Gate, ...] = ()
    """What the same change adds in the headers it touches."""
    hidden_in: str | None = None
    """The padded union's record that hides this one's size, in both versions."""
    displaces: tuple[str, ...] = ()
    """The records that hold it by value and in which something else moves because of it."""


class Value(Struct, frozen=True, kw_only=True):
    """What a constant is in one version."""

    text: str
    """The expression as written; empty for an enumerator numbered by its position."""
    span: Span
    numbers: tuple[tuple[tuple[str, ...], int | None], ...]
    """(ABIs, number); None where it cannot be told. Of a typedef the place of its scalar type
    among ``ScalarKind``."""
    enum: str | None = None
    """The enum's tag, or its first enumerator where it has none; None for a macro."""
    command: Ioctl | None = None
    """What it encodes, where it is an ioctl."""
    kind: str = ""
    """``typedef`` or ``function``; empty for a constant."""
    comment: str = ""
    """What is said beside it, or else in the lines above."""
    beside: tuple[str, str] = ("", "")
    """The constants in front of it and behind it, by the lines of the header."""

    @property
    def by_abi(self) -> dict[str, int | None]:
        """The number under each ABI that has the name, in the order of the table."""
        known = {abi: number for abis, number in self.numbers for abi in abis}
        return {abi.name: known[abi.name] for abi in all_abis() if abi.name in known}


class ConstantChange(Struct, frozen=True, kw_only=True):
    """A macro or enumerator before and after; None where a version does not have it."""

    name: str
    old: Value | None
    new: Value | None
    include: str = ""
    """The header it was met in, as programs include it."""
    family: str = ""
    """The family of numbers that it belongs to, empty for none that is known."""
    marker: bool = False
    """Whether it bounds or counts other constants."""
    excuse: str = ""
    """Why upstream itself gave it another number once."""
    elsewhere: str = ""
    """The header that has it, where it does for no ABI but such as are not compared."""

    @property
    def lost(self) -> tuple[str, ...]:
        """The ABIs that have it no more."""
        now = self.new.by_abi if self.new is not None else {}
        return tuple(abi for abi in (self.old.by_abi if self.old else {}) if abi not in now)


class ConstantsChange(Struct, frozen=True, kw_only=True):
    """The constants of the headers that changed, names looked up in both whole trees."""

    changes: tuple[ConstantChange, ...]
    """Those that differ or are in one version only, in order of place."""
    kept: tuple[ConstantChange, ...] = ()
    """Those that were compared and are as they were."""
    declared: tuple[ConstantChange, ...] = ()
    """The same of typedefs and inline functions."""
    users: Mapping[str, tuple[RecordChange, ...]] = {}
    """By typedef: the records that differ through nothing else."""
    told: frozenset[str] = frozenset()
    """The records of which a finding says already that they have another size."""


class RecordGone(Struct, frozen=True, kw_only=True):
    """A record that the current version does not define anywhere, though its header is there."""

    record: RecordFacts
    abis: tuple[str, ...]
    elsewhere: str | None = None
    """The header that defines it for other ABIs, such as one of ``asm/``."""


class HeaderLost(Struct, frozen=True, kw_only=True):
    """A header that some or all ABIs no longer export."""

    include: str
    """As programs write it."""
    path: str
    """Its path in the baseline."""
    line: int
    """Where its first definition stood, 1 where it had none."""
    abis: tuple[str, ...]
    kept: tuple[str, ...]
    """The ABIs that export it still."""
    heir: str
    """The header, as programs write it, that defines its constants today; empty if none does."""


class HeaderBroken(Struct, frozen=True, kw_only=True):
    """Headers that compiled in the baseline, and do not for one error."""

    include: str
    """The one that the error stands in, or the first that meets it, as programs write it."""
    span: Span
    """Where the error is."""
    reason: str
    """What a compiler says."""
    abis: tuple[str, ...]
    others: tuple[str, ...] = ()
    """Further headers that meet it."""


class TreeChange(Struct, frozen=True, kw_only=True):
    """What the headers of two versions export."""

    lost: tuple[HeaderLost, ...] = ()
    gone: tuple[RecordGone, ...] = ()
    broken: tuple[HeaderBroken, ...] = ()
