# SPDX-License-Identifier: GPL-2.0-or-later
"""This module asks git who gave a name its number first."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, TypeAlias

from abicheck.engine.claims import Reader
from abicheck.errors import InputError
from abicheck.model.claims import Commit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from abicheck.engine.sources import Source
    from abicheck.families.clash import Clash
    from abicheck.model.claims import Definition, Family, Sheet
    from abicheck.vcs.repository import Repository

_PATIENCE = 120.0
_MOST_NAMES = 1000
_MOST_QUESTIONS = 32
"""Processes one run may start to learn which commit is in which tree, and in which tag."""

_MOST_STEPS = 64
"""Commits to a header that are looked into for one name whose number came later than its line."""
_MOST_LOOKS = 400
"""States of headers that one run may look into."""
_NAMES = re.compile(r"(?<![\w.])[A-Za-z_]\w*")
"""A name in an expression; a suffix or prefix of a number is none."""
_FEW = 8
"""Commits that may give one name the same number before histories are not looked into."""

First: TypeAlias = "tuple[str, str, str]"
"""Tree, name and path of a claim."""
_What: TypeAlias = "tuple[str, str, str]"
"""Name, expression and path."""


class Firsts:
    """The commits behind claims, as far as whole histories and a few questions tell them."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self._sources = {source.label: source for source in sources}
        self._reader = Reader(())
        self._looks = _MOST_LOOKS
        self._questions = _MOST_QUESTIONS
        self._tags: dict[str, str | None] = {}
        self._tagged: dict[Repository, bool] = {}
        self.notes: dict[str, None] = {}
        """What git could not tell, and why."""

    def of(
        self, family: Family, sheets: Sequence[Sheet], clashes: Iterable[Clash]
    ) -> dict[First, Commit]:
        """The commit that gave each claim in the clashes the number it has, where git tells."""
        wanted: dict[Repository, dict[_What, list[str]]] = {}
        claims: dict[First, Definition] = {}
        for clash in clashes:
            for index, definition in clash.stakes:
                what = (definition.name, definition.text, definition.path)
                for tree in sheets[index].trees:
                    claims[tree, definition.name, definition.path] = definition
                    repository = self._sources[tree].repository
                    if repository is not None and not repository.shallow:
                        wanted.setdefault(repository, defaultdict(list))[what].append(tree)
        found = {
            first: (repository, commit)
            for repository, holders in wanted.items()
            for first, commit in self._search(repository, holders)
        }
        dated = (
            (first, self._numbered(family, claims[first], first[0], repository, commit))
            for first, (repository, commit) in found.items()
        )
        return {first: commit for first, commit in dated if commit is not None}

    def _numbered(
        self,
        family: Family,
        definition: Definition,
        tree: str,
        repository: Repository,
        commit: Commit,
    ) -> Commit | None:
        """The commit since which a name has its number; None where that is not found.

        A place in an enum, or another name, may give it one that its own line does not tell.
        """
        if definition.text and not definition.implicit and not _NAMES.search(definition.text):
            return commit
        if self._is_so(family, definition, repository, commit.id):
            return commit
        span = f"{commit.id}..{self._sources[tree].commit}"
        command = ("log", "--topo-order", "--reverse")
        output = repository.output(
            *command, "--format=%H%x09%ct%x09%s", span, "--", definition.path, patience=_PATIENCE
        )
        for line in output.decode("utf-8", "replace").splitlines()[:_MOST_STEPS]:
            key, date, subject = line.split("\t", 2)
            if self._is_so(family, definition, repository, key):
                later = Commit(id=key, date=int(date), subject=subject)
                return self._with_tag(repository, later)
        return None

    def _is_so(
        self, family: Family, definition: Definition, repository: Repository, key: str
    ) -> bool:
        """Whether a name has its number at a commit."""
        from abicheck.vcs.revision import RevisionTree

        if self._looks == 0:
            self.notes["too many numbers follow from others to ask git since when"] = None
            return False
        self._looks -= 1
        there = self._reader.at(family, RevisionTree(repository, key))
        return any((d.name, d.number) == (definition.name, definition.number) for d in there)

    def _search(
        self, repository: Repository, claims: Mapping[_What, Sequence[str]]
    ) -> Iterator[tuple[First, Commit]]:
        names = sorted({name for name, _, _ in claims})
        if len(names) > _MOST_NAMES:
            self.notes["too many claims collide to ask git who was first"] = None
            return
        trees = {tree for holders in claims.values() for tree in holders}
        commits = sorted({self._sources[tree].commit or "" for tree in trees})
        paths = sorted({path for _, _, path in claims})
        try:
            added = _added(repository, names, paths, commits)
        except InputError as problem:
            self.notes[f"nobody can say who was first: {problem}"] = None
            return
        for (name, text, path), holders in claims.items():
            lines = added.get(name, ())
            exact = [commit for commit, line in lines if _gives(line, name, text)]
            candidates = list(dict.fromkeys(exact or [commit for commit, _ in lines]))
            for tree, commit in self._attributed(repository, candidates, holders):
                yield (tree, name, path), self._with_tag(repository, commit)

    def _attributed(
        self, repository: Repository, candidates: Sequence[Commit], holders: Sequence[str]
    ) -> Iterator[tuple[str, Commit]]:
        """Each tree with the oldest of the commits that it contains."""
        left = dict.fromkeys(holders)
        if len(candidates) == 1:
            yield from ((tree, candidates[0]) for tree in left)
            return
        if len(candidates) > _FEW:
            # Branches without common history: each has the commit that made its own claim.
            yield from self._own(candidates, left)
        for commit in candidates:
            if not left or self._questions <= 0:
                break
            tips = self._containing(repository, commit)
            for tree in [tree for tree in left if self._sources[tree].commit in tips]:
                del left[tree]
                yield tree, commit
        yield from self._own(candidates, left)

    def _own(
        self, candidates: Sequence[Commit], left: dict[str, None]
    ) -> Iterator[tuple[str, Commit]]:
        """The trees that are one of the commits themselves."""
        own = {commit.id: commit for commit in candidates}
        for tree in [tree for tree in left if self._sources[tree].commit in own]:
            del left[tree]
            yield tree, own[self._sources[tree].commit or ""]

    def _containing(self, repository: Repository, commit: Commit) -> frozenset[str]:
        """The ids of commits at the tips of refs that contain a commit."""
        self._questions -= 1
        output = repository.output(
            "for-each-ref", f"--contains={commit.id}", "--format=%(objectname) %(*objectname)"
        )
        return frozenset(output.decode("ascii", "replace").split())

    def _with_tag(self, repository: Repository, commit: Commit) -> Commit:
        if commit.id not in self._tags:
            self._tags[commit.id] = self._first_tag(repository, commit)
        tag = self._tags[commit.id]
        return Commit(id=commit.id, date=commit.date, subject=commit.subject, tag=tag)

    def _first_tag(self, repository: Repository, commit: Commit) -> str | None:
        from abicheck.vcs.history import tags_with

        if repository not in self._tagged:
            output = repository.output("for-each-ref", "--count=1", "refs/tags")
            self._tagged[repository] = bool(output.strip())
        if not self._tagged[repository] or self._questions <= 0:
            return None
        self._questions -= 1
        return next(iter(tags_with(repository, commit.id)), None)


