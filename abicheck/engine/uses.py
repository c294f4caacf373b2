# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tells how records cross the boundary between programs of different ABIs."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from abicheck.checks.facts import Role, Use
from abicheck.model import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from abicheck.engine.fields import Plot

_IOCTL = re.compile(
    rb"^[ \t]*#[ \t]*define[ \t]+(\w+)[^\n]*?\b\w*(IOWR|IOR|IOW)\w*[ \t]*\("
    rb"[^\n]*?\b((?:struct|union)[ \t]+\w+|\w+_t)[ \t]*(?:\[[^\]]*\])?[ \t]*\)",
    re.MULTILINE,
)
_RECORDS = (b"struct", b"union", b"_t")
"""What a line must hold to name a record, which is quicker to see than that it fits."""
_CODE = re.compile(rb"IO(?:WR|R|W)\w*[ \t]*\(")
_PASTING = re.compile(
    rb"^[ \t]*#[ \t]*define[ \t]+(\w+)\(([^()\n]*)\)[ \t]*([^\n;{]*##[^\n;{]*)$", re.MULTILINE
)
"""A macro that makes a name, and not a whole record."""
_CALL = re.compile(rb"\b(\w+)[ \t]*\(([^()\n]*)\)")
_PASTE = re.compile(rb"[ \t]*##[ \t]*")
_FEW = 16
"""So many names are looked for one by one."""
_Told: TypeAlias = "tuple[str, Role, str, int]"
"""Of an ioctl number: its record, which way that goes, its own name and its line."""
_known: dict[bytes, tuple[_Told, ...]] = {}
_ROLES = {b"IOWR": Role.IOCTL_BOTH, b"IOR": Role.IOCTL_OUT, b"IOW": Role.IOCTL_IN}


class Uses:
    """The uses of every record, from all headers of the trees that are judged."""

    def __init__(self, plot: Plot) -> None:
        """Reads the ioctl numbers of all headers that some ABI exports."""
        self._uses: dict[str, dict[Use, None]] = {}
        for path, text in _texts(plot):
            for told in _read(text):
                self._uses.setdefault(told[0], {})[_use(path, told)] = None

    def of(self, name: str) -> tuple[Use, ...]:
        """How the record of that name is used, as far as headers say."""
        return tuple(self._uses.get(name, ()))


class UsesAsked:
    """The uses of the records that are asked about, which are few."""

    def __init__(self, plot: Plot) -> None:
        """Reads nothing yet."""
        self._plot = plot
        self._texts: list[tuple[str, bytes]] = []
        self._found: dict[str, tuple[Use, ...]] = {}
        self._whole: Uses | None = None

    def of(self, name: str) -> tuple[Use, ...]:
        """What ``Uses.of`` says; for few names only the headers that have them are read."""
        if len(self._found) > _FEW:
            self._whole = self._whole or Uses(self._plot)
            return self._whole.of(name)
        if name not in self._found:
            self._texts = self._texts or list(_texts(self._plot))
            word = name.rpartition(" ")[2].encode()
            near = (each for each in self._texts if _may_name(each[1], word))
            uses = (_use(path, t) for path, text in near for t in _read(text) if t[0] == name)
            self._found[name] = tuple(dict.fromkeys(uses))
        return self._found[name]


def _use(path: str, told: _Told) -> Use:
    """How an ioctl number in a header uses its record."""
    _, role, by, line = told
    return Use(role=role, by=by, span=Span(path, line, 1))


def _read(text: bytes) -> tuple[_Told, ...]:
    """What each ioctl number with a record tells, worked out once for each text."""
    if text not in _known:
        _known[text] = tuple(
            (" ".join(match[3].decode().split()), _ROLES[match[2]], match[1].decode(), line)
            for match, line in _definitions(text)
        )
    return _known[text]


def _definitions(text: bytes) -> Iterator[tuple[re.Match[bytes], int]]:
    """The lines that define an ioctl number with a record, each with its number."""
    # Two bytes for two: places in the joined lines are places in the text.
    joined = text.replace(b"\\\n", b" \t")
    made = {match[1]: match for match in _PASTING.finditer(joined)} if b"##" in joined else {}
    starts = (joined.rfind(b"\n", 0, code.start()) + 1 for code in _CODE.finditer(joined))
    number = 1
    before = 0
    for start in dict.fromkeys(starts):
        end = joined.find(b"\n", start)
        whole = joined[start:end] if end >= 0 else joined[start:]
        if made:
            whole = _CALL.sub(lambda call: _put_together(call, made), whole)
        if not any(word in whole for word in _RECORDS):
            continue
        if (match := _IOCTL.match(whole)) is not None:
            number += text.count(b"\n", before, start)
            before = start
            yield match, number


def _put_together(call: re.Match[bytes], made: Mapping[bytes, re.Match[bytes]]) -> bytes:
    """What a macro makes of words that it pastes; any other call as it is."""
    macro = made.get(call[1])
    if macro is None:
        return call[0]
    text = macro[3]
    for parameter, argument in zip(macro[2].split(b","), call[2].split(b","), strict=False):
        word = re.escape(parameter.strip())
        text = re.sub(rb"\b%s\b" % word, lambda _, a=argument: a.strip(), text) if word else text
    return _PASTE.sub(b"", text)


def _texts(plot: Plot) -> Iterator[tuple[str, bytes]]:
    """(path, text) of each header that may define an ioctl.

    Those are all shared ones, and the ``asm/`` of the architectures that the plot has headers of.
    """
    seen: set[str] = set()
    known: set[object] = set()
    judged = {path for found in plot.headers.values() for path in found.values()}
    narrow = {path for path in judged if path.startswith("arch/")}
    for abi, world in plot.worlds.items():
        if world.identity in known or (known and narrow.isdisjoint(plot.headers[abi].values())):
            continue
        known.add(world.identity)
        headers = [header for header in world.headers() if header.path not in seen]
        seen.update(header.path for header in headers)
        world.preload(header.include for header in headers)
        for header in headers:
            text = world.text(header.include)
            if text is not None and _may_define(text):
                yield header.path, text


def _may_name(text: bytes, word: bytes) -> bool:
    """Whether it pays to read a header's ioctls for a record; for what is known, it does."""
    return text in _known or word in text or b"##" in text


@lru_cache(maxsize=4096)
def _may_define(text: bytes) -> bool:
    return b"_IO" in text
