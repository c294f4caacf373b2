# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tests what every command shares: exit codes, errors, help, and its manners."""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest

from abicheck import __version__, doctor
from abicheck.cli import commands
from abicheck.errors import ConfigError, InputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from syrupy.assertion import SnapshotAssertion

    from tests.cli.conftest import Done

COMMANDS = sorted(
    path.stem for path in Path(commands.__path__[0]).glob("*.py") if path.stem != "__init__"
)
PROGRAM = (sys.executable, "-m", "abicheck")


def _fails_with(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def fail() -> NoReturn:
        raise error

    monkeypatch.setattr(doctor, "examine", fail)


def test_version(run: Callable[..., Done]) -> None:
    """The version is one line on standard output."""
    done = run("--version")
    assert (done.code, done.out, done.err) == (0, f"abicheck {__version__}\n", "")


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help(
    command: str,
    run: Callable[..., Done],
    recorded: SnapshotAssertion,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Help says what a command is for and what can be asked of it."""
    monkeypatch.setenv("COLUMNS", "80")
    done = run(*([command] if command else []), "--help")
    assert done.code == 0
    assert done.err == ""
    assert max(map(len, done.out.splitlines())) <= 80
    assert done.out == recorded


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "the following arguments are required: COMMAND; see 'abicheck --help'"),
        (["laout"], "unknown command 'laout'; did you mean 'layout'?"),
        (["frobnicate"], "unknown command 'frobnicate'; see 'abicheck --help'"),
        (["--verison"], "unknown option '--verison'; did you mean '--version'?"),
        (["abis", "--fromat", "json"], "unknown option '--fromat'; did you mean '--format'?"),
        (["abis", "--format", "jsn"], "unknown format 'jsn'; did you mean 'json'?"),
        (["abis", "--format", "xml"], "unknown format 'xml'; there are text, json"),
        (["abis", "--format", "json="], "--format json= names no file"),
        (["abis", "i368"], "unknown ABI 'i368'; did you mean i386?"),
        (["abis", "--form", "json"], "unknown option '--form'; did you mean '--format'?"),
        (
            ["abis", "--color", "sometimes"],
            "argument --color: invalid choice: 'sometimes' (choose from 'auto', 'always', 'never')",
        ),
        (["layout", "s", "-j", "0"], "-j takes a number from 1 to 1024, not '0'"),
        (["layout", "s", "--boundary", "48"], "--boundary takes a power of two, not '48'"),
        (
            ["layout"],
            "the following arguments are required: NAME|PATH; see 'abicheck layout --help'",
        ),
    ],
)
def test_misuse_is_one_line(arguments: list[str], message: str, run: Callable[..., Done]) -> None:
    """What is asked wrongly ends in one line that says so, and exit code 2."""
    done = run(*arguments)
    assert (done.code, done.out) == (2, "")
    if "invalid choice" in message:  # worded by argparse, whose quotes change with its version
        assert message.replace("'", "") in done.err.replace("'", "")
    else:
        assert done.err == f"abicheck: error: {message}\n"


@pytest.mark.parametrize("error", [UsageError, InputError, ConfigError])
def test_errors_of_the_user(
    error: type[Exception], run: Callable[..., Done], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error that is the user's to mend is one line without escapes, and exit code 2."""
    _fails_with(monkeypatch, error("no such\n\x1b[31mthing"))
    done = run("doctor")
    assert (done.code, done.out) == (2, "")
    assert done.err == "abicheck: error: no such \\x1b[31mthing\n"


def test_bugs_are_ours(run: Callable[..., Done], monkeypatch: pytest.MonkeyPatch) -> None:
    """An error nobody foresaw is called a bug, and is exit code 3, never 1."""
    _fails_with(monkeypatch, ValueError("ouch"))
    done = run("doctor")
    assert (done.code, done.out) == (3, "")
    assert done.err == (
        "abicheck: this is a bug in abicheck: ValueError: ouch; run again with --debug and report "
        "what it prints\n"
    )


def test_debug_tells_where(run: Callable[..., Done], monkeypatch: pytest.MonkeyPatch) -> None:
    """With --debug a bug comes with its traceback."""
    _fails_with(monkeypatch, ValueError("ouch"))
    done = run("doctor", "--debug")
    assert done.code == 3
    assert "Traceback" in done.err


def test_interruption(run: Callable[..., Done], monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C ends with the code shells expect, without a traceback."""
    _fails_with(monkeypatch, KeyboardInterrupt())
    done = run("doctor")
    assert (done.code, done.out, done.err) == (130, "", "abicheck: interrupted\n")


def _process(*arguments: str, **settings: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # type: ignore[call-overload, no-any-return]
        [*PROGRAM, *arguments], text=True, check=False, stderr=subprocess.PIPE, **settings
    )


def test_a_reader_that_leaves_is_no_error() -> None:
    """Where nobody reads on, the run ends quietly with the code of SIGPIPE."""
    reading, writing = os.pipe()
    os.close(reading)
    done = _process("abis", "--format", "json", stdout=writing)
    os.close(writing)
    assert (done.returncode, done.stderr) == (141, "")


def test_a_full_disk_is_told() -> None:
    """A report that cannot be written is an error, not silence."""
    with Path("/dev/full").open("w") as full:
        done = _process("abis", stdout=full)
    assert done.returncode == 2
    assert done.stderr == "abicheck: error: cannot write the report: No space left on device\n"


def test_closed_output_is_told() -> None:
    """Without a standard output there is one line about it."""
    done = subprocess.run(
        ["/bin/sh", "-c", f"{' '.join(PROGRAM)} abis >&-"],
        text=True,
        check=False,
        stderr=subprocess.PIPE,
    )
    assert (done.returncode, done.stderr) == (2, "abicheck: error: standard output is closed\n")


def test_reports_go_to_files(run: Callable[..., Done], tmp_path: Path) -> None:
    """Several reports of one run: those with a file go there, the other to standard output."""
    file = tmp_path / "abis.json"
    done = run("abis", "--format", f"json={file}", "--format", "text")
    assert done.code == 0
    assert done.out.startswith("ABI ")
    assert file.read_text() == run("abis", "--format", "json").out


def test_a_file_that_cannot_be_written(run: Callable[..., Done], tmp_path: Path) -> None:
    """A report's file in a folder that does not exist is an error of one line."""
    done = run("abis", "--format", f"text={tmp_path}/none/abis.txt")
    assert done.code == 2
    assert re.fullmatch(r"abicheck: error: cannot write .*abis\.txt: No such file.*\n", done.err)


@pytest.mark.parametrize(
    ("arguments", "environment", "coloured"),
    [
        ([], {}, False),
        (["--color", "always"], {}, True),
        (["--color", "always"], {"NO_COLOR": "1"}, True),
        ([], {"FORCE_COLOR": "1"}, True),
        ([], {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ([], {"FORCE_COLOR": "", "NO_COLOR": ""}, False),
        (["--color", "never"], {"FORCE_COLOR": "1"}, False),
        (["--color", "always", "--format", "json"], {}, False),
    ],
)
def test_colours(
    arguments: list[str],
    environment: dict[str, str],
    coloured: bool,
    run: Callable[..., Done],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """--color decides; then NO_COLOR, then FORCE_COLOR, then whether there is a terminal."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert ("\x1b[" in run("abis", *arguments).out) == coloured


@pytest.mark.parametrize("name", COMMANDS)
def test_commands_have_one_shape(name: str) -> None:
    """Each module in commands registers a command of its own name, and runs it."""
    module = import_module(f"abicheck.cli.commands.{name}")
    subparsers = argparse.ArgumentParser().add_subparsers()
    module.register(subparsers)
    assert list(subparsers.choices) == [name.replace("_", "-")]
    assert callable(module.run)


def test_help_on_a_terminal_has_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    """Help is coloured where colours are wanted."""
    done = _process(
        "--help", stdout=subprocess.PIPE, env={**os.environ, "FORCE_COLOR": "1", "TERM": "xterm"}
    )
    assert done.returncode == 0
    assert "\x1b[" in done.stdout
