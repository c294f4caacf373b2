# SPDX-License-Identifier: GPL-2.0-or-later
"""This module reads the small part of make that Kbuild files of exported headers use.

Assignments, ``include``, ``ifeq``/``ifneq`` with ``else`` and ``endif``, variables and
``$(wildcard ...)``. Nothing is executed; what is not understood expands to nothing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_ASSIGNMENT = re.compile(r"([\w.%-]+)\s*(\+=|:=|\?=|=)\s*(.*)")
_CONDITION = re.compile(r"(ifn?eq)\s*\((.*)\)$")
_REFERENCE = re.compile(r"\$\(([^()$]*)\)")
_MOST_EXPANSIONS = 1000
_MOST_TEXT = 1 << 16
"""Characters of an expanded value; variables that double each other would grow without end."""
_MOST_INCLUDES = 20

Variables = dict[str, str]


def _lines(text: bytes) -> Iterator[str]:
    joined = text.decode("utf-8", "replace").replace("\\\n", " ")
    for line in joined.splitlines():
        yield line.split("#", 1)[0].strip()


class Kbuild:
    """The variables of one Kbuild file and of what it includes.

    ``read`` gives a file's text by its path in the tree, ``exists`` answers ``$(wildcard)`` for
    one path; ``$(srctree)`` and ``$(objtree)`` are the tree's root.
    """

    def __init__(
        self,
        read: Callable[[str], bytes | None],
        exists: Callable[[str], bool],
        variables: Mapping[str, str],
    ) -> None:
        self._read = read
        self._exists = exists
        self.variables: Variables = dict(variables)
        self._included = 0

    def run(self, path: str) -> None:
        """Read one file, if the tree has it, into ``variables``."""
        self._included += 1
        text = self._read(path)
        if text is None or self._included > _MOST_INCLUDES:
            return
        taken: list[bool] = []
        for line in _lines(text):
            if not self._conditional(line, taken) and all(taken):
                self._statement(line)

    def words(self, variable: str) -> tuple[str, ...]:
        """The words of a variable, expanded; none where it was never set."""
        return tuple(self.expand(self.variables.get(variable, "")).split())

    def expand(self, text: str) -> str:
        """The text with every variable and ``$(wildcard)`` in it replaced."""
        for _ in range(_MOST_EXPANSIONS):
            text, count = _REFERENCE.subn(self._replace, text, count=1)
            if not count or len(text) > _MOST_TEXT:
                break
        return text[:_MOST_TEXT]

    def _replace(self, match: re.Match[str]) -> str:
        function, _, arguments = match[1].partition(" ")
        if function == "wildcard":
            paths = (path.removeprefix("/") for path in arguments.split())
            return " ".join(path for path in paths if self._exists(path))
        return self.variables.get(match[1], "")

    def _conditional(self, line: str, taken: list[bool]) -> bool:
        """Whether the line is part of a condition; ``taken`` is kept up to date."""
        if match := _CONDITION.match(line):
            left, _, right = self.expand(match[2]).partition(",")
            taken.append((left.strip() == right.strip()) == (match[1] == "ifeq"))
        elif line.startswith(("ifdef ", "ifndef ")):
            word, name = line.split(None, 1)
            taken.append(bool(self.variables.get(name)) == (word == "ifdef"))
        elif line == "else" and taken:
            taken[-1] = not taken[-1]
        elif line == "endif" and taken:
            taken.pop()
        else:
            return False
        return True

    def _statement(self, line: str) -> None:
        if line.startswith(("include ", "-include ")):
            for path in self.expand(line.split(None, 1)[1]).split():
                self.run(path.removeprefix("/"))
        elif match := _ASSIGNMENT.fullmatch(line):
            name, operator, value = match.groups()
            if operator == "+=":
                self.variables[name] = f"{self.variables.get(name, '')} {value}"
            elif operator != "?=" or name not in self.variables:
                self.variables[name] = self.expand(value) if operator == ":=" else value
