# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds what mechanisms that judge a change are given; they give back hits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from abicheck.checks.facts import HeaderFacts, RecordFacts, Use
    from abicheck.model import RecordLayout, Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """ABIs under which a record had one layout and has one layout."""

    abis: tuple[str, ...]
    old: RecordLayout
    new: RecordLayout


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """Something that lets a program ask whether the kernel knows a new member."""

    name: str
    """``KVM_CAP_SYSTEM_EVENT_DATA``, a flag, an ioctl, ``PERF_ATTR_SIZE_VER8``."""
    kind: str
    """``capability``, ``flag``, ``ioctl``, ``size version``, ``version``."""
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordChange:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """What a constant is in one version."""

    text: str
    """The expression as written; empty for an enumerator numbered by its position."""
    span: Span
    numbers: tuple[tuple[tuple[str, ...], int | None], ...]
    """(ABIs, number); None where it cannot be told."""
    enum: str | None = None
    """The enum's tag, or its first enumerator where it has none; None for a macro."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConstantChange:
    """A macro or enumerator before and after; None where a version does not have it."""

    name: str
    old: Value | None
    new: Value | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConstantsChange:
    """The constants of the headers that changed, names looked up in both whole trees."""

    changes: tuple[ConstantChange, ...]
    """Those that differ or are in one version only, in order of place."""
    kept: tuple[ConstantChange, ...] = ()
    """Those of the same headers that are as they were."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordGone:
    """A record that the current version does not define anywhere, though its header is there."""

    record: RecordFacts
    abis: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeChange:
    """Which headers two versions export."""

    old: tuple[HeaderFacts, ...]
    """Headers that only the baseline exports."""
    new: tuple[HeaderFacts, ...]
    """Headers that only the current version exports."""
    abis_lost: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """(path, ABIs) of headers that some ABIs no longer export."""
    gone: tuple[RecordGone, ...] = ()
