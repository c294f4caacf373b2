# SPDX-License-Identifier: GPL-2.0-or-later
"""This module asks git how trees are related, and who gave a name its number first."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from abicheck.errors import InputError
from abicheck.model.claims import Commit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from abicheck.engine.claims import Reader
    from abicheck.engine.sources import Source
    from abicheck.families.clash import Clash
    from abicheck.model.claims import Definition, Family, Sheet
    from abicheck.vcs.repository import Repository

_PATIENCE = 120.0
_MOST_NAMES = 1000

First = tuple[str, str, str]
"""Tree, name and path of a claim."""


class Lineage:
    """The histories behind the compared trees, as far as they have any."""

    def __init__(self, sources: Sequence[Source], reader: Reader) -> None:
        self._sources = {source.label: source for source in sources}
        self._reader = reader
        self._bases: dict[tuple[str, str], str | None] = {}
        self._had: dict[tuple[str, str], tuple[Definition, ...]] = {}
        self._tags: dict[str, str | None] = {}
        self._reachable: dict[tuple[str, str], bool] = {}
        self._problems: dict[str, None] = {}

    def of(self, family: Family) -> FamilyAncestry:
        """What common ancestors say about one family."""
        return FamilyAncestry(self, family)

    def notes(self) -> tuple[str, ...]:
        """What could not be asked, and why."""
        notes = dict(self._problems)
        for source in self._sources.values():
            if source.repository is not None and source.repository.shallow:
                notes["the clone is shallow: nobody can say who was first"] = None
        return tuple(notes)

    def base(self, one: Source, other: Source) -> str | None:
        """The commit two trees come from; None without common history."""
        if one.repository is None or one.repository is not other.repository:
            return None
        key = (one.commit or "", other.commit or "")
        if key not in self._bases:
            try:
                self._bases[key] = one.repository.merge_base(*key)
            except InputError:
                self._bases[key] = None
        return self._bases[key]

    def definitions(self, one: str, other: str, family: Family) -> tuple[Definition, ...] | None:
        """What a family had in the commit that two trees come from."""
        from abicheck.vcs.revision import RevisionTree

        first, second = self._sources[one], self._sources[other]
        base = self.base(first, second)
        if base is None or first.repository is None:
            return None
        key = (base, family.id)
        if key not in self._had:
            self._had[key] = self._reader.at(family, RevisionTree(first.repository, base))
        return self._had[key]

    def firsts(self, sheets: Sequence[Sheet], clashes: Iterable[Clash]) -> dict[First, Commit]:
        """The first commit of each claim in the clashes, where a whole history tells it."""
        wanted: dict[Repository, dict[tuple[str, str, str], list[str]]] = {}
        for clash in clashes:
            for index, definition in clash.stakes:
                for tree in sheets[index].trees:
                    repository = self._sources[tree].repository
                    if repository is not None and not repository.shallow:
                        claim = (definition.name, definition.text, definition.path)
                        rows = wanted.setdefault(repository, defaultdict(list))
                        rows[claim].append(tree)
        found: dict[First, Commit] = {}
        for repository, claims in wanted.items():
            found.update(self._search(repository, claims))
        return found

    def _search(
        self, repository: Repository, claims: Mapping[tuple[str, str, str], Sequence[str]]
    ) -> Iterator[tuple[First, Commit]]:
        names = sorted({name for name, _, _ in claims})
        if len(names) > _MOST_NAMES:
            self._problems["too many claims collide to look all of them up in history"] = None
            return
        paths = sorted({path for _, _, path in claims})
        trees = sorted({tree for rows in claims.values() for tree in rows})
        commits = sorted({self._sources[tree].commit or "" for tree in trees})
        added = self._added(repository, names, paths, commits)
        for (name, text, path), holders in claims.items():
            exact = [c for c, line in added.get(name, ()) if _gives(line, name, text)]
            any_line = [c for c, _ in added.get(name, ())]
            for tree in sorted(set(holders)):
                head = self._sources[tree].commit or ""
                for commit in (*exact, *any_line):
                    if self._is_in(repository, commit.id, head):
                        tag = self._first_tag(repository, commit.id)
                        told = Commit(
                            id=commit.id, date=commit.date, subject=commit.subject, tag=tag
                        )
                        yield (tree, name, path), told
                        break

    def _added(
        self,
        repository: Repository,
        names: Sequence[str],
        paths: Sequence[str],
        commits: Sequence[str],
    ) -> dict[str, list[tuple[Commit, str]]]:
        """For each name the lines with it that commits added, oldest commit first."""
        output = repository.output(
            *("log", "--topo-order", "--reverse", "-p", "-U0", "--no-renames", "--no-ext-diff"),
            *("--no-textconv", "--no-color", "-m"),
            "--format=%x00%H%x09%ct%x09%s",
            f"-G({'|'.join(names)})",
            *commits,
            "--",
            *paths,
            patience=_PATIENCE,
        ).decode("utf-8", "replace")
        wanted = re.compile(rf"\b({'|'.join(names)})\b")
        found: dict[str, list[tuple[Commit, str]]] = defaultdict(list)
        for entry in output.split("\0")[1:]:
            head, _, body = entry.partition("\n")
            key, date, subject = head.split("\t", 2)
            commit = Commit(id=key, date=int(date), subject=subject)
            for line in body.split("\n"):
                if line.startswith("+") and not line.startswith("+++"):
                    for name in set(wanted.findall(line)):
                        found[name].append((commit, line.lstrip("+ ")))
        return found

    def _is_in(self, repository: Repository, commit: str, head: str) -> bool:
        key = (commit, head)
        if key not in self._reachable:
            answer = repository.run("merge-base", "--is-ancestor", commit, head, accept=(1,))
            self._reachable[key] = answer is not None
        return self._reachable[key]

    def _first_tag(self, repository: Repository, commit: str) -> str | None:
        from abicheck.vcs.history import tags_with

        if commit not in self._tags:
            self._tags[commit] = next(iter(tags_with(repository, commit)), None)
        return self._tags[commit]


class FamilyAncestry:
    """What common ancestors of two trees say about one family."""

    def __init__(self, lineage: Lineage, family: Family) -> None:
        self._lineage = lineage
        self._family = family

    def common(self, one: str, other: str) -> Mapping[str, int] | None:
        """Names and numbers at the commit that two trees come from."""
        definitions = self._lineage.definitions(one, other, self._family)
        if definitions is None:
            return None
        return {
            definition.name: definition.number
            for definition in definitions
            if definition.number is not None and not definition.reservation
        }


def _gives(line: str, name: str, text: str) -> bool:
    """Whether an added line gives the name the expression it has now."""
    after = line.partition(name)[2]
    words = " ".join(after.replace("=", " ").split("/*", maxsplit=1)[0].split()).rstrip(",")
    return words == " ".join(text.split())
