# SPDX-License-Identifier: GPL-2.0-or-later
"""This module judges the ioctl numbers that a header defines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from abicheck.abis import compat_pairs
from abicheck.checks.facts import Hit
from abicheck.checks.reading import read
from abicheck.checks.source import replaced
from abicheck.families.codes import scalar_kind
from abicheck.model import Breaks, Evidence, ScalarKind, Severity, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from abicheck.checks.facts import HeaderFacts
    from abicheck.families.blocks import Block
    from abicheck.model import Edit, Rule
    from abicheck.model.claims import Definition

_SIZEOF = re.compile(r"\bsizeof\s*\(\s*((?:struct |union |enum )?\s*\w+(?:\s*\[[^\]]*\])?)\s*\)")
_COMMON = frozenset({"linux", "include", "drivers", "asm", "uapi", "char", "net", "usb", "misc"})
_SHARED_OUT = ("/ioctls.h", "/sockios.h")
"""Terminals and sockets: their numbers are older than the register."""
_DIRECTED = frozenset({"_IOR", "_IOW", "_IOWR"})


def encoding(header: HeaderFacts, rule: Rule) -> Iterator[Hit]:
    """Numbers whose size, or whose number on another ABI, is not what was meant."""
    reading = read(header)
    varying: dict[str, list[Definition]] = {}
    for definition in header.around.commands:
        if not reading.is_exported(definition.line) or definition.ioctl is None:
            continue
        twice = _sizeof_payload(definition)
        sizes = header.around.sizes(definition)
        large = {abi: size for abi, size in sizes.items() if size > header.around.largest(abi)}
        if twice is not None:
            yield _twice_hit(header, definition, twice)
        elif large:
            yield _large_hit(header, definition, large)
        else:
            if _differing(definition, sizes):
                payload = definition.ioctl.payload or ""
                key = payload if _is_record(payload) else definition.name
                varying.setdefault(key, []).append(definition)
            yield from _direction_hits(header, definition, rule)
    for definitions in varying.values():
        yield _pair_hit(header, definitions)


def _is_record(payload: str) -> bool:
    if "*" in payload or scalar_kind(payload) is not None:
        return False
    return payload.startswith(("struct", "union")) or payload.endswith("_t")


def _differing(definition: Definition, sizes: Mapping[str, int]) -> tuple[tuple[str, str], ...]:
    """The compat pairs for whose halves a command has different numbers."""
    command = definition.ioctl
    if command is None or command.macro not in _DIRECTED | {"_IOC"}:
        return ()
    return tuple(
        (small.name, large.name)
        for small, large in compat_pairs()
        if small.name in sizes and large.name in sizes and sizes[small.name] != sizes[large.name]
    )


def _sizeof_payload(definition: Definition) -> re.Match[str] | None:
    command = definition.ioctl
    if command is None or command.macro not in _DIRECTED:
        return None
    return _SIZEOF.search(command.payload or "")


def _place(header: HeaderFacts, definition: Definition) -> Span:
    return Span(header.path, definition.line, 1)


def _twice_hit(header: HeaderFacts, definition: Definition, twice: re.Match[str]) -> Hit:
    line = header.lines[definition.line - 1]
    mended = line.replace(twice[0], twice[1])
    edits: tuple[Edit, ...] = ()
    if mended != line:
        edits = (replaced(header, definition.line, mended),)
    return Hit(
        span=_place(header, definition),
        subject=definition.name,
        fields=(("name", definition.name), ("what", "takes sizeof of what is a size already")),
        consequence="the number says the size of size_t, which differs between 32 and 64 bits",
        suggestion=mended.strip(),
        # Once programs use the number, the mended one is another command.
        edits=edits,
        severity=Severity.ERROR,
        breaks=Breaks.COMPAT,
    )


def _large_hit(header: HeaderFacts, definition: Definition, large: Mapping[str, int]) -> Hit:
    abi, size = next(iter(large.items()))
    limit = header.around.largest(abi)
    return Hit(
        span=_place(header, definition),
        subject=definition.name,
        abis=tuple(large),
        evidence=(Evidence(abis=tuple(large), size=size),),
        fields=(
            ("name", definition.name),
            ("what", f"has a payload of {size} bytes, and a number can say {limit} at most"),
        ),
        suggestion="A record that points to the data: its size, and its address as __u64.",
        severity=Severity.ERROR,
        breaks=Breaks.BINARY,
    )


def _pair_hit(header: HeaderFacts, definitions: list[Definition]) -> Hit:
    """A command whose number depends on the ABI, and the others with the same payload."""
    definition = definitions[0]
    sizes = header.around.sizes(definition)
    pairs = _differing(definition, sizes)
    small, large = pairs[0]
    here = header.around.code(definition, sizes[small], small)
    there = header.around.code(definition, sizes[large], large)
    payload = (definition.ioctl and definition.ioctl.payload) or ""
    what = (
        f"is 0x{there:08x} ({sizes[large]} bytes) for the {large} kernel "
        f"and 0x{here:08x} ({sizes[small]}) for {small} programs"
    )
    others = len(definitions) - 1
    return Hit(
        span=_place(header, definition),
        subject=definition.name,
        abis=tuple(dict.fromkeys(name for name, _ in pairs)),
        evidence=_numbers(header, definition, sizes),
        fields=(("name", definition.name), ("what", what)),
        consequence=f"{others} more with {payload} differ in the same way" if others else "",
        suggestion=f"One size of {payload} for all, which then has one number."
        if _is_record(payload)
        else _with_payload(definition, _fixed(payload)),
        # What makes a record's size differ is a finding of its own.
        severity=Severity.NOTE if _is_record(payload) else None,
        breaks=Breaks.COMPAT,
    )


def _fixed(payload: str) -> str:
    """A payload of the same size everywhere: what a pointer leads to, or 64 bits."""
    if "*" in payload:
        target = payload.rstrip("* ")
        return target if target.startswith(("struct", "union")) else "__u64"
    unsigned = "unsigned" in payload or scalar_kind(payload) is ScalarKind.ULONG
    return "__u64" if unsigned else "__s64"


def _with_payload(definition: Definition, payload: str) -> str:
    command = definition.ioctl
    head, comma, tail = " ".join(definition.text.split()).rpartition(",")
    end = tail[len(tail.rstrip(") ")) :] if command is not None else ""
    return f"#define {definition.name} {head}{comma} {payload}{end}"


def _numbers(
    header: HeaderFacts, definition: Definition, sizes: Mapping[str, int]
) -> tuple[Evidence, ...]:
    found: dict[tuple[int, int], list[str]] = {}
    for abi, size in sizes.items():
        code = header.around.code(definition, size, abi)
        found.setdefault((size, code), []).append(abi)
    return tuple(
        Evidence(abis=tuple(abis), size=size, text=f"0x{code:08x}")
        for (size, code), abis in found.items()
    )


def _direction_hits(header: HeaderFacts, definition: Definition, rule: Rule) -> Iterator[Hit]:
    """A ``GET`` that only writes, or a ``SET`` that only reads."""
    command = definition.ioctl
    words = definition.name.split("_")
    known = rule.parameter("inward")
    if command is None or (isinstance(known, tuple) and definition.name.startswith(known)):
        return
    wrong = None
    if command.macro == "_IOW" and "GET" in words and "SET" not in words:
        wrong = ("gets something by its name, and its _IOW only passes data in", "_IOR")
    elif command.macro == "_IOR" and "SET" in words and "GET" not in words:
        wrong = ("sets something by its name, and its _IOR only passes data out", "_IOW")
    if wrong is not None:
        text = " ".join(definition.text.split())
        address = header.around.may_hold_address(definition)
        yield Hit(
            span=_place(header, definition),
            subject=definition.name,
            fields=(("name", definition.name), ("what", wrong[0])),
            consequence="right only if the data goes through an address in the payload"
            if address
            else "tracers decode it the wrong way round",
            suggestion=f"#define {definition.name} {text.replace(command.macro, wrong[1])}",
            severity=Severity.NOTE,
            breaks=Breaks.HYGIENE,
        )


def block_conflict(header: HeaderFacts, rule: Rule) -> Iterator[Hit]:
    """Commands in blocks that the register gives to other files: once for the header."""
    if header.path.endswith(_SHARED_OUT) or not header.around.commands:
        return
    register: tuple[Block | _Row, ...] = header.around.register or tuple(_known_rows(rule))
    told: dict[Block | _Row, list[Definition]] = {}
    reading = read(header)
    for definition in header.around.commands:
        command = definition.ioctl
        if command is None or not reading.is_exported(definition.line):
            continue
        around = [b for b in register if b.type == command.type and b.first <= command.nr <= b.last]
        if around and not any(_is_given(header, block) for block in around):
            told.setdefault(min(around, key=_width), []).append(definition)
    if told:
        block = min(told, key=lambda block: (_is_loose(block), told[block][0].line))
        yield _block_hit(header, block, told[block], sum(map(len, told.values())))


class _Row(Struct, frozen=True):
    """A row of the rule's own short register, for headers without the kernel's."""

    type: int
    first: int
    last: int
    files: tuple[str, ...]
    shared: bool = False


def _known_rows(rule: Rule) -> Iterator[_Row]:
    rows = rule.parameter("register")
    for row in rows if isinstance(rows, tuple) else ():
        code, span, file = row.split()
        first, _, last = span.partition("-")
        yield _Row(int(code, 16), int(first, 16), int(last, 16), (file,))


def _width(block: Block | _Row) -> int:
    return block.last - block.first


def _is_loose(block: Block | _Row) -> bool:
    """Whether others are known to be in it, or it is a whole type, which nobody fills."""
    return block.shared or _width(block) == 0xFF


def _is_given(header: HeaderFacts, block: Block | _Row) -> bool:
    """Whether a block's files include the header, or are of the same driver."""
    folder, _, name = header.path.rpartition("/")
    stem = name.removesuffix(".h")
    parts = {part for file in block.files for part in file.split("/")}
    driver = {folder.rpartition("/")[2], re.split("[-_]", stem)[0]}
    if driver & {re.split("[-_]", _stem(part))[0] for part in parts}:
        return True
    return name in parts or any(stem in part or _stem(part) in stem for part in parts)


def _stem(part: str) -> str:
    """A file's name that may stand inside another's; one that does not for a common folder."""
    stem = part.partition(".")[0]
    return stem if len(stem) > 2 and stem not in _COMMON else "?"


def _block_hit(
    header: HeaderFacts, block: Block | _Row, definitions: list[Definition], count: int
) -> Hit:
    first = definitions[0]
    command = first.ioctl
    assert command is not None  # only commands are collected
    letter = f"'{chr(block.type)}'" if 32 < block.type < 127 else f"0x{block.type:02X}"
    return Hit(
        span=_place(header, first),
        subject=first.name,
        fields=(
            ("name", first.name),
            ("number", f"{letter} 0x{command.nr:02x}"),
            ("block", f"{block.first:02X}-{block.last:02X}"),
            ("file", block.files[0]),
        ),
        consequence=f"and {count - 1} more of this header lie in others' blocks" * (count > 1),
        severity=Severity.NOTE if _is_loose(block) else None,
    )