def _added(
    repository: Repository, names: Sequence[str], paths: Sequence[str], commits: Sequence[str]
) -> dict[str, list[tuple[Commit, str]]]:
    """For each name the lines with it that commits added, oldest commit first."""
    any_name = "|".join(map(re.escape, names))
    output = repository.output(
        *("log", "--topo-order", "--reverse", "-p", "-U0", "--no-renames", "--no-ext-diff"),
        *("--no-textconv", "--no-color", "--cc", "--format=%x00%H%x09%ct%x09%s", f"-G({any_name})"),
        *commits,
        "--",
        *paths,
        patience=_PATIENCE,
    ).decode("utf-8", "replace")
    wanted = re.compile(rf"\b({any_name})\b")
    found: dict[str, list[tuple[Commit, str]]] = defaultdict(list)
    for entry in output.split("\0")[1:]:
        head, _, body = entry.partition("\n")
        key, date, subject = head.split("\t", 2)
        commit = Commit(id=key, date=int(date), subject=subject)
        # A merge's own lines, as linux-next resolves a conflict, differ from both parents.
        mark = "++" if "\ndiff --cc " in body else "+"
        for match in wanted.finditer(body):
            start = body.rfind("\n", 0, match.start()) + 1
            if body.startswith(mark, start) and not body.startswith("+++", start):
                end = body.find("\n", start)
                line = body[start + len(mark) : end if end >= 0 else len(body)]
                found[match.group(1)].append((commit, line))
    return found


def _gives(line: str, name: str, text: str) -> bool:
    """Whether an added line gives the name the expression it has now."""
    after = line.partition(name)[2]
    bare = re.split(r"/\*|\*/|//", after.replace("=", " "), maxsplit=1)[0]
    words = " ".join(bare.split()).rstrip(",")
    return words == " ".join(text.split())
