# SPDX-License-Identifier: GPL-2.0-or-later
"""This module reads ioctl commands out of macros."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from abicheck.families.evaluate import UnevaluatedError
from abicheck.families.scan import Macro
from abicheck.model.claims import Definition, Ioctl

if TYPE_CHECKING:
    from abicheck.families.evaluate import Evaluator
    from abicheck.model.claims import Family

_COMMAND = re.compile(r"\(*\s*(_IO|_IOR|_IOW|_IOWR|_IOC)(?:_BAD)?\s*\((.*)\)\s*\)*", re.DOTALL)
_CALL = re.compile(r"(\w+)\s*\((.*)\)", re.DOTALL)
_INNER_CALL = re.compile(r"\b(\w+)\s*\(([^()]*)\)")
_PASTE = re.compile(r"\s*##\s*")
_WRAPPERS = 3
"""Macros around macros that are looked through."""
_DIRECTIONS = {"_IO": "none", "_IOR": "read", "_IOW": "write", "_IOWR": "read/write"}
_IOC_DIRECTIONS = {"_IOC_NONE": "none", "_IOC_READ": "read", "_IOC_WRITE": "write"}
# asm-generic/ioctl.h; alpha, mips, powerpc and sparc place the direction elsewhere.
_GENERIC = ("none", "write", "read", "read/write")


_ANY_NAME = r"\w+"


def read_ioctl(macro: Macro, evaluator: Evaluator, path: str, family: Family) -> Definition | None:
    """The command that a macro defines; None if it is no command of the family's types.

    The number of the definition is ``type << 8 | nr``, what the families share out. A bare number
    is a command only where the family knows its members by name.
    """
    body = _unwrapped(macro.body.strip(), evaluator)
    match = _COMMAND.fullmatch(body)
    if match is None and family.names == _ANY_NAME:
        return None
    problem: str | None = None
    command: Ioctl | None = None
    try:
        command = (
            _literal(macro.body, evaluator)
            if match is None
            else _encoded(match.group(1), _split(match.group(2)), evaluator)
        )
    except UnevaluatedError as reason:
        problem = str(reason)
    if command is None and (match is None or problem is None):
        return None
    if command is not None and command.type not in family.magic:
        return None
    return Definition(
        name=macro.name,
        number=None if command is None else command.type << 8 | command.nr,
        path=path,
        line=macro.line,
        text=macro.body,
        condition=macro.condition,
        problem=problem,
        ioctl=command,
    )


def _unwrapped(body: str, evaluator: Evaluator) -> str:
    """The text behind macros such as ``DRM_IOWR(nr, type)`` that fill in a type of their own."""
    for _ in range(_WRAPPERS):
        call = _CALL.fullmatch(body)
        if call is None or _COMMAND.fullmatch(body):
            break
        wrapper = evaluator.find(call.group(1))
        if not isinstance(wrapper, Macro) or not wrapper.params:
            break
        body = _filled(wrapper, call.group(2))
    return body


def _filled(macro: Macro, arguments: str) -> str:
    """A macro's text with its arguments, words put together where it says ``##``."""
    body = macro.body.replace("\\\n", " ").strip()
    for parameter, argument in zip(macro.params or (), _split(arguments), strict=False):
        literal = argument.replace("\\", r"\\")
        body = re.sub(rf"\b{re.escape(parameter)}\b", literal, body)
    return _PASTE.sub("", body)


def _type(text: str, evaluator: Evaluator) -> str:
    """A payload's type, with the macros that make its name."""
    for _ in range(_WRAPPERS):
        call = _INNER_CALL.search(text)
        macro = evaluator.find(call.group(1)) if call else None
        if call is None or not isinstance(macro, Macro) or not macro.params:
            break
        text = f"{text[: call.start()]}{_filled(macro, call.group(2))}{text[call.end() :]}"
    return " ".join(text.split())


def _encoded(macro: str, arguments: list[str], evaluator: Evaluator) -> Ioctl | None:
    if macro == "_IOC":
        if len(arguments) != 4:
            return None
        words = {word.strip(" ()") for word in arguments[0].split("|")}
        parts = {_IOC_DIRECTIONS.get(word, "none") for word in words}
        direction = "read/write" if {"read", "write"} <= parts else max(parts)
        arguments = arguments[1:]
    else:
        direction = _DIRECTIONS[macro]
    if len(arguments) < 2:
        return None
    payload = ", ".join(arguments[2:]).strip() or None
    return Ioctl(
        macro=macro,
        direction=direction,
        type=evaluator.expression(arguments[0]) & 0xFF,
        nr=evaluator.expression(arguments[1]) & 0xFF,
        payload=_type(payload, evaluator) if payload else None,
        size=0 if macro == "_IO" else None,
    )


def _literal(text: str, evaluator: Evaluator) -> Ioctl:
    number = evaluator.expression(text)
    return Ioctl(
        macro="literal",
        direction=_GENERIC[number >> 30 & 3],
        type=number >> 8 & 0xFF,
        nr=number & 0xFF,
        payload=None,
        size=number >> 16 & 0x3FFF,
    )


def _split(text: str) -> list[str]:
    """Arguments cut at the commas outside of parentheses."""
    parts: list[str] = []
    start = depth = 0
    for match in re.finditer(r"'(?:[^'\\]|\\.)*'|[(),]", text):
        mark = match.group()
        if mark == "(":
            depth += 1
        elif mark == ")":
            depth -= 1
        elif mark == "," and depth == 0:
            parts.append(text[start : match.start()].strip())
            start = match.end()
    parts.append(text[start:].strip())
    return parts
