# SPDX-License-Identifier: GPL-2.0-or-later
"""This module finds records of the kernel that mean to be another one as 32-bit programs have it.

Only the definitions that a twin needs are taken out of its file: C code is not parsed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from abicheck.review.headers import ShownHeader

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abicheck.vcs.tree import Tree

_TWIN = re.compile(r"(struct|union) (?:compat_(?P<of>\w+)|(?P<base>\w+?)_?(?:32|compat|compat32))")
_UAPI = "include/uapi/"
_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*[<"]([\w./-]+)[>"]', re.MULTILINE)
_ASSERT = re.compile(
    r"(?:BUILD_BUG_ON\s*\(\s*sizeof\s*\(\s*(?P<bug>struct\s+\w+)\s*\)\s*!=\s*(?P<not>\w+)\s*\)"
    r"|(?:static_assert|_Static_assert)\s*\(\s*sizeof\s*\(\s*(?P<key>struct\s+\w+)\s*\)"
    r"\s*==\s*(?P<size>\w+))"
)
_ROOTS = (_UAPI, "include/")
_MOST = 64
"""Definitions of a file that one record may need."""
_TOGETHER = 32
"""Records that are parsed at once."""


class Twin(Struct, frozen=True):
    """A record that mirrors another one."""

    file: ShownHeader
    key: str
    of: str
    """The key of the record that it mirrors."""
    line: int

    @property
    def is_certain(self) -> bool:
        """Whether its name says what it is: ``x32`` may be anything where ``x`` is no record."""
        return " compat_" in self.key


def twins(file: ShownHeader) -> Iterator[Twin]:
    """The records of a file that are called after another one; that one may not exist."""
    for key, found in file.records.items():
        match = _TWIN.fullmatch(key)
        if match is not None and not found[0].sketch.partial:
            yield Twin(
                file, key, f"{match[1]} {match['of'] or match['base']}", found[0].sketch.line
            )


def names_twin(text: str) -> bool:
    """Whether C code speaks of a record that is called after another one."""
    return any(_TWIN.fullmatch(f"{kind} {tag}") for kind, tag in _TAG.findall(text))


def asserted(file: ShownHeader) -> Iterator[tuple[str, int, int]]:
    """The sizes that a file asserts of records: key, bytes, line."""
    text = "\n".join(file.lines)
    for match in _ASSERT.finditer(text):
        key, size = match["key"] or match["bug"], match["size"] or match["not"]
        if re.fullmatch(r"0[xX][0-9a-fA-F]+|[1-9]\d*", size):
            yield " ".join(key.split()), int(size, 0), text.count("\n", 0, match.start()) + 1


def definer(tree: Tree, twin: Twin) -> ShownHeader | None:
    """The file with the record that a twin mirrors: one that its file includes, or its own.

    A header's C file counts as the header, as it includes what the header takes for granted.

    ``compat_x`` says itself what it is; ``x32`` may be anything where ``x`` is no uapi record.
    """
    if twin.is_certain and twin.of in twin.file.records:
        return twin.file
    tag = twin.of.rpartition(" ")[2].encode()
    roots = _ROOTS if twin.is_certain else _ROOTS[:1]
    code = tree.read(f"{twin.file.path.removesuffix('.h')}.c") if twin.is_certain else None
    names = (*includes(twin.file), *(includes(ShownHeader("", code)) if code else ()))
    for path in dict.fromkeys(f"{root}{name}" for name in names for root in roots):
        content = tree.read(path)
        if content is not None and tag in content:
            header = ShownHeader(path, content)
            if twin.of in header.records:
                return header
    return None


def company(file: ShownHeader, key: str) -> tuple[str, ...]:
    """The records that a file has with one for the same reason: twins and what they mirror."""
    keys = dict.fromkeys(k for twin in twins(file) for k in (twin.key, twin.of))
    there = [each for each in keys if each in file.records]
    if key not in there:
        return (key,)
    first = there.index(key) // _TOGETHER * _TOGETHER
    return tuple(there[first : first + _TOGETHER])


def includes(file: ShownHeader) -> tuple[str, ...]:
    """The include paths that a file names."""
    found = _INCLUDE.findall("\n".join(file.lines))
    return tuple(dict.fromkeys(name.removeprefix("uapi/") for name in found))


def parts(file: ShownHeader, *keys: str) -> dict[str, str]:
    """The text of records by key, with those of the same file that they need."""
    wanted, found = list(keys), dict[str, str]()
    while wanted and len(found) < _MOST * len(keys):
        name = wanted.pop()
        if name in found or name not in file.records:
            continue
        found[name] = _text(file, name)
        wanted += [f"{kind} {tag}" for kind, tag in _TAG.findall(found[name])]
    return found


def definitions(file: ShownHeader, *keys: str) -> str:
    """The text of records and of what they need from the same file, in order, with macros."""
    found = parts(file, *keys)
    macros = [
        f"#define {macro.name} {macro.body}"
        for macro in file.text.macros
        if macro.params is None and any(_names(text, macro.name) for text in found.values())
    ]
    order = sorted(found, key=lambda name: file.records[name][0].sketch.line)
    return "\n".join([*macros, *(found[name] for name in order)]) + "\n"


_TAG = re.compile(r"\b(struct|union)\s+(\w+)")


def _names(text: str, name: str) -> bool:
    return re.search(rf"\b{re.escape(name)}\b", text) is not None


def _text(file: ShownHeader, key: str) -> str:
    """A record's lines, from its first to the semicolon behind it."""
    sketch = file.records[key][0].sketch
    last = sketch.end
    while last < len(file.lines) and ";" not in file.lines[last - 1].rpartition("}")[2]:
        last += 1
    return "\n".join(file.lines[sketch.line - 1 : last])
