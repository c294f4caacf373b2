# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds what a rule says about a header, and to whom it matters."""

from __future__ import annotations

from enum import StrEnum
from hashlib import sha256
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from abicheck.model.declarations import NotChecked, Span
    from abicheck.model.results import Absent


class Severity(StrEnum):
    """How bad it is, as SARIF has it."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def rank(self) -> int:
        """0 for an error, more for what matters less."""
        return (Severity.ERROR, Severity.WARNING, Severity.NOTE).index(self)


class Breaks(StrEnum):
    """Whom it breaks."""

    COMPAT = "compat"
    """32-bit programs on a 64-bit kernel."""
    BINARY = "binary"
    """Compiled programs."""
    SOURCE = "source"
    """Programs when they are compiled again."""
    PORTABILITY = "portability"
    """Some architectures, none of which run the others' programs."""
    HYGIENE = "hygiene"
    """Nothing today; the next change will find it harder."""


class Victim(StrEnum):
    """Who meets the other side of a change."""

    OLD_PROGRAM = "old programs on the new kernel"
    NEW_PROGRAM = "new programs on an old kernel"
    COMPAT = "32-bit programs on a 64-bit kernel"
    SOURCE = "programs that are compiled again"


class Side(Struct, frozen=True, kw_only=True):
    """What one of two versions says of a subject; in bytes, bit positions in ``text``."""

    offset: int | None = None
    size: int | None = None
    align: int | None = None
    value: int | None = None
    """The number of a constant."""
    text: str = ""
    """Anything else that was measured, such as a type."""


class Shift(Struct, frozen=True, kw_only=True):
    """What a change does under some ABIs that agree; None is a version without the subject."""

    abis: tuple[str, ...]
    old: Side | None
    new: Side | None


class Evidence(Struct, frozen=True, kw_only=True):
    """What some ABIs that agree make of the subject; in bytes, bit positions in ``text``."""

    abis: tuple[str, ...]
    offset: int | None = None
    size: int | None = None
    align: int | None = None
    text: str = ""
    """Anything else that was measured, such as an ioctl number."""


class Edit(Struct, frozen=True, kw_only=True):
    """Lines to put in place of others; the text ends with a newline unless it is empty."""

    path: str
    line: int
    """The first line replaced, counted from 1; the text goes before it where none is."""
    count: int
    """How many lines are replaced."""
    text: str


class Excerpt(Struct, frozen=True, kw_only=True):
    """The source at a finding, as it was read; lines without their ends, long ones cut short."""

    before: str
    """The line in front; empty where there is none."""
    line: str
    column: int
    """Characters of the line in front of the place."""


class Finding(Struct, frozen=True, kw_only=True):
    """One thing a reviewer would say."""

    rule: str
    catalogue: str
    """The rule's id in the catalogue of rules, such as ``L01``; empty for a user's own."""
    severity: Severity
    breaks: Breaks
    span: Span
    subject: str
    """``struct kvm_run.system_event.flags``, a macro's name, or the header's include path."""
    abis: tuple[str, ...]
    """The ABIs it is about, in table order; () where it has nothing to do with ABIs."""
    evidence: tuple[Evidence, ...] = ()
    message: str
    consequence: str = ""
    """What follows from it, said once: "and 7 later members move by the same 4 bytes"."""
    suggestion: str = ""
    """What to write instead."""
    references: tuple[str, ...] = ()
    edits: tuple[Edit, ...] = ()
    """A mechanical repair, where there is one."""
    excerpt: Excerpt | None = None
    """None where the place is not in a header that was judged."""
    kind: str = ""
    """What a change did, such as ``moved``; empty for a finding about one version."""
    victims: tuple[Victim, ...] = ()
    """Who is hurt by a change; () is nobody, or a finding about one version."""
    older: Span | None = None
    """Where the subject of a change stood in the baseline; ``span`` is its place today, or the
    same as this where it is gone."""
    shifts: tuple[Shift, ...] = ()
    """A change's numbers, by groups of ABIs."""

    @property
    def place(self) -> tuple[str, str, str]:
        """(rule, path, subject): what the finding is about, whatever its lines and ABIs.

        The path is empty where the subject is a name that C keeps unique.
        """
        named = self.subject.startswith(("struct ", "union ", "enum "))
        return self.rule, "" if named else self.span.path, self.subject

    def repeats(self, older: Finding) -> bool:
        """Whether it says nothing that an older finding did not say.

        Under ABIs that the older one could not speak of, as its header was not exported there,
        nothing is new either.
        """
        spoken_of = {abi for item in older.evidence for abi in item.abis} or set(self.abis)
        return self.place == older.place and set(self.abis) & spoken_of <= set(older.abis)

    @property
    def fingerprint(self) -> str:
        """The same for the same finding wherever its lines have moved to.

        Made of rule, subject and ABIs. The path counts only where the subject is no name that C
        keeps unique, so that a record that moves to another header takes its findings along.
        """
        parts = (*self.place, *self.abis)
        return sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()[:32]


class Suppressed(Struct, frozen=True, kw_only=True):
    """A finding that somebody allowed, and why."""

    finding: Finding
    by: str
    """``inline`` or the path of the file of accepted findings."""
    reason: str


class LintReport(Struct, frozen=True, kw_only=True):
    """What the rules say about some headers."""

    source: str
    abis: tuple[str, ...]
    headers: int
    """How many headers were judged under at least one ABI."""
    findings: tuple[Finding, ...]
    suppressed: tuple[Suppressed, ...] = ()
    not_checked: tuple[NotChecked, ...] = ()
    absent: tuple[Absent, ...] = ()
    notes: tuple[str, ...] = ()


class Change(Struct, frozen=True, kw_only=True):
    """A file before and after its repairs."""

    path: str
    """Within its tree."""
    name: str
    """As a patch calls it: from the top of the repository, or from the current folder."""
    old: bytes
    new: bytes
    edits: tuple[Edit, ...]
    """What was done, from the top to the end; lines are those of the old text."""
