# SPDX-License-Identifier: GPL-2.0-or-later
"""This module keeps the ``#if`` conditions around a definition, as text."""

from __future__ import annotations

import re

ABIS_OF_ALL = frozenset({"abi common", "abi nospu"})
"""What a system call table calls the rows of all its ABIs."""

_DEEPEST = 64
"""Nested conditions that are told; no uapi header has ten."""

_DEFINED = re.compile(r"^defined\s*\(?\s*(\w+)\s*\)?$")


class ConditionStack:
    """The open ``#if`` branches while a text is read from top to bottom."""

    __slots__ = ("_candidate", "_open", "_seen", "current", "guard")

    def __init__(self) -> None:
        self._open: list[list[str]] = []
        self._seen = 0
        self._candidate: str | None = None
        self.guard: str | None = None
        """The condition of the include guard, once its ``#define`` was seen."""
        self.current: tuple[str, ...] = ()
        """All conditions in force, outermost first."""

    def feed(self, word: str, rest: str) -> None:
        """Takes one conditional directive; stray ``#else`` and ``#endif`` are ignored."""
        self._seen += 1
        if word in ("if", "ifdef", "ifndef"):
            condition = _normal(word, rest)
            self._candidate = rest if word == "ifndef" and self._seen == 1 else None
            self._open.append([condition])
        elif word in ("else", "elif") and self._open:
            branch = self._open[-1]
            branch[-1] = negation(branch[-1])
            if word == "elif":
                branch.append(_normal("if", rest))
        elif word == "endif" and self._open:
            self._open.pop()
        shown = self._open[:_DEEPEST]
        self.current = tuple(condition for branch in shown for condition in branch)

    def saw_define(self, name: str) -> None:
        """Takes a ``#define``: directly after the first ``#ifndef`` it makes a guard."""
        if self._candidate is not None and name == self._candidate.split()[0]:
            self.guard = f"!defined({name})"
        self._candidate = None

    def without_guard(self, conditions: tuple[str, ...]) -> tuple[str, ...]:
        """The conditions but for the include guard."""
        if conditions and conditions[0] == self.guard:
            return conditions[1:]
        return conditions


def _normal(word: str, rest: str) -> str:
    text = " ".join(rest.split())
    if word == "ifdef":
        return f"defined({text})"
    if word == "ifndef":
        return f"!defined({text})"
    match = _DEFINED.match(text.removeprefix("!").strip())
    if match is not None:
        return f"{'!' if text.startswith('!') else ''}defined({match.group(1)})"
    return text


def negation(condition: str) -> str:
    """The text of the opposite condition."""
    if condition.startswith("!defined("):
        return condition[1:]
    if condition.startswith("!(") and condition.endswith(")"):
        return condition[2:-1]
    return f"!{condition}" if condition.startswith("defined(") else f"!({condition})"


def exclusive(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """True where no configuration satisfies both: a condition of one negates one of the other.

    Rows of a system call table exclude each other if their ABIs differ and none is ``common``.
    """
    if any(negation(condition) in other for condition in one):
        return True
    abis = [condition for condition in (*one, *other) if condition.startswith("abi ")]
    return len(set(abis)) == 2 and not any(abi in ABIS_OF_ALL for abi in abis)


def never(conditions: tuple[str, ...]) -> bool:
    """True inside ``#if 0``."""
    return "0" in conditions
