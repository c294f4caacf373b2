# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds a git repository: its revisions, objects and staged state, read only."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from abicheck.errors import InputError, UsageError
from abicheck.vcs import git
from abicheck.vcs.checkout import Checkout
from abicheck.vcs.discovery import discover
from abicheck.vcs.objects import folder_entry, parse_folder
from abicheck.vcs.tree import MAX_FILE, MAX_READ

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from abicheck.vcs.discovery import Found
    from abicheck.vcs.objects import Entry

_RAW = ("-z", "--raw", "--no-abbrev", "--no-renames", "--no-ext-diff", "--no-textconv")
_KEPT = 64 << 20
"""Bytes of blobs that are kept; all headers that one kernel exports have some 10 MiB."""
_KEPT_FILE = 1 << 20
_MAX_NAME = 1000
"""Characters of a name that git is asked for (at most 4 bytes each, so it fits a chunk)."""


class ChangedPath(Struct, frozen=True, order=True):
    """A path that differs between two states, with git's blob ids (None where it is absent)."""

    path: str
    status: str
    """Git's letter: A(dded), D(eleted), M(odified), T(ype changed), U(nmerged)."""
    old: str | None
    new: str | None


class Repository:
    """A repository and, unless it is bare, its work tree."""

    def __init__(self, found: Found) -> None:
        """Starts no process yet."""
        self.git_dir = found.git_dir
        self.top = found.top
        self.shallow = found.shallow
        self._environment = found.environment
        self._directory = found.top or found.git_dir
        place = (self._directory, found.environment)
        self._check = git.CatFile(("--batch-check", "--follow-symlinks"), *place)
        self._read = git.CatFile(("--batch",), *place)
        self._checkout = None if found.top is None else Checkout(found.top)
        self._folders: dict[str, Mapping[str, Entry]] = {}
        self._known: dict[str, git.Answer | None] = {}
        self._texts: dict[str, bytes] = {}
        self._held = 0

    @classmethod
    def discover(cls, path: Path) -> Repository:
        """Returns the repository that holds a path, existing or not; InputError if none does."""
        return cls(discover(path))

    def close(self) -> None:
        """Ends the processes kept for reading objects; they start again when needed."""
        self._check.close()
        self._read.close()

    def run(
        self, *arguments: str, patience: float = git.PATIENCE, accept: Iterable[int] = (0,)
    ) -> bytes | None:
        """Returns what a git command prints, None where it has failed with an accepted status.

        Raises InputError with git's own reason for any other failure.
        """
        status, output, errors = git.run(arguments, self._directory, self._environment, patience)
        if status == 0:
            return output
        if status in accept:
            return None
        raise git.GitError(git.one_line(errors))

    def output(self, *arguments: str, patience: float = git.PATIENCE) -> bytes:
        """Returns what a git command prints; InputError with git's own reason if it fails."""
        return self.run(*arguments, patience=patience) or b""

    def resolve(self, revision: str) -> str:
        """Returns the id of the commit a revision names; InputError if there is none."""
        check_revision(revision)
        answer = self._object(f"{revision}^{{commit}}")
        if answer is None:
            raise InputError(f"{revision}: no such commit{self._advice()}")
        return answer.id

    def learn(self, revisions: Iterable[str]) -> None:
        """Asks about many revisions at once: none of them then costs a question of its own."""
        names = [f"{r}^{{commit}}" for r in revisions if 0 < len(r) < _MAX_NAME and r.isprintable()]
        commits = list(self._ask(self._check, names))
        self._known.update(zip(names, commits, strict=True))
        names = [f"{commit.id}^{{tree}}" for commit in commits if commit is not None]
        roots = list(self._ask(self._check, names))
        self._known.update(zip(names, roots, strict=True))
        self.folders([root.id for root in roots if root is not None])

    def _object(self, name: str) -> git.Answer | None:
        known = self._known.get(name)
        return known if known is not None else next(iter(self._ask(self._check, [name])))

    def is_cut_off(self, commit: str) -> bool:
        """Tells whether a commit has parents that this clone does not know."""
        (own,) = self._ask(self._read, [commit])
        (parent,) = self._ask(self._check, [f"{commit}^1"])
        return own is not None and b"\nparent " in own.text.partition(b"\n\n")[0] and not parent

    def require_parent(self, commit: str, name: str) -> None:
        """Raises InputError for a commit that seems to be the first one and is not."""
        if self.shallow and self.is_cut_off(commit):
            raise InputError(f"{name}: its parent is not here{self._advice()}")

    def folder_of(self, commit: str) -> Entry:
        """Returns the root folder of a commit, whose id ``resolve`` gave."""
        answer = self._object(f"{commit}^{{tree}}")
        if answer is None:
            raise self._missing([commit])
        return folder_entry(answer.id)

    def folders(self, ids: Sequence[str]) -> list[Mapping[str, Entry]]:
        """Returns the entries of folders, by the ids of their tree objects."""
        if len(ids) == 1 and ids[0] in self._folders:
            return [self._folders[ids[0]]]
        unknown = list(dict.fromkeys(key for key in ids if key not in self._folders))
        answers = self._ask(self._read, unknown)
        for key, answer in zip(unknown, answers, strict=True):
            if answer is None or answer.type != "tree":
                raise self._missing([key])
            self._folders[key] = parse_folder(answer.text, len(key) // 2)
        return [self._folders[key] for key in ids]

    def blobs(self, specs: Iterable[str]) -> dict[str, str | None]:
        """Returns the blob id of each ``revision:path``, None where there is no such file.

        Links inside the tree are followed. Raises InputError for a revision that does not exist.
        """
        names = {spec: _spec_line(spec) for spec in specs}
        lines = {spec: line for spec, line in names.items() if line is not None}
        try:
            answers = dict(zip(lines, self._check.ask(lines.values()), strict=True))
        except git.PromisedError:
            answers = {}  # ids of blobs that a partial clone lacks are in its folders
        found: dict[str, str | None] = {}
        for spec in names:
            answer = answers.get(spec)
            is_blob = answer is not None and answer.type == "blob"
            found[spec] = answer.id if answer and is_blob else self._blob_of(spec)
        return found

    def _blob_of(self, spec: str) -> str | None:
        """Returns the blob id of what a line for git cannot ask, or a partial clone lacks."""
        from abicheck.vcs.revision import RevisionTree

        revision, _, path = spec.partition(":")
        return RevisionTree(self, revision).blob(path)

    def size(self, key: str) -> int:
        """Returns the bytes of an object; InputError if the repository lacks it."""
        (answer,) = self._ask(self._check, [key])
        if answer is None:
            raise self._missing([key])
        return answer.size

    def known(self, keys: Iterable[str]) -> tuple[bytes, ...]:
        """Returns the contents of those blobs, by ids that may be cut, which are here.

        A partial clone that lacks one may know none of them.
        """
        try:
            answers = list(self._ask(self._check, keys))
        except InputError:
            return ()
        return tuple(self.contents(a.id for a in answers if a and a.type == "blob").values())

    def contents(self, ids: Iterable[str]) -> dict[str, bytes]:
        """Returns blobs by id, those of more than MAX_FILE bytes left out.

        Raises InputError for a blob the repository lacks, and for more than MAX_READ bytes.
        """
        asked = list(dict.fromkeys(ids))
        wanted = [key for key in asked if key not in self._texts]
        answers = list(self._ask(self._check, wanted))
        missing = [key for key, answer in zip(wanted, answers, strict=True) if answer is None]
        if missing:
            raise self._missing(missing)
        blobs = [answer for answer in answers if answer and answer.size <= MAX_FILE]
        _check_sum(blob.size for blob in blobs)
        answered = self._ask(self._read, [blob.id for blob in blobs])
        texts = {text.id: text.text for text in answered if text and text.type == "blob"}
        texts |= {key: self._texts[key] for key in asked if key in self._texts}
        self._remember(texts)
        return texts

    def files(self, wanted: Mapping[str, str]) -> dict[str, bytes]:
        """Returns blobs by id, as ``contents`` does; the work tree may have them at the paths."""
        unknown = {key: path for key, path in wanted.items() if key not in self._texts}
        found: dict[str, bytes] = {}
        if unknown and self._checkout is not None and not self._replaces:
            found = self._checkout.blobs(unknown)
        _check_sum(map(len, found.values()))
        self._remember(found)
        return self.contents(key for key in wanted if key not in found) | found

    @cached_property
    def _replaces(self) -> bool:
        """Whether git serves other objects in place of some (git-replace)."""
        return bool(self.output("for-each-ref", "--count=1", "refs/replace/"))

    def kept(self, key: str) -> bytes | None:
        """Returns a blob that was read before and is still at hand."""
        return self._texts.get(key)

    def _remember(self, texts: Mapping[str, bytes]) -> None:
        """Keeps blobs that are read again and again, as those of neighbouring revisions are."""
        for key, text in texts.items():
            if key not in self._texts and len(text) <= _KEPT_FILE:
                self._held += len(text)
                self._texts[key] = text
        if self._held > _KEPT:
            self._texts.clear()
            self._held = 0

    def merge_base(self, first: str, second: str) -> str | None:
        """Returns the best common ancestor of two revisions, None where they share none."""
        ids = (self.resolve(first), self.resolve(second))
        output = self.run("merge-base", *ids, accept=(1,))
        if output is None and self.shallow:
            raise InputError(f"{first}, {second}: no common commit{self._advice()}")
        return None if output is None else output.decode().strip()

    def grep(self, *arguments: str, prefix: str, folders: Sequence[str]) -> Iterator[str]:
        """Returns the paths that ``git grep`` prints with ``-z``, without a prefix."""
        if not folders:
            return
        below = () if "" in folders else folders
        asked = ("grep", "--full-name", "--no-color", *arguments, "--", *below)
        found = self.run(*asked, accept=(1,)) or b""  # 1: nothing is found
        for path in found.decode(errors="surrogateescape").split("\0")[:-1]:
            yield path.removeprefix(prefix)

    def changes(self, old: str, new: str, *folders: str) -> tuple[ChangedPath, ...]:
        """Returns the paths that differ between two revisions, below folders if any are given."""
        ids = (self.resolve(old), self.resolve(new))
        return _parse_changes(self.output("diff-tree", "-r", *_RAW, *ids, "--", *folders))

    def index_stamp(self) -> object:
        """Returns something that is another once git has written the index anew."""
        try:
            found = Path(self._environment.get("GIT_INDEX_FILE", self.git_dir / "index")).stat()
        except OSError:  # nothing was ever staged
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size

    def staged_changes(self, *folders: str) -> tuple[ChangedPath, ...]:
        """Returns the paths whose staged state differs from HEAD, or all if there is no HEAD."""
        arguments = ("--cached", "--ita-invisible-in-index", *_RAW, self.head_folder())
        return _parse_changes(self.output("diff-index", *arguments, "--", *folders))

    def _ask(self, reader: git.CatFile, names: Iterable[str]) -> Iterator[git.Answer | None]:
        try:
            yield from reader.ask(name.encode() for name in names)
        except git.PromisedError as error:
            raise self._missing([error.key]) from None

    def head_folder(self) -> str:
        """Returns the id of the folder that HEAD holds, an empty one where there is no HEAD."""
        (head,) = self._ask(self._check, ["HEAD^{tree}"])
        return head.id if head else self.empty_folder()

    def empty_folder(self) -> str:
        """Returns the id of a folder that holds nothing."""
        return self.output("hash-object", "-t", "tree", "--stdin").decode().strip()

    def _advice(self) -> str:
        if self.shallow:
            command = f"git -C {self._directory} fetch --unshallow --tags"
            return f"; the clone is shallow, `{command}` completes it"
        return f" in {self._directory.name}"

    def _missing(self, ids: Sequence[str]) -> InputError:
        some = ", ".join(ids[:3]) + (f" and {len(ids) - 3} more" if len(ids) > 3 else "")
        remote = self._promisor()
        if remote is None:
            return InputError(f"the repository lacks object {some}; `git fsck` tells more")
        return InputError(
            f"the clone is partial and lacks object {some}; "
            f"`git -C {self._directory} fetch --refetch --no-filter {remote}` completes it"
        )

    def _promisor(self) -> str | None:
        """Returns the remote that a partial clone leaves objects to, None in a whole one."""
        pattern = r"^remote\..*\.promisor$"
        output = self.run("config", "-z", "--type=bool", "--get-regexp", pattern, accept=(1,))
        for line in (output or b"").decode(errors="replace").split("\0"):
            name, _, value = line.partition("\n")
            if value == "true":
                return name.removeprefix("remote.").removesuffix(".promisor")
        return None


def _check_sum(sizes: Iterable[int]) -> None:
    if sum(sizes) > MAX_READ:
        raise InputError(f"more than {MAX_READ >> 20} MiB of files asked for at once")


def check_revision(revision: str) -> None:
    """Raises UsageError for what git could take for an option or for two lines."""
    if not revision or revision.startswith("-") or len(revision) > _MAX_NAME:
        raise UsageError(f"{revision[:80]!r} is not a revision")
    if not revision.isprintable():
        raise UsageError(f"{revision!r} is not a revision")


def _spec_line(spec: str) -> bytes | None:
    """Returns ``revision:path`` as a line for git, None where a line cannot say it."""
    revision, _, path = spec.partition(":")
    check_revision(revision)
    # Git takes ./ and ../ relative to where it runs; a final blank is safe, a line break is not.
    is_plain = len(spec) < _MAX_NAME and spec.isprintable() and not path.startswith(".")
    return spec.encode() if is_plain else None


def _parse_changes(output: bytes) -> tuple[ChangedPath, ...]:
    fields = output.decode(errors="surrogateescape").split("\0")
    return tuple(sorted(_pair_up(fields)))


def _pair_up(fields: Sequence[str]) -> Iterator[ChangedPath]:
    for about, path in zip(fields[::2], fields[1::2], strict=False):
        _, _, old, new, status = about.split(" ")
        yield ChangedPath(path, status, _present(old), _present(new))


def _present(key: str) -> str | None:
    return key if key.strip("0") else None
