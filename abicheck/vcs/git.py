# SPDX-License-Identifier: GPL-2.0-or-later
"""This module runs git, and is the only one to do so: no hook, filter, pager or network."""

from __future__ import annotations

import contextlib
import os
import re
from typing import TYPE_CHECKING

from msgspec import Struct

from abicheck.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path
    from subprocess import Popen

MAX_OUTPUT = 256 << 20
"""Bytes one git command may print; the index of a kernel tree takes 9 MiB."""
PATIENCE = 60.0
"""Seconds git may stay silent before it is given up."""
MAX_CHUNK = 4096
"""Bytes asked at once. They fit any pipe (pipe(7)), so that git can wait for us to read."""

_OPTIONS = (
    *("--no-pager", "--literal-pathspecs", "--no-optional-locks"),
    # Programs that a repository's own configuration could name.
    *("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null"),
    *("-c", "log.showSignature=false"),
    # The network, for a git that does not know GIT_NO_LAZY_FETCH (before 2.45) as well.
    *("-c", "protocol.allow=never"),
    *("-c", "core.quotePath=false"),
)
_ENVIRONMENT = {
    "LC_ALL": "C",
    "LANGUAGE": "C",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",
}
REPOSITORY_VARIABLES = (
    *("GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_NAMESPACE", "GIT_PREFIX"),
    *("GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES"),
)
"""What tells git which repository to use, as hooks find it in their environment."""
_DROPPED = (
    *REPOSITORY_VARIABLES,
    *("GIT_GLOB_PATHSPECS", "GIT_NOGLOB_PATHSPECS", "GIT_ICASE_PATHSPECS", "GIT_EXTERNAL_DIFF"),
)

_TYPES = frozenset({b"blob", b"tree", b"commit", b"tag"})
_LINK_ANSWER = re.compile(rb"(?:symlink|dangling|loop|notdir) ([0-9]+)")
_PROMISED = re.compile(r"could not fetch ([0-9a-f]{40,64}) from promisor remote")


class GitError(InputError):
    """Git has refused; the message is its own, in one line."""


class PromisedError(GitError):
    """A partial clone lacks an object, and git (before 2.45) has given up over it."""

    def __init__(self, message: str, key: str) -> None:
        super().__init__(message)
        self.key = key


def user_environment() -> dict[str, str]:
    """Returns the environment as the user (or a hook's caller) set it."""
    return dict(os.environ)


def hardened(environment: Mapping[str, str]) -> dict[str, str]:
    """Returns an environment in which git asks nobody, and looks for its repository itself."""
    kept = {name: value for name, value in environment.items() if name not in _DROPPED}
    return kept | _ENVIRONMENT


def _program(environment: Mapping[str, str]) -> str:
    """Returns git's absolute path: git runs in trees of strangers, so ``.`` on PATH is no place."""
    for folder in environment.get("PATH", os.defpath).split(os.pathsep):
        program = f"{folder}/git"
        if folder.startswith("/") and os.access(program, os.X_OK):
            return program
    raise InputError("git is not installed, or not on PATH")


class _Process:
    """A git command under way. Whatever git does, reading from it ends."""

    def __init__(
        self,
        arguments: Sequence[str],
        directory: Path,
        environment: Mapping[str, str],
        text: bytes | None = None,
    ) -> None:
        """Starts git; with ``text`` as its input, else ``write`` gives it that."""
        import select
        import subprocess
        import weakref

        command = _program(environment)
        self._errors = os.memfd_create("git-errors")
        source = subprocess.PIPE if text is None else _held(text)
        try:
            self._child = subprocess.Popen(
                [command, *_OPTIONS, *arguments],
                bufsize=0,
                cwd=directory,
                env=environment,
                stdin=source,
                stdout=subprocess.PIPE,
                stderr=self._errors,
            )
        except OSError as error:
            os.close(self._errors)
            if directory.is_dir():
                raise InputError(f"git cannot be run: {error.strerror}") from None
            raise InputError(f"{directory} is not a directory") from None
        finally:
            if source >= 0:
                os.close(source)
        self.close = weakref.finalize(self, _end, self._child, self._errors)
        assert self._child.stdout
        self._input, self._output = self._child.stdin, self._child.stdout
        self._poll = select.poll()
        self._poll.register(self._output, select.POLLIN)

    def write(self, data: bytes) -> None:
        """Sends at most MAX_CHUNK bytes; that git has died is for ``read`` to notice."""
        assert self._input
        with contextlib.suppress(BrokenPipeError):
            self._input.write(data)

    def read(self, patience: float) -> bytes:
        """Returns some output, nothing at its end; InputError after so many silent seconds."""
        if not self._poll.poll(patience * 1000):
            raise InputError(f"git has not answered for {patience:g} seconds")
        return os.read(self._output.fileno(), 1 << 20)

    def end_input(self) -> None:
        """Tells git that no more input comes."""
        if self._input:
            self._input.close()

    def finish(self) -> tuple[int, str]:
        """Returns the exit status and the error text of a command that has closed its output."""
        from subprocess import TimeoutExpired

        try:
            status = self._child.wait(PATIENCE)
        except TimeoutExpired:
            raise InputError(f"git has not ended for {PATIENCE:g} seconds") from None
        return status, os.pread(self._errors, 1 << 16, 0).decode(errors="replace")


