# SPDX-License-Identifier: GPL-2.0-or-later
"""This module answers include paths for one ABI from a tree, from what we make, or our own root.

A world reaches files only through its tree, below the folders it was given: whatever an
``#include`` line says, nothing else can be opened.
"""

from __future__ import annotations

import posixpath
from copy import copy
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from abicheck.export import system
from abicheck.export.defines import DROPPED_INCLUDES, HEADERS_INSTALL
from abicheck.export.preludes import PRELUDES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from abicheck.export.texts import Texts
    from abicheck.model import Abi

GENERATED = "<generated>"
"""Stands before the include path in the origin of what a kernel build would make."""


class ExportedHeader(Struct, frozen=True, order=True):
    """A header that programs may include, and the file in the tree behind it."""

    include: str
    """As a program writes it: ``linux/kvm.h``."""
    path: str
    """Its path in the tree: ``include/uapi/linux/kvm.h``. For a wrapper that a build makes, the
    ``asm-generic`` file it includes; for a header made from a table, ``<generated>/asm/...``."""


class Folder(Struct, frozen=True):
    """A folder of the tree whose files are include paths relative to it."""

    path: str
    only: str = ""
    """Serve include paths that start so, and no others."""
    never: str = " "
    """Serve no include path that starts so."""

    def serves(self, include: str) -> bool:
        """Whether an include path is looked for here."""
        return include.startswith(self.only) and not include.startswith(self.never)

    def join(self, include: str) -> str:
        """The path in the tree of an include path."""
        return f"{self.path}/{include}" if self.path else include


class Made(Struct, frozen=True, kw_only=True):
    """A header that no file of the tree holds."""

    path: str
    """What stands for its path, see ``ExportedHeader.path``."""
    text: Callable[[], bytes | None]


def dropped() -> dict[str, Made]:
    """The headers whose ``#include`` lines headers_install deletes, as empty texts."""
    return {name: Made(path=f"{GENERATED}/{name}", text=lambda: b"") for name in DROPPED_INCLUDES}


def wrapper(name: str, top: str) -> Made:
    """The ``asm/`` header that includes its namesake of ``asm-generic/``, which is below top."""
    text = f"#include <asm-generic/{name}>\n".encode()
    return Made(path=f"{top}/asm-generic/{name}".lstrip("/"), text=lambda: text)


class Sources(Struct, frozen=True, kw_only=True, eq=False):
    """Where the worlds of one architecture take their texts from, in order of precedence."""

    first: frozenset[str]
    """Names our system root serves before the tree (a tree that holds one libc's headers)."""
    folders: tuple[Folder, ...]
    made: Mapping[str, Made] = field(default_factory=dict)
    system: frozenset[str]
    """Names our system root serves after the tree."""
    hidden: frozenset[str] = frozenset()
    """Include paths that exist as files and are not exported."""
    listed: tuple[str, ...] = ("",)
    """Folders, as include paths, that hold exported headers."""
    answers: dict[str, tuple[str, bytes] | None] = field(default_factory=dict)
    """(origin, text) by include path, for all worlds of these sources: a run asks for the same
    few names again and again."""


def clean(include: str) -> str | None:
    """An include path without ``.`` and ``//``; None for one that leads outside."""
    path = posixpath.normpath(include)
    outside = path.startswith(("/", "../")) or path in {".", ".."} or "\0" in path
    return None if outside else path


