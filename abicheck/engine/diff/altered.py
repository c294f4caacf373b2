# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tells which macros a change gives another meaning, where it changes nothing else.

What a header means to another one is the macros and declarations it leaves behind. Where two
texts are the same but for definitions of macros, and for ``#ifdef`` around nothing else, a header
that never comes across one of these names is the same with either.
"""

from __future__ import annotations

import re
from collections import Counter
from difflib import SequenceMatcher
from itertools import takewhile
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

from abicheck.parse.bare import lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Lines: TypeAlias = "tuple[bytes, ...]"

_WORD = re.compile(rb"[A-Za-z_]\w*")
_NAME = rb"(?!defined\b)([A-Za-z_]\w*)"
_PARAMETERS = rb"\( ?((?:[A-Za-z_]\w*(?: ?, ?[A-Za-z_]\w*)*)?) ?\)"
_PLAIN = re.compile(
    rb"(?!.*__VA_)# ?(?:undef %s|define %s(?:%s)?(?: [^#]*)?)" % (_NAME, _NAME, _PARAMETERS)
)
"""Definitions that no compiler can refuse; of others, which are rare, nothing is said."""
_TESTED = rb"!? ?defined ?(?:\( ?\w+ ?\)|\w+)"
_TEST = re.compile(
    rb"# ?(?:ifn?def \w+|(?:el)?if %s(?: ?(?:&&|\|\|) ?%s)*|else)" % (_TESTED, _TESTED)
)
_MOST_STEPS = 1 << 24
"""What lining up two texts may cost; those of a stranger can be made to cost anything."""
_BEGIN = re.compile(rb"# ?if")
_NEXT = re.compile(rb"# ?el")
_END = re.compile(rb"# ?endif\b")


class _Group(Struct, frozen=True):
    """A conditional: the line that begins each branch, and the nodes in it."""

    tests: Lines
    branches: tuple[tuple[_Node, ...], ...]


_Node: TypeAlias = "bytes | _Group"
"""A line, or a conditional with all its lines."""


class _UnclearError(Exception):
    """Texts may differ in more than macros."""


class Altered(Struct, frozen=True):
    """How two versions of a text differ."""

    macros: frozenset[bytes]
    """Those with another definition, or whose definition depends on something else."""
    kept: frozenset[bytes]
    """The words of what is the same in both."""


def altered(old: bytes, new: bytes) -> Altered | None:
    """The macros in which two texts differ; None where they may differ in anything else."""
    kept: set[bytes] = set()
    macros: set[bytes] = set()
    try:
        for node, is_common in _compared(_tree(lines(old)), _tree(lines(new))):
            if is_common:
                kept.update(_WORD.findall(node if isinstance(node, bytes) else _joined(node)))
            else:
                macros.update(_defined(node))
    except (_UnclearError, RecursionError):
        return None
    return Altered(frozenset(macros), frozenset(kept))


def _tree(code: Iterable[bytes]) -> tuple[_Node, ...]:
    nodes: list[list[_Node]] = [[]]
    open_groups: list[tuple[list[bytes], list[tuple[_Node, ...]]]] = []
    for line in code:
        if _BEGIN.match(line):
            open_groups.append(([line], []))
            nodes.append([])
        elif open_groups and _NEXT.match(line):
            open_groups[-1][0].append(line)
            open_groups[-1][1].append(tuple(nodes.pop()))
            nodes.append([])
        elif open_groups and _END.match(line):
            tests, branches = open_groups.pop()
            group = _Group(tuple(tests), (*branches, tuple(nodes.pop())))
            nodes[-1].append(group)
        elif _NEXT.match(line) or _END.match(line):
            raise _UnclearError
        else:
            nodes[-1].append(line)
    if open_groups:
        raise _UnclearError
    return tuple(nodes[0])


def _compared(old: Sequence[_Node], new: Sequence[_Node]) -> Iterator[tuple[_Node, bool]]:
    """Each node of either version, and whether it stands in both at the same place.

    A conditional that does counts for its tests; its nodes are compared one by one.
    """
    for one, two in _aligned(old, new):
        if one is None or two is None:
            yield from ((node, False) for node in (one, two) if node is not None)
            continue
        yield two, True
        if isinstance(one, _Group) and isinstance(two, _Group):
            for mine, theirs in zip(one.branches, two.branches, strict=True):
                yield from _compared(mine, theirs)


def _aligned(
    old: Sequence[_Node], new: Sequence[_Node]
) -> Iterator[tuple[_Node | None, _Node | None]]:
    """The nodes of both versions in their order, those that are the same line in pairs."""
    before, after = ([n if isinstance(n, bytes) else n.tests for n in each] for each in (old, new))
    pairs = zip(before, after, strict=False)
    start = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    yield from zip(old[:start], new[:start], strict=True)
    before, after = before[start:], after[start:]
    counts = Counter(after)
    if sum(counts[line] for line in before) * len(before) > _MOST_STEPS:
        raise _UnclearError
    for step, *places in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        first, last, begin, end = (start + place for place in places)
        if step == "equal":
            yield from zip(old[first:last], new[begin:end], strict=True)
        else:
            yield from ((node, None) for node in old[first:last])
            yield from ((None, node) for node in new[begin:end])


def _defined(node: _Node) -> Iterator[bytes]:
    """The macros that a node defines and does nothing else."""
    if isinstance(node, bytes):
        match = _PLAIN.fullmatch(node)
        if (
            match is None
            or max(Counter((match[3] or b"").replace(b" ", b"").split(b",")).values()) > 1
        ):
            raise _UnclearError
        yield match[1] or match[2]
        return
    if not all(map(_TEST.fullmatch, node.tests)):
        raise _UnclearError
    for branch in node.branches:
        for each in branch:
            yield from _defined(each)


def _joined(group: _Group) -> bytes:
    return b" ".join(group.tests)
