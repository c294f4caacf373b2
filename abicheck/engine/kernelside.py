# SPDX-License-Identifier: GPL-2.0-or-later
"""This module lays records out as the kernel compiles them, where their text tells it apart.

A header's ``__KERNEL__`` parts are no business of ours, except inside the body of a record: there
the two sides must agree. Only such lines are turned round, so that nothing is asked for which only
a kernel tree has.
"""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from msgspec.structs import replace

from abicheck.engine.labour import records

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from abicheck.engine.fields import Plot
    from abicheck.engine.harvest import Harvest, Key
    from abicheck.model import RecordAcross

_WORD = b"__KERNEL__"
_ALWAYS = b"__STDC__  "
"""A macro that is defined everywhere, as many columns wide."""
_COMMENT = re.compile(rb"/\*.*?(?:\*/|\Z)|//[^\n]*", re.DOTALL)
_DIRECTIVE = re.compile(rb"[ \t]*#[ \t]*(?:if|ifdef|ifndef|elif)\b")


class KernelSides:
    """What the kernel compiles of some headers' records; laid out once a rule asks for it."""

    def __init__(self, plot: Plot, reap: Callable[[Sequence[Plot]], Iterable[Harvest]]) -> None:
        """``reap`` gives what each of several plots yields."""
        self._plot = plot
        self._reap = reap

    def of(self, path: str, name: str) -> RecordAcross | None:
        """The record as the kernel has it, where its header tells it apart.

        What does not parse so is left out: kernel types need a kernel tree.
        """
        return self._found.get((path, name))

    @cached_property
    def _found(self) -> Mapping[Key, RecordAcross]:
        harvests = self._reap(kernel_plots(self._plot))
        return {(item.path, item.name): item for each in harvests for item in records(each)}


def kernel_plots(plot: Plot) -> tuple[Plot, ...]:
    """For each header with such a record, that one alone, under the first ABI that exports it."""
    return tuple(_turned(plot))


def _turned(plot: Plot) -> Iterator[Plot]:
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
                    shown = {abi: world.showing(include, turned)}
                    yield replace(plot, worlds=shown, headers={abi: {include: path}})


@lru_cache(maxsize=16)
def kernel_text(text: bytes) -> bytes:
    """The text in which ``__KERNEL__`` is defined as far as the bodies of records ask for it."""
    bare = _COMMENT.sub(lambda match: b"\n" * match[0].count(b"\n") or b" ", text)
    lines = text.split(b"\n")
    depth = 0
    for index, line in enumerate(bare.split(b"\n")):
        if line.lstrip().startswith(b"#"):
            if depth > 0 and _DIRECTIVE.match(line):
                lines[index] = lines[index].replace(_WORD, _ALWAYS)
        elif b"extern" not in line:
            depth = max(0, depth + line.count(b"{") - line.count(b"}"))
    return b"\n".join(lines)
