# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds number families, the claims made on their numbers, and collisions."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from abicheck.model.findings import Severity


class FamilyKind(StrEnum):
    """What a number of the family is, and so what makes two of them collide."""

    IDS = "ids"
    """Unique values."""
    BITS = "bits"
    """Flags of one word: no two share a bit."""
    IOCTL = "ioctl"
    """Commands ``(type, nr)`` with a direction and a payload."""
    SYSCALL = "syscall"
    """Rows of the system call tables."""
    RANGES = "ranges"
    """Addresses with sizes: no two overlap."""


class CollisionKind(StrEnum):
    """How claims contradict each other."""

    NUMBER = "number"
    """One number, different names in different trees."""
    NAME = "name"
    """One name, different numbers."""
    DUPLICATE = "duplicate"
    """One number, different names inside one tree."""
    RESERVATION = "reservation"
    """A number that a reservation keeps for another name."""
    FULFILLED = "fulfilled"
    """A number that a reservation keeps for the very name that has it elsewhere."""
    OVERLAP = "overlap"
    """Flags that share a bit, or address ranges that share bytes."""
    RANGE = "range"
    """A number outside the range its claimant may take from."""

    @property
    def rule(self) -> str:
        """The name of the rule that tells of it."""
        return _RULES[self]


_RULES = {
    CollisionKind.NUMBER: "number-collision",
    CollisionKind.NAME: "name-collision",
    CollisionKind.DUPLICATE: "duplicate-number",
    CollisionKind.RESERVATION: "reservation-violated",
    CollisionKind.FULFILLED: "reservation-fulfilled",
    CollisionKind.OVERLAP: "number-overlap",
    CollisionKind.RANGE: "number-out-of-range",
}


class Ioctl(Struct, frozen=True, kw_only=True):
    """The parts of an ioctl command as its header writes them."""

    macro: str
    """``_IO``, ``_IOR``, ``_IOW``, ``_IOWR``, or ``literal`` for a bare number."""
    direction: str
    """``none``, ``read``, ``write`` or ``read/write``, seen from user space."""
    type: int
    nr: int
    payload: str | None
    """The C type whose size the number encodes, as written; None without one."""
    size: int | None = None
    """Bytes the number encodes, where they are known without laying the payload out."""


class Definition(Struct, frozen=True, kw_only=True):
    """One place in one file that gives a name of a family its number, or keeps a number."""

    name: str
    number: int | None
    """None where the expression cannot be evaluated; ``problem`` then says why."""
    path: str
    line: int
    text: str
    """The expression as written; empty for an enumerator numbered by its position."""
    condition: tuple[str, ...] = ()
    """The ``#if`` conditions around it, outermost first."""
    reservation: bool = False
    """It stands in a comment or a placeholder: the number is kept, not used."""
    alias_of: str | None = None
    """The name that the expression consists of."""
    implicit: bool = False
    """The number is an enumerator's position."""
    marker: bool = False
    """It counts or bounds the family and is no member of it."""
    problem: str | None = None
    misplaced: str | None = None
    """Why a newcomer may not take the number, or None."""
    size: int | None = None
    """Bytes from ``number`` on, for a member of a ``ranges`` family."""
    ioctl: Ioctl | None = None


class Commit(Struct, frozen=True, kw_only=True):
    """A commit that gave a name its number, and the first tag that contains it."""

    id: str
    date: int
    """Committer date, seconds since 1970."""
    subject: str
    tag: str | None = None


class Claim(Struct, frozen=True, kw_only=True):
    """A definition as one tree holds it."""

    tree: str
    definition: Definition
    first: Commit | None = None


class Collision(Struct, frozen=True, kw_only=True):
    """Claims that cannot all stand, or (severity note) only look as if they could not."""

    family: str
    kind: CollisionKind
    severity: Severity
    number: int | None
    names: tuple[str, ...]
    message: str
    claims: tuple[Claim, ...]
    keeper: str | None = None
    """The tree whose claim stands: upstream, else whoever was first; None if nobody can say."""
    movers: tuple[str, ...] = ()
    """The trees that have to take another number."""
    suggestion: int | None = None
    """A number that is free in all trees."""
    follows: tuple[Collision, ...] = ()
    """Collisions with the same root, such as all enumerators after an insertion."""


class Alias(Struct, frozen=True, kw_only=True):
    """Names of one number, such as an old and a new spelling, and why."""

    names: tuple[str, ...]
    reason: str


