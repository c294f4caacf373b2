# SPDX-License-Identifier: GPL-2.0-or-later
"""This module answers what rules ask of a header's surroundings, and only when they ask."""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from abicheck.abis import get
from abicheck.families.blocks import REGISTERS, read_blocks
from abicheck.families.codes import any_command, encode, scalar_kind, scalar_size, split_payload
from abicheck.families.evaluate import Evaluator, UnevaluatedError
from abicheck.families.ioctls import read_ioctl
from abicheck.families.scan import read_text
from abicheck.model import Pointer, walk
from abicheck.parse.inclusion import closure

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from abicheck.export import World
    from abicheck.families.blocks import Block
    from abicheck.families.scan import HeaderText
    from abicheck.model import LayoutGroup
    from abicheck.model.claims import Definition
    from abicheck.vcs.tree import Tree

_GUARD = re.compile(
    rb"^[ \t]*#[ \t]*ifndef[ \t]+(\w+)\s*\n[ \t]*#[ \t]*define[ \t]+\1\b", re.MULTILINE
)
_ADDRESS = re.compile(r"addr|ptr|pointer|buf|data|user", re.IGNORECASE)
_MOST_TEXTS = 400
"""Headers that one header may bring in; the most of Linux 6.19 has some 150."""
_MOST_NAMES = 8
"""Typedefs that stand for one another."""
_texts: dict[bytes, HeaderText] = {}
_guards: dict[Hashable, dict[str, list[str]]] = {}


