# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tells what an ioctl number means, and which number a command has on every ABI."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from abicheck import abis as table
from abicheck.engine.sight import Sight
from abicheck.errors import UsageError
from abicheck.families.bare import bare_commands, speaks_of_ioctls
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
from abicheck.families.typedefs import behind
from abicheck.model.decoded import CodeGroup, Command, Decoded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from abicheck.families.scan import HeaderText
    from abicheck.model import Abi
    from abicheck.model.claims import Definition, Family
    from abicheck.vcs.tree import Tree

_PLAIN = ("/ioctls.h", "/sockios.h", "/wireless.h")
_INCLUDE = re.compile(rb'^[ \t]*#[ \t]*include[ \t]*[<"]([\w./-]+)[>"]', re.MULTILINE)
_DIGITS = re.compile(r"[0-9A-Fa-f]{4,8}")
_LIKELY = re.compile(
    rb"^[ \t]*#[ \t]*define[ \t]+(\w+)[ \t]+\(?(?:\w*IO[CRW]*[ \t]*\(|0x[0-9A-Fa-f]{4}\b)",
    re.MULTILINE,
)
"""A definition that looks like a command's."""


class DecodeRequest(Struct, frozen=True, kw_only=True):
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
        told = f"{request.word}: no ioctl of that name in the headers of {opened.tree.label}"
        raise UsageError(told + _hint(request.word, opened.tree, sight.headers))
    sizes = _Sizes(request, opened.tree, chosen)
    commands = [
        _command(definition, text, seen, sizes, number)
        for definition, text in found
        if (seen := [abi for abi in chosen if sight.sees(definition.path, abi)])
    ]
    offered = commands
    if number is not None and not request.whole:
        offered = [_known(command) for command in commands if command.matches]
    return Decoded(
        source=opened.tree.label,
        word=request.word,
        number=number,
        readings=() if number is None else readings(number, chosen),
        commands=tuple(offered),
        others=len(commands) - len(offered),
    )


def _known(command: Command) -> Command:
    """A command without the ABIs that lack its payload's type."""
    return replace(command, codes=tuple(g for g in command.codes if g.number is not None))


def _number(word: str) -> int | None:
    try:
        number = int(word, 0)
    except ValueError:
        if word[:1].isdigit():
            raise UsageError(f"{word} is no number{_prefix(word)}") from None
        return None
    if not 0 <= number < 1 << 32:
        raise UsageError(f"{word} does not fit an ioctl's 32 bits")
    return number


def _prefix(word: str) -> str:
    return f"; did you mean 0x{word}?" if _DIGITS.fullmatch(word) else ""


def _hint(word: str, tree: Tree, headers: Iterable[str]) -> str:
    """What the user may have meant by a word that names no command."""
    from difflib import get_close_matches

    if _DIGITS.fullmatch(word):
        return _prefix(word)
    texts = tree.read_many(headers).values()
    names = {match.group(1).decode() for text in texts for match in _LIKELY.finditer(text)}
    near = get_close_matches(word, sorted(names), n=1)
    return f"; did you mean {near[0]}?" if near else ""


def _commands(
    tree: Tree, headers: Iterable[str], word: str, number: int | None
) -> Iterator[tuple[Definition, HeaderText]]:
    for name in headers:
        content = tree.read(name) or b""
        if not (b"_IO" in content or name.endswith(_PLAIN) or speaks_of_ioctls(content)):
            continue
        if number is None and word.encode() not in content:
            continue
        text = read_text(name, content)
        included = tuple(_included(tree, name, content))
        for family in _families(text, content):
            for definition in definitions(family, (text,), included):
                wanted = definition.name == word if number is None else _fits(definition, number)
                if wanted and definition.ioctl is not None:
                    yield definition, text


def _families(text: HeaderText, content: bytes) -> Iterator[Family]:
    """What tells a header's commands from its other numbers."""
    if text.path.endswith(_PLAIN):
        yield plain_command
        return
    if b"_IO" in content:
        yield any_command
    bare = bare_commands(text, content)
    if bare is not None:
        yield bare


def _included(tree: Tree, path: str, content: bytes) -> Iterator[HeaderText]:
    for place, found in _named(tree, path, content):
        yield read_text(place, found)


def _named(tree: Tree, path: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    """The headers that a header names itself, where its tree has them."""
    folder = path.rpartition("/")[0]
    root = folder.rpartition("/")[0]
    for match in _INCLUDE.finditer(content):
        name = match.group(1).decode("ascii", "replace")
        for place in (f"{folder}/{name}", f"{root}/{name}"):
            found = tree.read(place.lstrip("/"))
            if found is not None:
                yield place, found
                break


def _fits(definition: Definition, number: int) -> bool:
    return definition.number == number & 0xFFFF


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

    def __init__(self, request: DecodeRequest, tree: Tree, chosen: Sequence[Abi]) -> None:
        self._tree = tree
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
        name = behind(name, self._contents(definition.path))
        scalars = {abi.name: scalar_size(name, abi) for abi in self._chosen}
        if any(size is not None for size in scalars.values()):
            return {abi: size * count for abi, size in scalars.items() if size is not None}
        record = self._record(name.rpartition(" ")[2], definition.path)
        return {abi: size * count for abi, size in record.items()}

    def _contents(self, path: str) -> Iterator[str]:
        """The text of a header, then of those it names itself."""
        content = self._tree.read(path) or b""
        for each in (content, *(raw for _, raw in _named(self._tree, path, content))):
            yield each.decode("utf-8", "replace")

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
