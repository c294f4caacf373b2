# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tells what an ioctl number means, in lines and as the document ``decode-1``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.report.json import document
from abicheck.report.lines import Role, plain
from abicheck.report.names import describe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abicheck.model.decoded import Command, Decoded
    from abicheck.report.lines import Line


def lines(decoded: Decoded) -> Iterator[Line]:
    """The parts of the number, then every command that could be meant."""
    among = [abi for reading in decoded.readings for abi in reading.abis]
    for reading in decoded.readings:
        letter = chr(reading.type)
        shown = f" '{letter}'" if letter.isprintable() and letter.isascii() else ""
        parts = f"type 0x{reading.type:02x}{shown}, nr 0x{reading.nr:02x}, {reading.size} bytes"
        yield (
            (f"{decoded.word}", Role.TITLE),
            (f"  {reading.direction}, {parts}", Role.PLAIN),
            (f"  on {describe(reading.abis, among)}", Role.COMMENT),
        )
    if not decoded.commands:
        yield plain(f"no command of {decoded.source} has this number")
        if decoded.others:
            other = "with another direction or size"
            yield plain(f"  {decoded.others} of the same type and nr, {other} (--all)")
        elif decoded.number is not None and decoded.number <= 0xFFFF:
            yield plain("  commands without _IO encoding are known only where a header lists many")
    for command in decoded.commands:
        yield from _command(command)


def _command(command: Command) -> Iterator[Line]:
    definition, parts = command.definition, command.definition.ioctl
    assert parts is not None  # a command has parts
    yield (
        (definition.name, Role.NAME),
        (f"  {definition.path}:{definition.line}", Role.PLACE),
        (f"  {parts.payload or 'no payload'}", Role.TYPE),
    )
    among = [abi for group in command.codes for abi in group.abis]
    matching = set(command.matches)
    for group in command.codes:
        number = "?" if group.number is None else f"0x{group.number:08x}"
        size = "size not known" if group.size is None else f"{group.size} bytes"
        mark = "=" if matching.issuperset(group.abis) and matching else " "
        yield plain(f"  {mark} {number}  {size}  on {describe(group.abis, among)}")


def as_json(decoded: Decoded) -> str:
    """The document ``decode-1``."""
    content = {
        "source": decoded.source,
        "word": decoded.word,
        "number": decoded.number,
        "readings": [
            {
                "abis": list(reading.abis),
                "direction": reading.direction,
                "type": reading.type,
                "nr": reading.nr,
                "size": reading.size,
            }
            for reading in decoded.readings
        ],
        "commands": [
            {
                "name": command.definition.name,
                "path": command.definition.path,
                "line": command.definition.line,
                "payload": command.definition.ioctl and command.definition.ioctl.payload,
                "direction": command.definition.ioctl and command.definition.ioctl.direction,
                "condition": list(command.definition.condition),
                "codes": [
                    {"abis": list(group.abis), "number": group.number, "size": group.size}
                    for group in command.codes
                ],
                "matches": list(command.matches),
            }
            for command in decoded.commands
        ],
    }
    return document("decode-1", content)
