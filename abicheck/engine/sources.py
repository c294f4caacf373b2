# SPDX-License-Identifier: GPL-2.0-or-later
"""This module opens the trees that a command names: revisions, directories, lone headers."""

from __future__ import annotations

import re
from contextlib import suppress
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

from abicheck.errors import InputError, UsageError
from abicheck.model.claims import TreeName

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from abicheck.vcs.repository import Repository
    from abicheck.vcs.tree import Tree

_Opened: TypeAlias = "tuple[Tree, Repository | None, str | None]"

_UPSTREAM = re.compile(
    r"(?:refs/)?(?:heads/|tags/|remotes/)?(?:"
    r"(?:mainline|linus|torvalds|upstream)(?:/(?:linux/)?(?:master|main))?"
    r"|(?:linux-)?v?\d+\.\d+(?:\.\d+)?(?:\.y)?(?:-rc\d+)?)"
)
_DOWNSTREAM = re.compile(
    r"(?:^|[/_.-])(?:android\w*|chromeos\w*|vendor|downstream|gki|msm|rhel|centos|sles?|suse|ubuntu"
    r"|debian|oracle|openeuler|anolis)(?=[/_.-]|\d|$)",
    re.IGNORECASE,
)


class Source(Struct, frozen=True):
    """An opened tree with its name; ``repository`` and ``commit`` only for a revision."""

    tree: Tree
    label: str
    role: str
    repository: Repository | None = None
    commit: str | None = None

    @property
    def name(self) -> TreeName:
        """The tree as reports name it."""
        return TreeName(label=self.label, role=self.role)


def open_sources(
    words: Sequence[str], upstream: Sequence[str], downstream: Sequence[str]
) -> tuple[Source, ...]:
    """The trees in the order given, without repetitions.

    Raises UsageError for a word that names neither a path nor a revision.
    """
    opener = _Opener(upstream, downstream)
    words = list(dict.fromkeys(words))
    plain = [word for word in words if not is_patch(word)]
    if words and not plain:
        raise UsageError("patches need a tree to apply to: name it first")
    opener.learn(plain)
    trees = {word: opener.open(word) for word in plain}
    opened = [trees[word] if word in trees else opener.patched(word, trees) for word in words]
    labels = labels_of(words)
    roles = [opener.role(label) for label in labels]
    for asked in (*upstream, *downstream):
        if not any(fnmatchcase(label, asked) for label in labels):
            raise UsageError(f"no tree is called {asked}; there are {', '.join(labels)}")
    if "upstream" not in roles:
        roles[0] = "upstream"
    return tuple(
        Source(tree, label, role, repository, commit)
        for (tree, repository, commit), label, role in zip(opened, labels, roles, strict=True)
    )


_PATCHES = (".patch", ".diff", ".mbox", ".mbx")


def is_patch(word: str) -> bool:
    """Whether a word names a patch or a mailbox."""
    return word.endswith(_PATCHES) and Path(word).is_file()


def miss_patches(words: Iterable[str]) -> None:
    """Raises InputError for a word that is called as a patch or a mailbox is, and is no file."""
    for word in words:
        if word.endswith(_PATCHES) and not Path(word).exists():
            raise InputError(f"{word}: no such file")


class _Opener:
    def __init__(self, upstream: Sequence[str], downstream: Sequence[str]) -> None:
        self._upstream = upstream
        self._downstream = downstream
        self._repositories: dict[Path, Repository] = {}

    def role(self, label: str) -> str:
        """``upstream``, ``downstream`` or ``branch``, as asked or by the look of the name."""
        if any(fnmatchcase(label, pattern) for pattern in self._upstream):
            return "upstream"
        if any(fnmatchcase(label, pattern) for pattern in self._downstream):
            return "downstream"
        revision = label.rpartition(":")[2]
        if not self._upstream and _UPSTREAM.fullmatch(revision):
            return "upstream"
        return "downstream" if _DOWNSTREAM.search(revision) else "branch"

    def learn(self, words: Sequence[str]) -> None:
        """Asks git about many revisions at once, each repository in one go."""
        together: dict[Path, list[str]] = {}
        for word in words:
            place, colon, revision = word.partition(":")
            path = Path(place) if colon and place and Path(place).exists() else Path()
            if not Path(word).exists():
                together.setdefault(path, []).append(revision if path != Path() else word)
        for path, revisions in together.items():
            if len(revisions) > 1:
                with suppress(InputError):
                    self._repository(path).learn(revisions)

    def open(self, word: str) -> _Opened:
        """The tree a word names, with its repository and commit if it is a revision."""
        if not word:
            raise UsageError("an empty word names no tree")
        path = Path(word)
        if path.exists() and not self._is_revision(word):
            if not path.is_dir() and path.suffix not in (".h", ".tbl"):
                raise UsageError(f"{word}: neither a folder nor a header nor a patch")
            from abicheck.vcs.open import open_directory

            return open_directory(path).tree, None, None
        place, colon, revision = word.partition(":")
        if colon and place and Path(place).exists():
            return self._revision(Path(place), revision)
        if path.is_absolute() or word.startswith("."):
            raise UsageError(f"{word}: no such file or directory")
        return self._revision(Path(), word)

    def patched(self, word: str, trees: Mapping[str, _Opened]) -> _Opened:
        """The first upstream tree (else the first) as a patch leaves it."""
        from abicheck.engine.patched import patched_tree, read_file

        ours = (place for place in trees if self.role(place) == "upstream")
        tree, _, _ = trees[next(ours, next(iter(trees)))]
        path = Path(word)
        return patched_tree(tree, read_file(path), path.name), None, None

    def _is_revision(self, word: str) -> bool:
        """Whether a word that is a path too means a revision, as it does for git."""
        if "/" in word or "." in word:
            return False
        try:
            self._repository(Path()).resolve(word)
        except (InputError, UsageError):
            return False
        return True

    def _repository(self, path: Path) -> Repository:
        from abicheck.vcs.repository import Repository

        if path not in self._repositories:
            place = path.resolve()
            known = next((r for p, r in self._repositories.items() if p.resolve() == place), None)
            self._repositories[path] = known or Repository.discover(path)
        return self._repositories[path]

    def _revision(self, path: Path, word: str) -> tuple[Tree, Repository, str]:
        from abicheck.vcs.revision import RevisionTree

        repository = self._repository(path)
        tree = RevisionTree(repository, word)
        return tree, repository, tree.commit


def labels_of(words: Sequence[str]) -> list[str]:
    """Names for people: of a path the last folder that tells it from the others."""
    shown = [_parts(word) for word in words]
    labels = []
    for parts, tail in shown:
        depth = 1
        while depth < len(parts) and any(
            other is not parts and other[-depth:] == parts[-depth:] for other, _ in shown
        ):
            depth += 1
        labels.append(parts[-depth] + tail)
    if len(set(labels)) < len(labels):
        return ["/".join(parts[-3:]) + tail for parts, tail in shown]
    return labels


def _parts(word: str) -> tuple[tuple[str, ...], str]:
    if Path(word).exists():
        return Path(word).absolute().parts[1:] or ("/",), ""
    place, colon, revision = word.partition(":")
    if colon and place and Path(place).exists():
        return Path(place).absolute().parts[1:] or ("/",), f":{revision}"
    return (word,), ""