def _end(child: Popen[bytes], errors: int) -> None:
    child.kill()  # in a forked copy, whose child this is not, Popen knows and only closes
    with child:
        os.close(errors)


def _held(text: bytes) -> int:
    """A file in memory, to be read from its start: no pipe that two sides could wait at."""
    held = os.memfd_create("git-input")
    with open(held, "wb", closefd=False) as file:
        file.write(text)
    os.lseek(held, 0, os.SEEK_SET)
    return held


def run(
    arguments: Sequence[str],
    directory: Path,
    environment: Mapping[str, str],
    patience: float = PATIENCE,
    text: bytes | None = None,
) -> tuple[int, bytes, str]:
    """Returns a command's exit status, output and error text; InputError beyond the bounds.

    ``text`` is what the command finds on its standard input.
    """
    process = _Process(arguments, directory, environment, text)
    try:
        process.end_input()
        output = bytearray()
        while part := process.read(patience):
            output += part
            if len(output) > MAX_OUTPUT:
                raise InputError(f"git {arguments[0]} prints more than {MAX_OUTPUT >> 20} MiB")
        status, errors = process.finish()
        return status, bytes(output), errors
    finally:
        process.close()


class Answer(Struct, frozen=True):
    """What ``git cat-file`` says of an object; ``text`` is empty unless contents are asked."""

    id: str
    type: str
    size: int
    """In bytes."""
    text: bytes = b""


class CatFile:
    """A ``git cat-file`` that stays, so that many objects cost one start of a process.

    May be used from several threads, and in forked children, which start a process of their own.
    """

    def __init__(
        self, arguments: Sequence[str], directory: Path, environment: Mapping[str, str]
    ) -> None:
        """Starts nothing yet; ``arguments`` say whether contents are sent (``--batch``)."""
        self._arguments = ("cat-file", *arguments)
        self._directory = directory
        self._environment = environment
        self._contents = "--batch" in arguments
        self._forget()

    def _forget(self) -> None:
        import threading

        self._owner = os.getpid()
        self._lock = threading.Lock()
        self._process: _Process | None = None
        self._buffer = bytearray()

    def close(self) -> None:
        """Ends the process, if there is one; the next question starts another."""
        if self._process is not None:
            self._process.close()
        self._process = None
        self._buffer.clear()

    def ask(self, names: Iterable[bytes]) -> Iterator[Answer | None]:
        """Yields for each name what it is, None where there is no such object.

        A name must be one line of less than MAX_CHUNK bytes. Raises InputError if git gives up.
        """
        if self._owner != os.getpid():
            self._forget()
        for chunk in _chunks(names):
            with self._lock:
                try:
                    answers = self._ask(chunk)
                except BaseException:
                    self.close()  # half an answer may be under way
                    raise
            yield from answers

    def _ask(self, chunk: Sequence[bytes]) -> list[Answer | None]:
        if self._process is None:
            self._process = _Process(self._arguments, self._directory, self._environment)
        self._process.write(b"".join(name + b"\n" for name in chunk))
        return [self._answer(self._process) for _ in chunk]

    def _answer(self, process: _Process) -> Answer | None:
        line = self._line(process)
        if link := _LINK_ANSWER.fullmatch(line):
            self._bytes(process, int(link[1]) + 1)
            return None
        fields = line.split(b" ")
        if len(fields) != 3 or fields[1] not in _TYPES or not fields[2].isdigit():
            return None
        size = int(fields[2])
        text = self._bytes(process, size + 1)[:-1] if self._contents else b""
        return Answer(fields[0].decode(), fields[1].decode(), size, text)

    def _line(self, process: _Process) -> bytes:
        while (end := self._buffer.find(b"\n")) < 0:
            self._more(process)
        return self._bytes(process, end + 1)[:-1]

    def _bytes(self, process: _Process, count: int) -> bytes:
        while len(self._buffer) < count:
            self._more(process)
        taken = bytes(self._buffer[:count])
        del self._buffer[:count]
        return taken

    def _more(self, process: _Process) -> None:
        part = process.read(PATIENCE)
        if not part:
            reason = one_line(process.finish()[1])
            if promised := _PROMISED.search(reason):
                raise PromisedError(reason, promised[1])
            raise GitError(reason)
        self._buffer += part


def _chunks(names: Iterable[bytes]) -> Iterator[list[bytes]]:
    chunk: list[bytes] = []
    size = 0
    for name in names:
        if chunk and size + len(name) + 1 > MAX_CHUNK:
            yield chunk
            chunk, size = [], 0
        chunk.append(name)
        size += len(name) + 1
    if chunk:
        yield chunk


def one_line(errors: str) -> str:
    """Returns git's own error as one printable line without ``fatal:``."""
    lines = [line.strip() for line in errors.splitlines() if line.strip()]
    told = [line for line in lines if line.startswith(("fatal:", "error:"))] or lines
    text = re.sub(r"^(fatal|error): ", "", told[0]) if told else "it gave no reason"
    printable = "".join(letter if letter.isprintable() else "?" for letter in text)
    return f"git: {printable[:300]}"
