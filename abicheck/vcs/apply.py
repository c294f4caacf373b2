# SPDX-License-Identifier: GPL-2.0-or-later
"""This module applies patches to a tree in memory; git does it, in a repository of our own.

The files that the patches name are put there as objects and index entries, never as files. What
comes out is read back at once: the repository lives as long as ``apply`` runs. The tree's own
repository, if it has one, is only read: nothing of its configuration, attributes or hooks counts.
"""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING, TypeVar

from msgspec import Struct

from abicheck.errors import InputError
from abicheck.vcs import git
from abicheck.vcs.commits import PATCH
from abicheck.vcs.edited import EditedTree
from abicheck.vcs.memory import blob_id
from abicheck.vcs.scratch import scratch_repository
from abicheck.vcs.tree import MAX_FILE, MAX_READ

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from abicheck.vcs.tree import Tree

_APPLY = ("apply", "--cached", "--whitespace=nowarn")
_MOST = 20_000
"""Files that all patches of a series may name."""
_TRIES = 300
"""Files that are tried one by one where a patch does not apply as a whole."""
_REGULAR = ("100644", "100755")
_KINDS = {"120000": "is a symbolic link", "160000": "is a submodule"}
_OURS = "2"
"""The stage of the index with what a file was before a merge."""
_NOTHING = "0" * 40
_Value = TypeVar("_Value")
_GLOB = re.compile(r"([\\*?\[])")


class Diff(Struct, frozen=True):
    """A patch and the files that it names."""

    text: bytes
    files: tuple[tuple[str, str | None], ...]
    """(path, path before); a removed file's last path comes first."""

    origins: tuple[bytes, ...] = ()
    """What the files were that it was made from, to merge three ways where it does not fit."""

    @property
    def paths(self) -> tuple[str, ...]:
        """Every path, old and new."""
        return tuple(dict.fromkeys(path for pair in self.files for path in pair if path))


class Applied(Struct, frozen=True):
    """A tree as a patch leaves it."""

    tree: EditedTree
    failed: Mapping[str, str]
    """By path, git's reason: files that are as they were, because the patch does not fit."""
    merged: bool = False
    """The patch does not fit as it is, and git has merged it three ways."""


class Outcome(Struct, frozen=True):
    """A tree after each patch of a series."""

    states: tuple[Applied, ...]
    whole: bytes
    """What the series changes taken as one, as git's patch."""


def apply(tree: Tree, diffs: Sequence[tuple[str, Diff]], root: str = "") -> Outcome:
    """The tree after each of the patches, given with the label of what they lead to.

    ``root`` is the tree's folder, with a slash, where paths in patches start further up. Raises
    InputError for more files, or larger ones, than anybody sends.
    """
    paths = tuple(dict.fromkeys(path for _, diff in diffs for path in diff.paths))
    if len(paths) > _MOST:
        raise InputError(f"the patches name {len(paths)} files; {_MOST} are read at most")
    named = [path for path in paths if path.isprintable() and path.startswith(root)]
    texts = tree.read_many(path.removeprefix(root) for path in named)
    before = {f"{root}{path}": text for path, text in texts.items()}
    with scratch_repository() as folder:
        index = _Index(folder)
        index.fill(before)
        start = index.folder()
        states = [(*index.take(diff), index.entries()) for _, diff in diffs]
        texts = index.texts(key for *_, entries in states for _, key in entries.values())
        whole = index.patch_since(start)
    labels = (label for label, _ in diffs)
    applied = (
        Applied(_edited(tree, label, root, before, entries, texts), failed, merged)
        for label, (failed, merged, entries) in zip(labels, states, strict=True)
    )
    return Outcome(tuple(applied), whole)


def _edited(
    tree: Tree,
    label: str,
    root: str,
    before: Mapping[str, bytes],
    entries: Mapping[str, tuple[str, str]],
    texts: Mapping[str, bytes],
) -> EditedTree:
    changed: dict[str, bytes | None] = {path: None for path in before if path not in entries}
    refused: dict[str, str] = {}
    for path, (mode, key) in entries.items():
        if mode not in _REGULAR:
            refused[path] = _KINDS.get(mode, "is no file")
        elif key not in texts:
            refused[path] = f"has more than {MAX_FILE >> 20} MiB"
        elif texts[key] != before.get(path):
            changed[path] = texts[key]
    changed |= dict.fromkeys(refused)
    return EditedTree(tree, label, _below(root, changed), _below(root, refused))


def _below(root: str, files: Mapping[str, _Value]) -> dict[str, _Value]:
    """Files below the root, with paths from there."""
    return {p.removeprefix(root): value for p, value in files.items() if p.startswith(root)}


