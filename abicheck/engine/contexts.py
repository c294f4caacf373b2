# SPDX-License-Identifier: GPL-2.0-or-later
"""This module reads which records cross the boundary, and how, where no ioctl says so."""

from __future__ import annotations

import re
from fnmatch import translate
from functools import cache, cached_property
from typing import TYPE_CHECKING

from msgspec import Struct

from abicheck.checks.facts import Role, Use
from abicheck.datafiles import read_toml, shipped
from abicheck.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

ROLES = {
    "wire": Role.WIRE,
    "native": Role.NATIVE,
    "mapped": Role.MAPPED,
    "stream": Role.STREAM,
    "syscall": Role.SYSCALL,
    "netlink": Role.NETLINK,
    "guest": Role.GUEST,
    "kernel-only": Role.KERNEL_ONLY,
}
"""What a file calls the roles."""


_WILD = frozenset("*?[")
"""What a name has none of."""


class Globs(Struct, frozen=True, dict=True):
    """Names, some with wildcards."""

    plain: frozenset[str]
    wild: tuple[str, ...]

    def fit(self, name: str) -> bool:
        """Whether one of them is the name, or a pattern of it."""
        return name in self.plain or bool(self.wild and self._expression.fullmatch(name))

    @cached_property
    def _expression(self) -> re.Pattern[str]:
        """Compiled for those that are asked: a header has few contexts, a file has many."""
        return re.compile("|".join(map(translate, self.wild)))


class Context(Struct, frozen=True):
    """The role of the records whose header and name fit."""

    use: Use
    headers: Globs
    records: Globs


class Contexts:
    """The roles that files give to records."""

    def __init__(self, contexts: Sequence[Context]) -> None:
        """Takes entries in order."""
        self._contexts = contexts
        self._by_header: dict[str, tuple[Context, ...]] = {}

    def of(self, include: str, name: str) -> tuple[Use, ...]:
        """The roles of a record, by its header's include path and its own name."""
        if include not in self._by_header:
            self._by_header[include] = tuple(
                context for context in self._contexts if context.headers.fit(include)
            )
        found = (c.use for c in self._by_header[include] if c.records.fit(name))
        return tuple(dict.fromkeys(found))


def read_contexts(extra: Sequence[Path] = ()) -> Contexts:
    """Our own contexts and those of further files; ConfigError for a wrong file."""
    return Contexts([*_shipped(), *(context for path in extra for context in _read(path))])


@cache
def _shipped() -> tuple[Context, ...]:
    return tuple(_read(shipped() / "contexts.toml"))


def _read(path: Path) -> list[Context]:
    raw = read_toml(path)
    try:
        return [_context(entry) for entry in raw.get("context", [])]
    except TypeError as error:
        raise ConfigError(f"{path}: {error}") from error
    except KeyError as error:
        raise ConfigError(f"{path}: a context lacks or does not know {error}") from error


def _context(entry: dict[str, object]) -> Context:
    use = Use(role=ROLES[str(entry["role"])], by=str(entry["reason"]))
    return Context(use, _globs(entry["headers"]), _globs(entry.get("records", ["*"])))


def _globs(found: object) -> Globs:
    if not isinstance(found, list) or not all(isinstance(glob, str) for glob in found):
        raise TypeError("headers and records are lists of strings")
    wild = tuple(glob for glob in found if not _WILD.isdisjoint(glob))
    return Globs(frozenset(found) - frozenset(wild), wild)
