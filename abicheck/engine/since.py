# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tells what is new: which headers a change touches, and which findings it adds."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from abicheck.engine.selection import wanted_records
from abicheck.errors import InputError, UsageError
from abicheck.vcs import history
from abicheck.vcs.edited import EditedTree
from abicheck.vcs.location import Kind
from abicheck.vcs.open import open_in, open_revision, path_in
from abicheck.vcs.repository import Repository
from abicheck.vcs.revision import RevisionTree

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from abicheck.model import Finding, NotChecked
    from abicheck.vcs.open import Opened
    from abicheck.vcs.tree import Tree

_FOLDERS = ("include/uapi", "arch")
"""Where exported headers lie."""
_INCLUDE = re.compile(rb"^[ \t]*#[ \t]*include[ \t]*[<\"]([^>\"\n]+)", re.MULTILINE)
_ALIKE = 0.5
"""From here on two headers of different names are one that was renamed, as git has it."""


def staged_headers(opened: Opened) -> tuple[str, ...]:
    """The uapi headers that the index changes, as paths of the tree."""
    repository = opened.repository or Repository.discover(Path())
    root = _root(repository, opened)
    changed = repository.staged_changes(*(f"{root}{folder}" for folder in _FOLDERS))
    present = (c.path.removeprefix(root) for c in changed if c.new is not None)
    return tuple(path for path in present if _is_uapi(path) and _is_there(opened.tree, path))


def _is_there(tree: Tree, path: str) -> bool:
    """Whether a path is in a tree, served or not: the index may have changed since it was read."""
    return tree.blob(path) is not None or tree.refusal(path) is not None


def headers_since_upstream(opened: Opened, upstream: str | None) -> tuple[str, ...]:
    """The uapi headers of the work tree that differ from where its branch left upstream.

    None where no upstream is known, or nothing differs.
    """
    try:
        repository = Repository.discover(Path())
        fork = _fork(repository, upstream)
    except (InputError, UsageError):
        return ()
    if fork is None:
        return ()
    older = RevisionTree(repository, fork, _root(repository, opened).rstrip("/"))
    return tuple(
        path for path in _uapi_headers(opened.tree) if opened.tree.blob(path) != older.blob(path)
    )


def headers_since(opened: Opened, rev: str) -> tuple[str, ...] | None:
    """The uapi headers that differ from a revision's, and those that include one that does.

    None where the tree is no kernel's source; InputError for a revision that is not there.
    """
    if opened.kind is not Kind.KERNEL:
        return None
    older = open_revision(Path(), rev).tree
    now, then = (
        {path: tree.blob(path) for path in _uapi_headers(tree)} for tree in (opened.tree, older)
    )
    new = {path for path in {*now, *then} if now.get(path) != then.get(path)}
    if not new:
        return ()
    texts = opened.tree.read_many(now)
    includes = {path: set(_INCLUDE.findall(text)) for path, text in texts.items()}
    while more := [path for path in now if path not in new and includes[path] & _served(new)]:
        new.update(more)
    return tuple(path for path in now if path in new)


def _served(paths: Iterable[str]) -> set[bytes]:
    """The include paths of headers; asm-generic ones may stand in for those of asm."""
    names = {path.rpartition("/uapi/")[2].encode() for path in paths}
    return names | {name.replace(b"asm-generic/", b"asm/", 1) for name in names}


