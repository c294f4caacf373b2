# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tells what an ioctl number means, and which number a command has on every ABI."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from abicheck import abis as table
from abicheck.engine.sight import Sight
from abicheck.errors import UsageError
from abicheck.families.codes import (
    any_command,
    encode,
    plain_command,
    readings,
    scalar_size,
    split_payload,
)
from abicheck.families.collect import definitions
from abicheck.families.evaluate import Evaluator
from abicheck.families.scan import read_text
from abicheck.model.decoded import CodeGroup, Command, Decoded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from abicheck.families.scan import HeaderText
    from abicheck.model import Abi
    from abicheck.model.claims import Definition
    from abicheck.vcs.tree import Tree

_PLAIN = ("/ioctls.h", "/sockios.h")
_INCLUDE = re.compile(rb'^[ \t]*#[ \t]*include[ \t]*[<"]([\w./-]+)[>"]', re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodeRequest:
    """What a user asks about an ioctl."""

    word: str
    """A number, or a command's name."""
    path: str = "."
    rev: str | None = None
    abis: tuple[str, ...] = ()
    """Names of ABIs; () is all of them."""
    whole: bool = False
    """Also the commands whose type and number fit while direction or size do not."""


def decode(request: DecodeRequest) -> Decoded:
    """Every command that could be meant, with its number on each ABI.

    Raises UsageError for a word that is neither a number nor a command of the tree.
    """
    from abicheck.vcs.open import open_tree

    chosen = tuple(table.get(name) for name in request.abis) or table.all_abis()
    number = _number(request.word)
    opened = open_tree(Path(request.path), request.rev)
    sight = Sight(opened, chosen)
    found = list(_commands(opened.tree, sight.headers, request.word, number))
    if number is None and not found:
        raise UsageError(f"{request.word}: no ioctl of that name in {opened.tree.label}")
    sizes = _Sizes(request, chosen)
    commands = [
        _command(definition, text, seen, sizes, number)
        for definition, text in found
        if (seen := [abi for abi in chosen if sight.sees(definition.path, abi)])
    ]
    if number is not None and not request.whole:
        commands = [command for command in commands if _may_mean(command, number, chosen)]
    return Decoded(
        source=opened.tree.label,
        word=request.word,
        number=number,
        readings=() if number is None else readings(number, chosen),
        commands=tuple(commands),
    )


def _number(word: str) -> int | None:
    try:
        number = int(word, 0)
    except ValueError:
        if word[:1].isdigit():
            raise UsageError(f"{word} is no number") from None
        return None
    if not 0 <= number < 1 << 32:
        raise UsageError(f"{word} does not fit an ioctl's 32 bits")
    return number


def _commands(
    tree: Tree, headers: Iterable[str], word: str, number: int | None
) -> Iterator[tuple[Definition, HeaderText]]:
    for name in headers:
        content = tree.read(name) or b""
        plain = name.endswith(_PLAIN)
        if not plain and b"_IO" not in content:
            continue
        if number is None and word.encode() not in content:
            continue
        text = read_text(name, content)
        family = plain_command if plain else any_command
        for definition in definitions(family, (text,), tuple(_included(tree, name, content))):
            wanted = definition.name == word if number is None else _fits(definition, number)
            if wanted and definition.ioctl is not None:
                yield definition, text


def _included(tree: Tree, path: str, content: bytes) -> Iterator[HeaderText]:
    """The headers that a header names itself, where its tree has them."""
    folder = path.rpartition("/")[0]
    root = folder.rpartition("/")[0]
    for match in _INCLUDE.finditer(content):
        name = match.group(1).decode("ascii", "replace")
        for place in (f"{folder}/{name}", f"{root}/{name}"):
            found = tree.read(place.lstrip("/"))
            if found is not None:
                yield read_text(place, found)
                break


def _fits(definition: Definition, number: int) -> bool:
    return definition.number == number & 0xFFFF


def _may_mean(command: Command, number: int, chosen: Sequence[Abi]) -> bool:
    """Whether the number is the command's on some ABI, or nobody can tell its payload's size."""
    parts = command.definition.ioctl
    directions = {reading.direction for reading in readings(number, chosen)}
    unknown = any(group.number is None for group in command.codes)
    return bool(command.matches) or (
        unknown and parts is not None and parts.direction in directions
    )


def _command(
    definition: Definition,
    text: HeaderText,
    chosen: Sequence[Abi],
    sizes: _Sizes,
    number: int | None,
) -> Command:
    command = definition.ioctl
    assert command is not None  # only such definitions are taken
    known = sizes.of(definition, text)
    groups: dict[tuple[int | None, int | None], list[str]] = {}
    for abi in chosen:
        size = known.get(abi.name)
        code = None if size is None else encode(command, size, abi)
        groups.setdefault((code, size), []).append(abi.name)
    return Command(
        definition=definition,
        codes=tuple(
            CodeGroup(abis=tuple(names), number=code, size=size)
            for (code, size), names in groups.items()
        ),
        matches=tuple(
            name
            for (code, _), names in groups.items()
            if code is not None and code == number
            for name in names
        ),
    )


class _Sizes:
    """The bytes of payloads under every ABI, laid out when first asked for."""

    def __init__(self, request: DecodeRequest, chosen: Sequence[Abi]) -> None:
        self._request = request
        self._chosen = chosen
        self._records: dict[tuple[str, str], Mapping[str, int]] = {}

    def of(self, definition: Definition, text: HeaderText) -> Mapping[str, int]:
        """Bytes by ABI; ABIs under which nobody can tell are left out."""
        command = definition.ioctl
        assert command is not None  # only such definitions are taken
        if command.size is not None:
            return {abi.name: command.size for abi in self._chosen}
        split = split_payload(command.payload or "", Evaluator((text,)))
        if split is None:
            return {}
        name, count = split
        scalars = {abi.name: scalar_size(name, abi) for abi in self._chosen}
        if any(size is not None for size in scalars.values()):
            return {abi: size * count for abi, size in scalars.items() if size is not None}
        record = self._record(name.rpartition(" ")[2], definition.path)
        return {abi: size * count for abi, size in record.items()}

    def _record(self, tag: str, path: str) -> Mapping[str, int]:
        key = (tag, path)
        if key not in self._records:
            self._records[key] = self._laid_out(tag)
        return self._records[key]

    def _laid_out(self, tag: str) -> Mapping[str, int]:
        from abicheck.engine import LayoutRequest, layout

        request = LayoutRequest(
            names=(tag,),
            paths=(self._request.path,),
            rev=self._request.rev,
            abis=tuple(abi.name for abi in self._chosen),
        )
        try:
            report = layout(request)
        except UsageError:
            return {}
        return {
            abi: group.layout.size
            for record in report.records
            if record.name.rpartition(" ")[2] == tag
            for group in record.groups
            for abi in group.abis
        }