class Surroundings:
    """What a header can see besides its own text, under the first ABI that exports it."""

    def __init__(
        self,
        tree: Tree | None,
        worlds: Mapping[str, World],
        include: str,
        text: HeaderText,
        layouts: Mapping[str, tuple[LayoutGroup, ...]],
    ) -> None:
        """``worlds`` are those of the ABIs that export the header, ``layouts`` goes by record."""
        self._tree = tree
        self._worlds = worlds
        self._world = next(iter(worlds.values()))
        self._include = include
        self._text = text
        self._layouts = layouts

    @property
    def prelude(self) -> tuple[str, ...]:
        """The headers that a program must include first."""
        return self._world.prelude(self._include)

    def lacking(self, include: str) -> tuple[str, ...]:
        """The ABIs under which a program that includes the header does not find that path.

        None where the tree holds too little to tell.
        """
        return tuple(
            abi
            for abi, world in self._worlds.items()
            if world.text(include) is None
            and (world.has_asm or not include.startswith("asm/"))
            and not world.origin("linux/types.h").startswith("<")
        )

    def value(self, expression: str) -> int | None:
        """The number of a constant expression, None where text alone does not give it."""
        try:
            return self._evaluator.expression(expression)
        except (UnevaluatedError, RecursionError):
            return None

    def named(self, name: str) -> int | None:
        """The number of a macro or an enumerator, None where text alone does not give it."""
        try:
            return self._evaluator.name(name)
        except (UnevaluatedError, RecursionError):
            return None

    def defines(self, name: str) -> bool:
        """Whether the header, or one that it may include, makes a macro or enumerator of it."""
        return self._evaluator.find(name) is not None

    def mentions(self, name: str, line: int) -> bool:
        """Whether the word is anywhere in what it may include, or on another line of its own."""
        if self.defines(name):
            return True
        word = name.encode()
        if any(word in text for at, text in self._reached.items() if at != self._include):
            return True
        own = self._reached.get(self._include, b"").split(b"\n")
        return any(word in text for number, text in enumerate(own, 1) if number < line)

    def definer(self, name: str) -> str | None:
        """An exported header that defines a macro or an enumerator of that name, None if none."""
        define = re.compile(
            rb"^[ \t]*(?:#[ \t]*define[ \t]+%b\b|%b[ \t]*[=,])" % (name.encode(), name.encode()),
            re.MULTILINE,
        )
        for header in self._world.headers():
            text = self._world.text(header.include) or b""
            other = header.include != self._include
            if other and name.encode() in text and define.search(text):
                return header.include
        return None

    def is_included_by(self, include: str | None) -> bool:
        """Whether another header includes this one, and so may provide for it."""
        text = self._world.text(include) if include is not None else None
        return f"<{self._include}>".encode() in (text or b"")

    @cached_property
    def commands(self) -> tuple[Definition, ...]:
        """The ioctl commands that the header defines."""
        found = (
            read_ioctl(macro, self._evaluator, self._text.path, any_command)
            for macro in self._text.macros
            if macro.params is None and "(" in macro.body
        )
        return tuple(definition for definition in found if definition is not None)

    def sizes(self, definition: Definition) -> Mapping[str, int]:
        """By ABI: the bytes of a command's payload, where its type is a scalar or was laid out."""
        command = definition.ioctl
        split = split_payload((command and command.payload) or "", self._evaluator)
        if command is None or command.macro in ("_IO", "literal") or split is None:
            return {}
        name, count = self._behind(" ".join(split[0].split())), split[1]
        scalars = {abi: scalar_size(name, get(abi)) for abi in self._worlds}
        if None not in scalars.values():
            return {abi: size * count for abi, size in scalars.items() if size is not None}
        groups = self._layouts.get(name, ())
        return {abi: group.layout.size * count for group in groups for abi in group.abis}

    def _behind(self, name: str) -> str:
        """The record or scalar that a typedef stands for; the name itself where that is unsure."""
        for _ in range(_MOST_NAMES):
            known = name in self._layouts or scalar_kind(name) is not None
            if known or not name.endswith("_t") or not name.isidentifier():
                break
            word = name.encode()
            typedef = re.compile(rb"\btypedef[ \t]+((?:\w+[ \t]+){1,4})%b[ \t]*;" % word)
            found = {
                match[1]
                for text in self._reached.values()
                if word in text
                for match in typedef.finditer(text)
            }
            if len(found) != 1:
                break
            name = " ".join(found.pop().decode(errors="replace").split())
        return name

    def may_hold_address(self, definition: Definition) -> bool:
        """Whether a command's payload has an address in it, or nobody knows what it has."""
        payload = " ".join(((definition.ioctl and definition.ioctl.payload) or "").split())
        payload = self._behind(payload)
        groups = self._layouts.get(payload)
        if groups is None:
            return not self.sizes(definition) or "*" in payload
        leaves = walk(groups[0].layout)
        return any(
            isinstance(leaf.placed.member.type, Pointer)
            or _ADDRESS.search(leaf.placed.member.name or "")
            for leaf in leaves
        )

    def code(self, definition: Definition, size: int, abi: str) -> int:
        """The number that a command with so many bytes of payload has."""
        assert definition.ioctl is not None  # only commands are asked about
        return encode(definition.ioctl, size, get(abi))

    def largest(self, abi: str) -> int:
        """The bytes that the ABI's ioctl numbers can say at most."""
        return (1 << get(abi).ioctl.size_bits) - 1

    @cached_property
    def register(self) -> tuple[Block, ...]:
        """The blocks of ioctl numbers that the tree's register gives to files."""
        for path in REGISTERS:
            content = self._tree.read(path) if self._tree is not None else None
            if content is not None:
                return _blocks(content)
        return ()

    def guarded_by(self, name: str) -> tuple[str, ...]:
        """The include paths of all headers whose include guard has that name."""
        key = self._world.identity
        if key not in _guards:
            _guards[key] = _all_guards(self._world)
        return tuple(_guards[key].get(name, ()))

    def internal(self) -> bytes | None:
        """The text of the kernel's own header of the same name."""
        return self._tree.read(f"include/{self._include}") if self._tree is not None else None

    @cached_property
    def _reached(self) -> dict[str, bytes]:
        return closure(self._world, (self._include,))

    @cached_property
    def _evaluator(self) -> Evaluator:
        texts = [self._text]
        for include, content in list(self._reached.items())[:_MOST_TEXTS]:
            if include != self._include:
                if content not in _texts:
                    _texts[content] = read_text(include, content)
                texts.append(_texts[content])
        return Evaluator(texts)


@lru_cache(maxsize=2)
def _blocks(register: bytes) -> tuple[Block, ...]:
    return read_blocks(register.decode("utf-8", "replace"))


def _all_guards(world: World) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    names = sorted(world.names())
    world.preload(names)
    for include in names:
        guard = _guard(world.text(include) or b"")
        if guard is not None:
            found.setdefault(guard, []).append(include)
    return found


@lru_cache(maxsize=4096)
def _guard(text: bytes) -> str | None:
    """The include guard of a header, which most trees of a series have in common."""
    match = _GUARD.search(text, 0, 8192)
    return None if match is None else match[1].decode()