class Older:
    """An older revision, and what to judge there to tell old findings from new."""

    def __init__(self, start: Path | None, rev: str, today: Opened) -> None:
        """Opens the revision of the tree that ``start``, or the current folder, lies in.

        InputError where there is none.
        """
        self.rev = rev
        self._today = today.tree
        if start is None and today.repository is not None:
            self.opened = open_in(today.repository, Path(), rev)
        else:
            start = start or Path()
            self.opened = open_revision(start if start.is_dir() else start.parent, rev)
        self._tree = self.opened.tree

    def having(self, paths: Iterable[str]) -> tuple[str, ...]:
        """Those of the headers that existed, by this name."""
        return tuple(path for path in paths if self._tree.blob(path) is not None)

    def same(self, findings: Sequence[Finding]) -> tuple[str, ...]:
        """The headers with findings, as far as they existed, by this name or another."""
        paths = dict.fromkeys(finding.span.path for finding in findings)
        self._rename([path for path in paths if self._tree.blob(path) is None])
        return self.having(paths)

    def _rename(self, absent: Sequence[str]) -> None:
        """Shows headers that have another name today under that name too."""
        if not absent or self.opened.kind is not Kind.KERNEL:
            return
        gone = (path for path in _uapi_headers(self._tree) if self._today.blob(path) is None)
        texts = tuple(self._tree.read_many(gone).values())
        renamed = {}
        for path in absent:
            text = self._today.read(path) or b""
            alike = max(((_likeness(text, other), other) for other in texts), default=(0.0, b""))
            if alike[0] >= _ALIKE:
                renamed[path] = alike[1]
        if renamed:
            self._tree = EditedTree(self._tree, self._tree.label, renamed)
            self.opened = replace(self.opened, tree=self._tree)

    def elsewhere(self, findings: Sequence[Finding]) -> tuple[str, ...]:
        """Other headers that may have defined a record that the findings are about.

        A header that is what it was has lost no record to another.
        """
        records = {finding.subject.partition(".")[0] for finding in findings}
        tagged = sorted(name for name in records if name.startswith(("struct ", "union ")))
        if not tagged or self.opened.kind is not Kind.KERNEL:
            return ()
        wanted = wanted_records(tuple(tagged))
        known = set(self.same(findings))
        changed = (path for path in _uapi_headers(self._tree) if self._is_changed(path))
        texts = self._tree.read_many(changed)
        found = (path for path, text in texts.items() if wanted.may_define(text))
        return tuple(path for path in found if path not in known)

    def unchanged(self, paths: Iterable[str]) -> tuple[str, ...]:
        """Those of the headers that were what they are."""
        present = (path for path in dict.fromkeys(paths) if self._tree.blob(path) is not None)
        return tuple(path for path in present if not self._is_changed(path))

    def _is_changed(self, path: str) -> bool:
        return self._tree.blob(path) != self._today.blob(path)


def _likeness(one: bytes, other: bytes) -> float:
    """The share of lines that two texts have in common."""
    ours, theirs = set(one.split(b"\n")), set(other.split(b"\n"))
    return len(ours & theirs) / max(len(ours), len(theirs))


def newly_unchecked(
    today: Iterable[NotChecked], before: Iterable[NotChecked]
) -> tuple[NotChecked, ...]:
    """What could be checked before, under one of its ABIs at least."""
    known: dict[tuple[str, str | None], set[str]] = {}
    for item in before:
        known.setdefault((item.path, item.subject), set()).update(item.abis)
    return tuple(
        item
        for item in today
        if not known.get((item.path, item.subject), set()).issuperset(item.abis)
    )


def still_unchecked(
    rev: str, today: Iterable[NotChecked], new: Iterable[NotChecked]
) -> Iterator[str]:
    """One remark about all that could not be checked in the older revision either."""
    fresh = set(new)
    paths = sorted({item.path for item in today if item not in fresh})
    if paths:
        yield f"not checked, nor was it in {rev}: {', '.join(paths)}"


def _fork(repository: Repository, upstream: str | None) -> str | None:
    name = upstream or history.upstream(repository)
    return None if name is None else repository.merge_base("HEAD", name)


def _root(repository: Repository, opened: Opened) -> str:
    """The tree's root below the repository's, with a slash at its end unless it is the same."""
    inside = path_in(repository, Path())
    root = inside.removesuffix(opened.path).rstrip("/")
    return f"{root}/" if root else ""


def _uapi_headers(tree: Tree) -> Iterator[str]:
    """The exported headers of a kernel tree; the rest of ``arch`` is large and not looked at."""
    folders = ("include/uapi", *(f"arch/{name}/include/uapi" for name in tree.names("arch")))
    return (path for folder in folders for path in tree.files(folder) if path.endswith(".h"))


def _is_uapi(path: str) -> bool:
    parts = path.split("/")
    below = parts[2:] if parts[0] == "arch" else parts
    return path.endswith(".h") and below[:2] == ["include", "uapi"]
