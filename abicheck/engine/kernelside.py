# SPDX-License-Identifier: GPL-2.0-or-later
"""This module lays records out as the kernel compiles them, where their text tells it apart.

A header's ``__KERNEL__`` parts are no business of ours, except inside the body of a record: there
the two sides must agree. Only such lines are turned round, so that nothing is asked for which only
a kernel tree has.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from abicheck import isolate
from abicheck.layout import Layouter, group
from abicheck.model import RecordAcross, RecordLayout
from abicheck.parse.extract import Memo

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Mapping

    from abicheck.engine.fields import Plot
    from abicheck.engine.harvest import Key, Parse
    from abicheck.model import Abi, CType, Declarations
    from abicheck.parse.unit import World

_WORD = b"__KERNEL__"
_ALWAYS = b"__STDC__  "
"""A macro that is defined everywhere, as many columns wide."""
_COMMENT = re.compile(rb"/\*.*?(?:\*/|\Z)|//[^\n]*", re.DOTALL)
_DIRECTIVE = re.compile(rb"[ \t]*#[ \t]*(?:if|ifdef|ifndef|elif)\b")
_LIMITS = isolate.Limits(seconds=20.0)


class _KernelWorld:
    """A world in which one header's records show their kernel side."""

    def __init__(self, world: World, include: str, text: bytes) -> None:
        self._world = world
        self._include = include
        self._text = text

    @property
    def abi(self) -> Abi:
        return self._world.abi

    @property
    def arguments(self) -> tuple[str, ...]:
        return self._world.arguments

    @property
    def identity(self) -> Hashable:
        return (self._include, self._world.identity)

    @property
    def has_asm(self) -> bool:
        return self._world.has_asm

    def text(self, include: str) -> bytes | None:
        return self._text if include == self._include else self._world.text(include)

    def origin(self, include: str) -> str:
        return self._world.origin(include)

    def names(self) -> frozenset[str]:
        return self._world.names()

    def prelude(self, include: str) -> tuple[str, ...]:
        return self._world.prelude(include)


class KernelSides:
    """What the kernel compiles of some headers' records; parsed once a rule asks for it."""

    def __init__(self, parse: Callable[[], Mapping[Key, RecordAcross]]) -> None:
        """``parse`` finds all of them."""
        self._parse = parse

    def of(self, path: str, name: str) -> RecordAcross | None:
        """The record as the kernel has it, where its header tells it apart."""
        return self._found.get((path, name))

    @cached_property
    def _found(self) -> Mapping[Key, RecordAcross]:
        return self._parse()


def kernel_sides(plot: Plot, parse: Parse) -> Mapping[Key, RecordAcross]:
    """By path and name: the records of those headers, under the first ABI that exports each.

    What does not parse so is left out: kernel types need a kernel tree.
    """
    found: dict[Key, RecordAcross] = {}
    for path, include, world, text in _turned(plot):
        unit = parse(
            _KernelWorld(world, include, text),
            (*world.prelude(include), include),
            _measure,
            Memo(),
        )
        layouter = Layouter(world.abi, unit.declarations)
        for record in unit.records.get(path, ()) if not unit.problems else ():
            layout = layouter.lay_out(record)
            if isinstance(layout, RecordLayout):
                name = record.name or ""
                found[path, name] = RecordAcross(
                    name=name,
                    path=path,
                    line=record.span.line,
                    groups=group({world.abi.name: layout}),
                )
    return found


def kernel_sides_apart(plot: Plot, parse: Parse) -> Mapping[Key, RecordAcross]:
    """The same from a child of this process, which itself parses nothing."""
    if not any(True for _ in _turned(plot)):
        return {}
    for _, outcome in isolate.run(
        lambda part: kernel_sides(part, parse), [plot], jobs=1, limits=_LIMITS
    ):
        if isinstance(outcome, isolate.Done):
            return outcome.value
    return {}


def _measure(abi: Abi, declarations: Declarations) -> Callable[[CType], tuple[int, int] | None]:
    return Layouter(abi, declarations).size_of


def _turned(plot: Plot) -> Iterator[tuple[str, str, World, bytes]]:
    """(path, include path, world, text) of each header with such a record."""
    seen: set[str] = set()
    for abi, headers in plot.headers.items():
        world = plot.worlds[abi]
        for include, path in headers.items():
            if path in seen:
                continue
            seen.add(path)
            text = world.text(include)
            if text is not None and _WORD in text:
                turned = kernel_text(text)
                if turned != text:
                    yield path, include, world, turned


def kernel_text(text: bytes) -> bytes:
    """The text in which ``__KERNEL__`` is defined as far as the bodies of records ask for it."""
    bare = _COMMENT.sub(lambda match: re.sub(rb"[^\n]", b" ", match[0]), text)
    lines = text.split(b"\n")
    depth = 0
    for index, line in enumerate(bare.split(b"\n")):
        if line.lstrip().startswith(b"#"):
            if depth > 0 and _DIRECTIVE.match(line):
                lines[index] = lines[index].replace(_WORD, _ALWAYS)
        elif b"extern" not in line:
            depth = max(0, depth + line.count(b"{") - line.count(b"}"))
    return b"\n".join(lines)
