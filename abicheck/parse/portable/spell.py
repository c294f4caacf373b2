# SPDX-License-Identifier: GPL-2.0-or-later
"""This module spells types the way clang does: ``__u32[4]``, ``struct s *``, ``void (*)(int)``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from abicheck.parse.constants import UnknownValueError, evaluate
from abicheck.parse.portable.types import named

if TYPE_CHECKING:
    from abicheck.parse.constants import Scope


def spell(node: Any, scope: Scope, declarator: str = "") -> str:
    """The type of a declarator or type name as C text, around ``declarator``."""
    kind = type(node).__name__
    if kind in ("Typename", "Decl"):
        return spell(node.type, scope, declarator)
    if kind == "TypeDecl":
        return _join(_qualified(node), declarator)
    if kind == "PtrDecl":
        pointer = "*" + " ".join(node.quals or ())
        pointer += " " + declarator if node.quals and declarator[:1].isalpha() else declarator
        inside = type(node.type).__name__ in ("ArrayDecl", "FuncDecl")
        return spell(node.type, scope, f"({pointer})" if inside else pointer)
    if kind == "ArrayDecl":
        return spell(node.type, scope, f"{declarator}[{_count(node.dim, scope)}]")
    if kind == "FuncDecl":
        return spell(node.type, scope, f"{declarator}({_parameters(node.args, scope)})")
    return _join(_base(node), declarator)


def _join(base: str, declarator: str) -> str:
    return base + declarator if declarator[:1] in ("", "[") else f"{base} {declarator}"


def _qualified(node: Any) -> str:
    return " ".join([*dict.fromkeys(node.quals or ()), _base(node.type)])


def _base(node: Any) -> str:
    kind = type(node).__name__
    if kind == "IdentifierType":
        return named(node.names)
    if kind in ("Struct", "Union", "Enum"):
        word = kind.lower()
        return f"{word} {node.name}" if node.name else word
    return kind


def _count(dim: Any, scope: Scope) -> str:
    if dim is None:
        return ""
    try:
        return str(evaluate(dim, scope).value)
    except UnknownValueError:
        return "?"


def _parameters(arguments: Any, scope: Scope) -> str:
    if arguments is None:
        return ""
    return ", ".join(
        "..." if type(one).__name__ == "EllipsisParam" else _parameter(one, scope)
        for one in arguments.params
    )


def _parameter(node: Any, scope: Scope) -> str:
    """A parameter; arrays and functions are the pointers they stand for."""
    if type(node).__name__ == "ID":
        return str(node.name)
    inner = node.type
    kind = type(inner).__name__
    if kind == "ArrayDecl":
        return spell(inner.type, scope, "*")
    if kind == "FuncDecl":
        return spell(inner, scope, "(*)")
    return spell(inner, scope)
