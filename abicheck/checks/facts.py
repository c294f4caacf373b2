# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds what mechanisms are given and what they give back."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from abicheck.families.blocks import Block
    from abicheck.families.scan import HeaderText
    from abicheck.model import (
        Breaks,
        CType,
        Edit,
        Evidence,
        NotChecked,
        RecordAcross,
        Severity,
        Shift,
        Span,
        Victim,
    )
    from abicheck.model.claims import Definition


class Role(StrEnum):
    """How a record crosses the boundary between two programs that may differ in ABI."""

    IOCTL_IN = "ioctl, from the program"
    IOCTL_OUT = "ioctl, to the program"
    IOCTL_BOTH = "ioctl, both ways"
    SYSCALL = "system call argument"
    MAPPED = "mapped by both"
    NETLINK = "netlink payload"
    STREAM = "read or written"
    GUEST = "shared with a guest"
    WIRE = "wire or disk format"
    """Judged by its own definition, never by compat."""
    NATIVE = "the C library's own system call"
    """Defined by word size, with a conversion on every architecture: judged by nobody anew."""
    COMPAT_TWIN = "mirror of another record"
    """A ``compat_X`` or ``X_32``: means to be the other ABI's layout."""
    KERNEL_ONLY = "never leaves the kernel"


class Use(Struct, frozen=True, kw_only=True):
    """One way in which a record crosses, and where that is said."""

    role: Role
    by: str
    """The ioctl's name, the holding record, or the file that says so."""
    span: Span | None = None


class Around(Protocol):
    """What a header can see besides its own text, under the first ABI that exports it."""

    @property
    def prelude(self) -> tuple[str, ...]:
        """The headers that a program must include first."""

    @property
    def commands(self) -> tuple[Definition, ...]:
        """The ioctl commands that the header defines."""

    @property
    def register(self) -> tuple[Block, ...]:
        """The blocks of ioctl numbers that the tree's register gives to files."""

    def lacking(self, include: str) -> tuple[str, ...]:
        """The ABIs under which a program that includes the header does not find that path."""

    def value(self, expression: str) -> int | None:
        """The number of a constant expression, None where text alone does not give it."""

    def named(self, name: str) -> int | None:
        """The number of a macro or an enumerator, None where text alone does not give it."""

    def defines(self, name: str) -> bool:
        """Whether the header, or one that it may include, makes a macro or enumerator of it."""

    def mentions(self, name: str, line: int) -> bool:
        """Whether the word is anywhere in what it may include, or on an earlier line of its own."""

    def definer(self, name: str) -> str | None:
        """An exported header that defines a macro or an enumerator of that name, None if none."""

    def is_included_by(self, include: str | None) -> bool:
        """Whether another header includes this one, and so may provide for it."""

    def sizes(self, definition: Definition) -> Mapping[str, int]:
        """By ABI: the bytes of a command's payload, where its type is a scalar or was laid out."""

    def may_hold_address(self, definition: Definition) -> bool:
        """Whether a command's payload has an address in it, or nobody knows what it has."""

    def code(self, definition: Definition, size: int, abi: str) -> int:
        """The number that a command with so many bytes of payload has."""

    def largest(self, abi: str) -> int:
        """The bytes that the ABI's ioctl numbers can say at most."""

    def guarded_by(self, name: str) -> tuple[str, ...]:
        """The include paths of all headers whose include guard has that name."""

    def internal(self) -> bytes | None:
        """The text of the kernel's own header of the same name."""


class HeaderFacts(Struct, frozen=True, kw_only=True, eq=False):
    """One header: its raw text and what it defines, independent of any ABI."""

    path: str
    include: str
    content: bytes
    """The raw bytes, as they are in the tree."""
    lines: tuple[str, ...]
    """The text by lines, without line ends."""
    text: HeaderText
    """Macros, enumerators and comments, under any ``#if``."""
    abis: tuple[str, ...]
    """The ABIs that export it and parse it; none where it compiles nowhere."""
    arch: str | None
    """The architecture it belongs to, None for all of them."""
    types: dict[str, CType] = field(default_factory=dict)
    """By typedef name: the type behind it, under the first of ``abis``."""
    problems: tuple[NotChecked, ...] = ()
    """Why it does not compile, where it does not."""
    around: Around


class RecordFacts(Struct, frozen=True, kw_only=True, eq=False):
    """One record of a header under all ABIs, and how it crosses the boundary."""

    across: RecordAcross
    header: HeaderFacts
    uses: tuple[Use, ...]
    hidden_in: str | None = None
    """The padded union's record that hides this one's size, if it is only an arm of such."""
    holders: tuple[str, ...] = ()
    """The records judged together with it that hold it by value."""
    twin: str | None = None
    """The record that repeats this one's 32-bit layout under every ABI."""
    kernel_side: Callable[[], RecordAcross | None] = field(default=lambda: None)

    @property
    def kernel(self) -> RecordAcross | None:
        """What the kernel compiles, where ``__KERNEL__`` stands inside the record."""
        return self.kernel_side()

    @property
    def crosses(self) -> bool:
        """Whether two sides of different ABI can meet over it, as far as the tree tells."""
        own = {use.role for use in self.uses}
        return not own & {Role.WIRE, Role.NATIVE, Role.COMPAT_TWIN, Role.KERNEL_ONLY}


class TreeFacts(Struct, frozen=True, kw_only=True):
    """All headers judged together."""

    headers: tuple[HeaderFacts, ...]
    records: tuple[RecordFacts, ...]


class Hit(Struct, frozen=True, kw_only=True):
    """What a mechanism found; the rule makes a finding of it."""

    span: Span
    subject: str
    abis: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    """What the rule's message is filled with."""
    consequence: str = ""
    suggestion: str = ""
    edits: tuple[Edit, ...] = ()
    severity: Severity | None = None
    """Where this hit weighs otherwise than the rule says."""
    breaks: Breaks | None = None
    kind: str = ""
    """What a change did, in one word; as at ``Finding``."""
    victims: tuple[Victim, ...] = ()
    older: Span | None = None
    shifts: tuple[Shift, ...] = ()
    references: tuple[str, ...] = ()
    """Of this hit; () for those of the rule."""