class Renumbered(Struct, frozen=True, kw_only=True):
    """Names whose numbers upstream itself changed once, and why."""

    names: tuple[str, ...]
    reason: str


class Kept(Struct, frozen=True, kw_only=True):
    """Numbers that nobody may take, though no header claims them."""

    spans: tuple[tuple[int, int], ...]
    """First and last number of each run."""
    reason: str


class Extent(Struct, frozen=True, kw_only=True):
    """How many bytes belong to an address, for the constants whose names match."""

    names: str
    size: int


class Family(Struct, frozen=True, kw_only=True):
    """Numbers that share one space, and how to find the claims on them."""

    id: str
    title: str
    kind: FamilyKind
    headers: tuple[str, ...]
    """Include names such as ``linux/kvm.h``; ``asm/`` ones are looked for under ``arches``."""
    names: str
    """Regular expression that a member's whole name matches."""
    excludes: str | None = None
    """Regular expression of names that only share the prefix."""
    enums: tuple[str, ...] = ()
    """The enums whose enumerators belong to it, by tag, by first enumerator where there is
    none; empty: any enum."""
    arches: tuple[str, ...] = ()
    """Directories below ``arch/`` whose ``asm/`` headers belong to it."""
    uses: tuple[str, ...] = ()
    """Include names of headers whose macros the expressions need."""
    magic: tuple[int, ...] = ()
    """For ``ioctl``: the type bytes."""
    width: int = 32
    """Bits of the word that holds a number."""
    aliases: tuple[Alias, ...] = ()
    shares: tuple[Alias, ...] = ()
    """Names that may have one number at once, such as commands of different descriptors."""
    renumbered: tuple[Renumbered, ...] = ()
    kept: tuple[Kept, ...] = ()
    foreign: tuple[Kept, ...] = ()
    """Numbers that belong to somebody else, though their encoding is this family's."""
    markers: str | None = None
    """Regular expression of further markers beside the usual ``_MAX``, ``_LAST``, ``NR_``."""
    members: str | None = None
    """Regular expression of members that only look like markers."""
    fields: str | None = None
    """For ``bits``: regular expression of masks and multi-bit fields that may cover flags."""
    sizes: tuple[Extent, ...] = ()
    """For ``ranges``: what each address begins; the first that matches counts."""
    spaces: tuple[str, ...] = ()
    """Regular expressions that split the family: only names of one space collide."""
    ceiling: int | None = None
    """Numbers above it are outside the range upstream allocates from."""
    floor: int = 0
    """The smallest number to allocate."""
    pool: str | None = None
    """Families of one pool take new numbers that are free in all of them."""
    external: str | None = None
    """Who hands out the numbers, where it is not the kernel."""
    note: str = ""


class Missing(Struct, frozen=True, kw_only=True):
    """A tree that has none of a family's headers."""

    tree: str
    headers: tuple[str, ...]


class Sheet(Struct, frozen=True, kw_only=True):
    """A family as one content holds it, with the trees that share this content."""

    trees: tuple[str, ...]
    definitions: tuple[Definition, ...]


class Promise(Struct, frozen=True, kw_only=True):
    """A number that is given away, though upstream does not use it under this name."""

    number: int
    name: str
    trees: tuple[str, ...]
    reservation: bool


class FamilyResult(Struct, frozen=True, kw_only=True):
    """One family across all trees."""

    family: Family
    sheets: tuple[Sheet, ...]
    collisions: tuple[Collision, ...]
    free: tuple[int, ...]
    """The next numbers free in all trees; none where the space is full or an outside body
    allocates."""
    top: int | None = None
    """The last number of the block that upstream allocates from."""
    promised: tuple[Promise, ...] = ()
    missing: tuple[Missing, ...] = ()
    unevaluated: tuple[Claim, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def next_free(self) -> int | None:
        """The first number that a newcomer may take."""
        return self.free[0] if self.free else None


class TreeName(Struct, frozen=True, kw_only=True):
    """One of the compared trees."""

    label: str
    role: str
    """``upstream``, ``downstream`` or ``branch``."""


class CollideReport(Struct, frozen=True, kw_only=True):
    """What a comparison of trees found."""

    trees: tuple[TreeName, ...]
    families: tuple[FamilyResult, ...]
    absent: tuple[str, ...] = ()
    """Families none of whose headers is in any tree."""
    notes: tuple[str, ...] = ()
    complete: bool = True
    """Every header that a tree has was read; if not, a note says which one was not."""