class World:
    """What one ABI's preprocessor can see of a tree."""

    def __init__(self, abi: Abi, texts: Texts, sources: Sources, *, has_asm: bool) -> None:
        self.abi = abi
        self.has_asm = has_asm
        """The tree itself has this architecture's ``asm/``; ours is incomplete."""
        self._texts = texts
        self._sources = sources

    @property
    def arguments(self) -> tuple[str, ...]:
        """Preprocessor arguments that stand for what headers_install does to the text."""
        return HEADERS_INSTALL

    @property
    def identity(self) -> Sources:
        """Equal for two worlds of one tree that serve the same texts under the same names."""
        return self._sources

    def showing(self, include: str, text: bytes) -> World:
        """The same world, but for the text behind one include path that it serves."""
        other = copy(self)
        answers = {**self._sources.answers, include: (self.origin(include), text)}
        other._sources = replace(self._sources, answers=answers)
        return other

    def text(self, include: str) -> bytes | None:
        """The text behind an include path, None where nobody has it."""
        answer = self._answer(include)
        return None if answer is None else answer[1]

    def origin(self, include: str) -> str:
        """The path in the tree of that text, or one in ``<>`` for what the tree does not hold.

        KeyError for an include path that ``text`` does not know.
        """
        answer = self._answer(include)
        if answer is None:
            raise KeyError(include)
        return answer[0]

    def _answer(self, include: str) -> tuple[str, bytes] | None:
        answers = self._sources.answers
        if include not in answers:
            answers[include] = self._look_up(include)
        return answers[include]

    def _look_up(self, include: str) -> tuple[str, bytes] | None:
        name = clean(include)
        if name is None or name in self._sources.hidden:
            return None
        if name in self._sources.first:
            return _labelled(f"{system.LABEL}/{name}", system.text(name))
        path = self._file(name)
        if path is not None:
            return _labelled(path, self._texts.get(path))
        if name in self._sources.made:
            return _labelled(f"{GENERATED}/{name}", self._sources.made[name].text())
        if name in self._sources.system:
            return _labelled(f"{system.LABEL}/{name}", system.text(name))
        return None

    def prelude(self, include: str) -> tuple[str, ...]:
        """The include paths a program must include first; those this world has."""
        first = PRELUDES.get(clean(include) or "", ())
        return tuple(name for name in first if self.text(name) is not None)

    def headers(self, under: str = "") -> tuple[ExportedHeader, ...]:
        """What this ABI exports, sorted; without ``asm-generic``, which ``asm`` includes.

        Only the include paths that begin with ``under``, where it is given.
        """
        found = {
            name: made.path for name, made in self._sources.made.items() if name.startswith(under)
        }
        for folder in reversed(self._sources.folders):
            names = (name for name in self._in(folder) if name.startswith(under))
            found.update({name: folder.join(name) for name in names})
        return tuple(
            ExportedHeader(name, path) for name, path in sorted(found.items()) if self._shows(name)
        )

    def include_of(self, path: str) -> str | None:
        """The first include path under which ``headers`` has a file, None where it does not."""
        made = self._sources.made
        names = [name for name, other in made.items() if other.path == path]
        for folder in self._sources.folders if self._texts.get(path) is not None else ():
            name = path.removeprefix(f"{folder.path}/") if folder.path else path
            if folder.join(name) == path and folder.serves(name) and self._lists(name):
                names.append(name)
        good = (name for name in sorted(names) if self._shows(name) and self._at(name) == path)
        return next(good, None)

    def _shows(self, name: str) -> bool:
        """Whether programs are meant to include a header of that name, if there is one."""
        sources = self._sources
        kept_back = name in sources.hidden or name in sources.first or name in DROPPED_INCLUDES
        return not kept_back and not name.startswith("asm-generic/")

    def _at(self, name: str) -> str | None:
        """What ``headers`` says that an include path leads to."""
        path = self._file(name) if self._lists(name) else None
        made = self._sources.made.get(name)
        return path or (made.path if made is not None else None)

    def _lists(self, name: str) -> bool:
        """Whether an include path lies in a folder that holds exported headers."""
        folders = self._sources.listed
        return any(not folder or name.startswith(f"{folder}/") for folder in folders)

    def names(self) -> frozenset[str]:
        """Every include path that ``text`` is known to serve."""
        in_tree = (name for folder in self._sources.folders for name in self._in(folder))
        names = frozenset(in_tree) | frozenset(self._sources.made) - self._sources.hidden
        return names - self._sources.hidden | self._sources.first | self._sources.system

    def made(self) -> frozenset[str]:
        """The include paths of what no file of the tree holds as it is, such as wrappers."""
        return frozenset(self._sources.made)

    def maker(self, include: str) -> str | None:
        """What ``headers`` gives as the path of such a header; None for a file of the tree."""
        made = self._sources.made.get(include)
        return None if made is None or self._file(include) is not None else made.path

    def preload(self, includes: Iterable[str]) -> None:
        """Read the texts of many include paths at once: cheaper than one after the other."""
        names = [name for include in includes if (name := clean(include)) is not None]
        for folder in self._sources.folders:
            paths = {name: folder.join(name) for name in names if folder.serves(name)}
            self._texts.load(paths.values())
            names = [n for n in names if n not in paths or self._texts.get(paths[n]) is None]

    def _file(self, name: str) -> str | None:
        for folder in self._sources.folders:
            if folder.serves(name):
                path = folder.join(name)
                if self._texts.get(path) is not None:
                    return path
        return None

    def _in(self, folder: Folder) -> Iterable[str]:
        prefix = len(folder.path) + 1 if folder.path else 0
        for listed in self._sources.listed:
            for path in self._texts.headers(folder.join(listed).strip("/")):
                if folder.serves(path[prefix:]):
                    yield path[prefix:]


def _labelled(origin: str, text: bytes | None) -> tuple[str, bytes] | None:
    return None if text is None else (origin, text)
