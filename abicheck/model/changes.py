# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds what a comparison of two versions found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from abicheck.model.declarations import NotChecked
    from abicheck.model.findings import Finding, Suppressed
    from abicheck.model.layout import RecordAcross
    from abicheck.model.results import Absent


THROUGH = frozenset({"typedef", "value"})
"""The kinds of findings that tell of records as well that differ through their subjects alone."""


class RecordPair(Struct, frozen=True, kw_only=True):
    """One record before and after; None where a version does not have it."""

    old: RecordAcross | None
    new: RecordAcross | None

    @property
    def name(self) -> str:
        """The record's name today, or its last one."""
        known = self.new or self.old
        assert known is not None  # one of the two exists
        return known.name


class HeaderChange(Struct, frozen=True, kw_only=True):
    """A header whose contents, or what they include, differ between the versions."""

    path: str
    """Today's, or its last one."""
    old_path: str | None
    """Where the baseline has it; None for a new header."""
    removed: bool = False
    abis: tuple[str, ...] = ()
    """The ABIs for which either version exports it; () where that was not asked."""
    records: tuple[RecordPair, ...] = ()
    """The records laid out differently under some ABI, and those that one version alone has."""
    unevaluated: tuple[str, ...] = ()
    """Constants whose text changed and whose numbers cannot be told."""
    typedefs: tuple[str, ...] = ()
    """Those in its text that stand for another scalar type now under some ABI."""
    inherits: tuple[str, ...] = ()
    """Typedefs and constants, of any header, through which alone some of its records differ."""


class DiffReport(Struct, frozen=True, kw_only=True):
    """What changed between two versions, and whom it breaks."""

    baseline: str
    current: str
    abis: tuple[str, ...]
    headers: tuple[HeaderChange, ...]
    """Every header that differs, whether anything came of it or not."""
    findings: tuple[Finding, ...]
    suppressed: tuple[Suppressed, ...] = ()
    not_checked: tuple[NotChecked, ...] = ()
    absent: tuple[Absent, ...] = ()
    merged: tuple[str, ...] = ()
    """The parents, where a merge was asked what it lost of them."""
    notes: tuple[str, ...] = ()
