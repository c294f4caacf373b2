# SPDX-License-Identifier: GPL-2.0-or-later
"""This module examines what abicheck runs on: parsers, git, and which ABIs they reach."""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

from msgspec import Struct

from abicheck.abis import all_abis
from abicheck.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abicheck.model import Abi

_CLASH = (
    "remove both and install one: pip uninstall -y clang libclang && pip install libclang. "
    "PyPI's clang brings only bindings and writes them over libclang's"
)
_NO_LIBCLANG = (
    "pip install libclang, or set ABICHECK_LIBCLANG to the path of a libclang.so that loads"
)


class State(StrEnum):
    """How a thing examined is."""

    GOOD = "good"
    WARNING = "warning"
    """Something is missing, and abicheck does without."""
    BAD = "bad"
    """abicheck cannot do its work."""


class Check(Struct, frozen=True, kw_only=True):
    """One thing examined: what was found, and what to do about it where that is not good."""

    name: str
    state: State
    found: str
    advice: str = ""


def examine() -> Iterator[Check]:
    """Every check, in the order in which a person would make them."""
    yield _python()
    library = _library()
    yield library
    yield from _clash(library.state)
    fallback = _fallback()
    yield fallback
    yield _front_end(library, fallback)
    yield _git()
    yield from _abis(library.state)


def _python() -> Check:
    import platform

    found = f"{platform.python_implementation()} {platform.python_version()}"
    return Check(name="python", state=State.GOOD, found=found)


def _library() -> Check:
    from abicheck.parse.libclang import library

    package = _version("libclang")
    told = f"package libclang {package}" if package else "no package libclang"
    try:
        loaded = library()
    except InputError as error:
        reason = _reason(error)
        return Check(
            name="libclang",
            state=State.WARNING,
            found=f"{reason}; {told}",
            advice=_CLASH if _version("clang") else _NO_LIBCLANG,
        )
    return Check(
        name="libclang", state=State.GOOD, found=f"{loaded.version} in {loaded.path}; {told}"
    )


def _reason(error: InputError) -> str:
    """What the error says, without its advice."""
    return str(error).rpartition(";")[0]


def _clash(library: State) -> Iterator[Check]:
    """Only where PyPI's ``clang`` is there too: both packages own the file clang/cindex.py."""
    version = _version("clang")
    if version is not None:
        how = "over libclang" if _version("libclang") else "in place of libclang"
        works = "" if library is State.GOOD else ", and no libclang loads"
        yield Check(
            name="clang package",
            state=State.WARNING,
            found=f"package clang {version} is installed {how}{works}",
            advice=_CLASH,
        )


def _fallback() -> Check:
    versions = {name: _version(name) for name in ("pycparser", "pcpp")}
    missing = [name for name, version in versions.items() if version is None]
    if missing:
        return Check(
            name="pycparser",
            state=State.WARNING,
            found=f"not installed: {', '.join(missing)}",
            advice=f"pip install {' '.join(missing)}",
        )
    found = ", ".join(f"{name} {version}" for name, version in versions.items())
    return Check(name="pycparser", state=State.GOOD, found=found)


def _front_end(library: Check, fallback: Check) -> Check:
    if library.state is State.GOOD:
        return Check(name="front end", state=State.GOOD, found="libclang")
    if fallback.state is State.GOOD:
        found = "pycparser, slower, in place of libclang"
        return Check(name="front end", state=State.WARNING, found=found)
    return Check(name="front end", state=State.BAD, found="none: no header can be parsed")


def _git() -> Check:
    from pathlib import Path

    from abicheck.vcs import git

    try:
        status, output, errors = git.run(("--version",), Path("/"), git.user_environment())
    except (InputError, OSError) as error:
        status, output, errors = 1, b"", str(error)
    if status == 0:
        found = output.decode(errors="replace").strip().removeprefix("git version ")
        return Check(name="git", state=State.GOOD, found=found)
    return Check(
        name="git",
        state=State.WARNING,
        found=git.one_line(errors) or "does not run",
        advice="install git: without it there is no --rev, --staged or --against",
    )


def _abis(library: State) -> Iterator[Check]:
    table = all_abis()
    if library is not State.GOOD:
        yield Check(name="ABIs", state=State.GOOD, found=f"{len(table)}, by pycparser")
        return
    unparsed = [abi.name for abi in table if not _parses(abi)]
    own = sum(abi.clang_lays_out for abi in table)
    found = (
        f"{len(table) - len(unparsed)} of {len(table)}; libclang has {own} of them as they are, "
        f"{len(table) - own} are parsed as a kindred one; all layouts are our own"
    )
    if not unparsed:
        yield Check(name="ABIs", state=State.GOOD, found=found)
        return
    yield Check(
        name="ABIs",
        state=State.WARNING,
        found=f"{found}; not parsed here: {', '.join(unparsed)}",
        advice="install a newer libclang, or check these with --frontend pycparser",
    )


def _parses(abi: Abi) -> bool:
    from abicheck.layout import Layouter
    from abicheck.parse.libclang import parse

    unit = parse(_OneHeader(abi), ("probe.h",), lambda a, d: Layouter(a, d).size_of)
    return not unit.problems and "struct probe" in unit.declarations.records


class _OneHeader:
    """A world with one small header in it."""

    arguments = ()
    has_asm = True

    def __init__(self, abi: Abi) -> None:
        self.abi = abi
        self.identity = abi.name

    def text(self, include: str) -> bytes | None:
        return b"struct probe { long member; };\n" if include == "probe.h" else None

    def origin(self, include: str) -> str:
        return include

    def names(self) -> frozenset[str]:
        return frozenset({"probe.h"})

    def prelude(self, include: str) -> tuple[str, ...]:
        del include
        return ()


@cache
def _version(package: str) -> str | None:
    """The version of an installed package, None if it is not."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(package)
    except PackageNotFoundError:
        return None
