# SPDX-License-Identifier: GPL-2.0-or-later
"""This module asks a repository about its history: refs, ranges, and who brought a line in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from abicheck.errors import UsageError

if TYPE_CHECKING:
    from abicheck.vcs.repository import Repository

SEARCH_PATIENCE = 600.0
"""Seconds a search through all of history may take; `log -S` on a kernel file takes some 10."""

_REF_FORMAT = (
    "--format=%(refname)%00%(objecttype)%00%(objectname)%00%(*objecttype)%00%(*objectname)"
)


class Ref(Struct, frozen=True, order=True):
    """A branch, a remote's branch or a tag."""

    name: str
    """The full name, such as ``refs/remotes/origin/next``."""
    commit: str
    """The id of the commit it points to, through an annotated tag."""


class Introduction(Struct, frozen=True):
    """The commit that brought a text in."""

    commit: str
    is_certain: bool
    """False where a shallow clone's history begins with it: it may be older."""


def refs(repository: Repository, *patterns: str) -> tuple[Ref, ...]:
    """Returns the refs that match, all without a pattern, sorted by name.

    A pattern is a full name, a folder (``refs/remotes/origin``) or a glob. Refs to what is no
    commit are left out.
    """
    for pattern in patterns:
        if not pattern.startswith("refs/") or not pattern.isprintable():
            raise UsageError(f"{pattern!r} is no pattern of refs: it must begin with refs/")
    output = repository.output("for-each-ref", _REF_FORMAT, *patterns)
    found = []
    for line in output.decode(errors="surrogateescape").splitlines():
        name, kind, key, inner_kind, inner_key = line.split("\0")
        if "commit" in (kind, inner_kind):
            found.append(Ref(name, key if kind == "commit" else inner_key))
    return tuple(sorted(found))


def upstream(repository: Repository) -> str | None:
    """Returns the full name of the current branch's upstream, None if it has none."""
    arguments = ("--symbolic-full-name", "--verify", "--quiet", "@{upstream}")
    output = repository.run("rev-parse", *arguments, accept=(1, 128))
    return None if output is None else output.decode(errors="surrogateescape").strip()


def commits(repository: Repository, old: str, new: str, *folders: str) -> tuple[str, ...]:
    """Returns the ids of the commits that ``new`` has and ``old`` has not, oldest first.

    With folders, only those that change something below them.
    """
    span = (repository.resolve(new), f"^{repository.resolve(old)}")
    output = repository.output("rev-list", "--topo-order", "--reverse", *span, "--", *folders)
    return tuple(output.decode().split())


def introduction(
    repository: Repository, text: str, revision: str, *paths: str
) -> Introduction | None:
    """Returns the oldest commit up to a revision that adds or moves ``text`` in some paths.

    None if no commit does.
    """
    arguments = ("--topo-order", "--reverse", "--format=%H", "--no-ext-diff", "--no-textconv")
    output = repository.output(
        *("log", *arguments, f"-S{text}", repository.resolve(revision), "--", *paths),
        patience=SEARCH_PATIENCE,
    )
    commit, _, _ = output.decode().partition("\n")
    if not commit:
        return None
    return Introduction(commit, is_certain=not repository.is_cut_off(commit))


def tags_with(repository: Repository, commit: str) -> tuple[str, ...]:
    """Returns the tags that contain a commit, in the order of their versions (-rc first)."""
    output = repository.output(
        *("-c", "versionsort.suffix=-rc", "for-each-ref", "--sort=version:refname"),
        *("--format=%(refname:lstrip=2)", f"--contains={repository.resolve(commit)}", "refs/tags"),
        patience=SEARCH_PATIENCE,
    )
    return tuple(output.decode(errors="surrogateescape").splitlines())