class _Index:
    """An index in which only git writes, and objects that are nobody else's."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._environment = git.hardened(git.user_environment()) | {
            "GIT_DIR": str(folder),
            "GIT_INDEX_FILE": str(folder / "index"),
            "GIT_CONFIG_GLOBAL": "/dev/null",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_ATTR_NOSYSTEM": "1",
        }

    def fill(self, files: Mapping[str, bytes]) -> None:
        """Puts files into the index."""
        lines = []
        for path, text in files.items():
            lines.append(f"100644 {self._store(text)}\t{path}\0")
        text = "".join(lines).encode("utf-8", "surrogateescape")
        self._output("update-index", "-z", "--index-info", text=text)

    def _store(self, text: bytes) -> str:
        """Makes an object of a text; its id."""
        key = blob_id(text)
        place = self._folder / "objects" / key[:2] / key[2:]
        place.parent.mkdir(exist_ok=True)
        if not place.exists():
            place.write_bytes(zlib.compress(b"blob %d\0" % len(text) + text, 1))
        return key

    def folder(self) -> str:
        """The id of a folder that holds what the index holds now."""
        return self._output("write-tree").decode().strip()

    def patch_since(self, folder: str) -> bytes:
        """What the index has that a folder has not, as a patch."""
        return self._output("diff-tree", *PATCH, folder, self.folder())

    def take(self, diff: Diff) -> tuple[dict[str, str], bool]:
        """Applies a patch, merged or file by file where it does not fit whole.

        What does not fit, and why; and whether it was merged.
        """
        status, _, errors = self._run(*_APPLY, text=diff.text)
        if status == 0:
            return {}, False
        if diff.origins:
            for text in diff.origins:
                self._store(text)
            merged, _, _ = self._run(*_APPLY, "--3way", text=diff.text)
            conflicts = self._conflicts() if merged else {}
            if merged == 0 or conflicts:
                return conflicts, True
        if len(diff.files) == 1 or len(diff.files) > _TRIES:
            return {path: _told(errors) for path, _ in diff.files}, False
        return dict(self._singly(diff)), False

    def _conflicts(self) -> dict[str, str]:
        """Puts files that conflict back to what they were; the reason for each."""
        ours: dict[str, str] = {}
        found = dict[str, str]()
        output = self._output("ls-files", "--unmerged", "-z").decode(errors="surrogateescape")
        for line in output.split("\0")[:-1]:
            about, _, path = line.partition("\t")
            mode, key, stage = about.split(" ")
            found[path] = "it conflicts with what the file is here"
            if stage == _OURS:
                ours[path] = f"{mode} {key}\t{path}\0"
        lines = "".join(f"0 {_NOTHING}\t{path}\0{ours.get(path, '')}" for path in found)
        text = lines.encode("utf-8", "surrogateescape")
        self._output("update-index", "-z", "--index-info", text=text)
        return found

    def _singly(self, diff: Diff) -> Iterator[tuple[str, str]]:
        for path in dict.fromkeys(path for path, _ in diff.files):
            only = _GLOB.sub(r"\\\1", path)
            status, _, errors = self._run(*_APPLY, f"--include={only}", text=diff.text)
            if status:
                yield path, _told(errors)

    def entries(self) -> dict[str, tuple[str, str]]:
        """(mode, blob id) of each file that the index holds now."""
        found = {}
        output = self._output("ls-files", "--stage", "-z")
        for line in output.decode(errors="surrogateescape").split("\0")[:-1]:
            about, _, path = line.partition("\t")
            mode, key, _ = about.split(" ")
            found[path] = (mode, key)
        return found

    def texts(self, ids: Iterable[str]) -> dict[str, bytes]:
        """The contents of blobs, those left out that are too large to serve."""
        place = (self._folder, self._environment)
        wanted = [key.encode() for key in dict.fromkeys(ids)]
        sizes = git.CatFile(("--batch-check",), *place)
        reader = git.CatFile(("--batch",), *place)
        try:
            blobs = [a for a in sizes.ask(wanted) if a and a.type == "blob" and a.size <= MAX_FILE]
            if sum(blob.size for blob in blobs) > MAX_READ:
                raise InputError(f"the patches make more than {MAX_READ >> 20} MiB of files")
            found = reader.ask(blob.id.encode() for blob in blobs)
            return {answer.id: answer.text for answer in found if answer}
        finally:
            sizes.close()
            reader.close()

    def _output(self, *arguments: str, text: bytes = b"") -> bytes:
        status, output, errors = self._run(*arguments, text=text)
        if status:
            raise git.GitError(git.one_line(errors))
        return output

    def _run(self, *arguments: str, text: bytes = b"") -> tuple[int, bytes, str]:
        return git.run(arguments, self._folder, self._environment, text=text)


def _told(errors: str) -> str:
    return git.one_line(errors).removeprefix("git: ")
