# SPDX-License-Identifier: GPL-2.0-or-later
"""This module finds the git repository that a path belongs to."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from abicheck.errors import InputError
from abicheck.vcs import git

if TYPE_CHECKING:
    from collections.abc import Mapping

_QUESTIONS = (
    *("--is-shallow-repository", "--absolute-git-dir"),
    "--show-toplevel",  # last: it fails in a bare repository, after the others have answered
)
_PATHS = ("GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY")


class NoRepositoryError(InputError):
    """There is none here; other reasons for not using one are reasons to say so."""


class Found(Struct, frozen=True, kw_only=True):
    """Where a repository is, and the environment in which git uses just that one."""

    git_dir: Path
    top: Path | None
    """The root of its work tree, None where it has none (or the path is inside ``.git``)."""
    shallow: bool
    environment: Mapping[str, str]


def existing_folder(path: Path) -> Path:
    """Returns the folder a path is or lies in, or the nearest above it that exists."""
    path = path.absolute()
    return next(folder for folder in (path, *path.parents) if _is_folder(folder))


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # a name that is too long
        return False


def discover(path: Path) -> Found:
    """Returns the repository that holds a path, existing or not; InputError if none does.

    What a hook's environment says of the index and the object store holds if it is about that
    same repository.
    """
    user = git.user_environment()
    environment = git.hardened(user)
    named = {name: user[name] for name in git.REPOSITORY_VARIABLES if name in user}
    folder = existing_folder(path)
    git_dir, top, shallow = _ask(folder, environment)
    if named:
        environment |= _of_hook(git_dir, named, environment)
    environment["GIT_DIR"] = str(git_dir)
    if top is not None:
        environment["GIT_WORK_TREE"] = str(top)
    return Found(git_dir=git_dir, top=top, shallow=shallow, environment=environment)


def _ask(folder: Path, environment: Mapping[str, str]) -> tuple[Path, Path | None, bool]:
    _, output, errors = git.run(("rev-parse", *_QUESTIONS), folder, environment)
    lines = output.decode(errors="surrogateescape").splitlines()
    if len(lines) < 2:
        is_none = "not a git repository" in errors and "dubious ownership" not in errors
        raise (NoRepositoryError if is_none else InputError)(_explain(folder, errors))
    if len(lines) > len(_QUESTIONS):
        raise InputError(f"{folder}: the repository's path has a line break in it")
    top = Path(lines[2]) if len(lines) > 2 else None
    return Path(lines[1]), top, lines[0] == "true"


def _explain(folder: Path, errors: str) -> str:
    if "dubious ownership" in errors:
        return (
            f"{folder}: git does not trust this repository, another user owns it; "
            f"`git config --global --add safe.directory {folder}` says that you do"
        )
    if "safe.bareRepository" in errors:
        return f"{folder}: git's safe.bareRepository forbids to use this bare repository"
    if "not a git repository" in errors:
        return f"{folder} is not in a git repository"
    return f"{folder}: {git.one_line(errors)}"


def _of_hook(git_dir: Path, named: Mapping[str, str], clean: Mapping[str, str]) -> dict[str, str]:
    """Returns what the environment names for a repository, if it means this one."""
    here = Path.cwd()
    _, output, _ = git.run(("rev-parse", "--absolute-git-dir"), here, {**clean, **named})
    if output.decode(errors="surrogateescape").rstrip("\n") != str(git_dir):
        return {}
    kept = {name: str(here / named[name]) for name in _PATHS if name in named}
    others = "GIT_ALTERNATE_OBJECT_DIRECTORIES"
    return kept | ({others: named[others]} if others in named else {})
