# SPDX-License-Identifier: GPL-2.0-or-later
"""This module reads commits: what they say, and what they change as a patch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from abicheck.vcs.repository import Repository

_FORMAT = "--format=%H%x00%P%x00%an <%ae>%x00%B"
PATCH = (
    *("-p", "-r", "-M", "--full-index", "--no-color", "--no-ext-diff", "--no-textconv"),
    *("--src-prefix=a/", "--dst-prefix=b/", "--unified=3"),
)
"""How git writes a patch for us, whatever configuration and attributes say."""
PATIENCE = 600.0
"""Seconds that a walk through history may take."""


class Commit(Struct, frozen=True):
    """A commit's own words."""

    id: str
    parents: tuple[str, ...]
    author: str
    message: str
    """Subject first, without a line end at its end."""

    @property
    def subject(self) -> str:
        """The first line of the message."""
        return self.message.partition("\n")[0]


def commits_between(repository: Repository, old: str, new: str) -> tuple[Commit, ...]:
    """The commits that ``new`` has and ``old`` has not, oldest first, without merges.

    Raises InputError where there is no such revision.
    """
    span = (repository.resolve(new), f"^{repository.resolve(old)}")
    return tuple(_log(repository, "--no-merges", "--topo-order", "--reverse", *span, "--"))


def merges_between(repository: Repository, old: str, new: str) -> tuple[Commit, ...]:
    """The merges that ``new`` has and ``old`` has not, oldest first.

    Raises InputError where there is no such revision.
    """
    span = (repository.resolve(new), f"^{repository.resolve(old)}")
    return tuple(_log(repository, "--merges", "--topo-order", "--reverse", *span, "--"))


def read_commit(repository: Repository, revision: str) -> Commit:
    """What a revision's commit says; InputError where there is no such revision."""
    (found,) = _log(repository, "--no-walk", repository.resolve(revision), "--")
    return found


def search(repository: Repository, revision: str, *terms: str) -> tuple[Commit, ...]:
    """The commits up to a revision whose message has one of the texts, newest first."""
    asked = [f"--grep={term}" for term in terms]
    arguments = ("--fixed-strings", *asked, repository.resolve(revision), "--")
    return tuple(_log(repository, *arguments)) if terms else ()


def recent(repository: Repository, revision: str, count: int) -> tuple[Commit, ...]:
    """The last commits up to a revision, newest first."""
    return tuple(_log(repository, f"--max-count={count}", repository.resolve(revision), "--"))


def patch_between(repository: Repository, old: str | None, new: str) -> bytes:
    """What a commit changes against another (None: against nothing) as git's patch."""
    ends = ("--root", new) if old is None else (old, new)
    return repository.output("diff-tree", "--no-commit-id", *PATCH, *ends)


def staged_patch(repository: Repository, head: str | None) -> bytes:
    """What the index changes against a commit (against nothing where there is none) as a patch."""
    arguments = ("--cached", "--ita-invisible-in-index", *PATCH, head or repository.empty_folder())
    return repository.output("diff-index", *arguments)


def _log(repository: Repository, *arguments: str) -> Iterator[Commit]:
    output = repository.output(
        *("log", "-z", "--no-show-signature", "--encoding=UTF-8", "--no-patch", _FORMAT),
        *arguments,
        patience=PATIENCE,
    )
    fields = output.decode("utf-8", "replace").split("\0")
    for at in range(0, len(fields) - 3, 4):
        yield _commit(fields[at : at + 4])


def _commit(fields: Sequence[str]) -> Commit:
    key, parents, author, message = fields
    return Commit(key, tuple(parents.split()), author, message.rstrip("\n"))
