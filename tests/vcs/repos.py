# SPDX-License-Identifier: GPL-2.0-or-later
"""This module makes git repositories of any content, names that no file system likes included."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Link:
    """A symbolic link to ``target``."""

    target: bytes


@dataclass(frozen=True)
class Submodule:
    """A submodule at a commit that the repository need not have."""

    commit: str = "1" * 40


Content = bytes | Link | Submodule
Files = Mapping[bytes, Content]


def git(
    where: Path, *arguments: str | Path, text: bytes = b"", env: Mapping[str, str] | None = None
) -> bytes:
    """What a git command prints; AssertionError with its complaint if it fails."""
    done = subprocess.run(
        ["git", "-C", where, *arguments],
        input=text,
        env={**os.environ, **(env or {})},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, (arguments, done.stderr.decode(errors="replace"))
    return done.stdout


def line(where: Path, *arguments: str) -> str:
    """The one line a git command prints."""
    return git(where, *arguments).decode().strip()


def create(where: Path, *options: str) -> Path:
    """A new repository whose first branch is ``main``."""
    where.mkdir(parents=True, exist_ok=True)
    git(where, "init", "--quiet", "--initial-branch=main", *options)
    return where


def commit(
    where: Path,
    files: Mapping[bytes, Content],
    branch: str = "main",
    message: str = "a change",
    when: int = 1_650_000_000,
) -> str:
    """The id of a new commit on a branch that holds exactly these files."""
    ref = f"refs/heads/{branch}"
    known = git(where, "for-each-ref", "--format=%(objectname)", ref).decode().strip()
    parts = [
        f"commit {ref}\ncommitter A Developer <developer@example.org> {when} +0000\n".encode(),
        _data(message.encode()),
        f"from {known}\n".encode() if known else b"",
        b"deleteall\n",
        *(_entry(path, content) for path, content in files.items()),
    ]
    git(where, "fast-import", "--quiet", text=b"".join(parts))
    return line(where, "rev-parse", ref)


def check_out(repository: Path, revision: str, where: Path) -> Path:
    """A folder with the files of a revision, and nothing of git."""
    where.mkdir(parents=True)
    environment = {"GIT_DIR": str(_git_dir(repository)), "GIT_INDEX_FILE": f"{where}.index"}
    environment["GIT_WORK_TREE"] = str(where)
    git(where, "read-tree", revision, env=environment)
    git(where, "checkout-index", "--all", "--force", env=environment)
    return where


def _git_dir(repository: Path) -> Path:
    return Path(line(repository, "rev-parse", "--absolute-git-dir"))


def _entry(path: bytes, content: Content) -> bytes:
    quoted = path.replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n")
    if isinstance(content, Submodule):
        return b'M 160000 %s "%s"\n' % (content.commit.encode(), quoted)
    if isinstance(content, Link):
        return b'M 120000 inline "%s"\n%s' % (quoted, _data(content.target))
    return b'M 100644 inline "%s"\n%s' % (quoted, _data(content))


def _data(text: bytes) -> bytes:
    return b"data %d\n%s\n" % (len(text), text)
