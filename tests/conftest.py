# SPDX-License-Identifier: GPL-2.0-or-later
"""This module shields every test from its surroundings and hands out real trees and compilers.

Real trees come from ``make trees``, compilers from ``make compilers``. A test that needs one that
is missing is skipped; where ``ABICHECK_REQUIRE=1`` is set it fails instead, so that a lane that
fetched them cannot pass by skipping. ``ABICHECK_TREES`` names another folder than ``.trees``.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parent.parent
TREES = Path(os.environ.get("ABICHECK_TREES", ROOT / ".trees"))
REQUIRED = os.environ.get("ABICHECK_REQUIRE") == "1"

_SLOW = (HealthCheck.too_slow, HealthCheck.data_too_large)
settings.register_profile("fast", derandomize=True, max_examples=40, deadline=None)
settings.register_profile(
    "ci", derandomize=True, max_examples=200, deadline=None, suppress_health_check=_SLOW
)
settings.register_profile(
    "search", max_examples=5000, deadline=None, suppress_health_check=_SLOW, print_blob=True
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fast"))


@pytest.fixture(autouse=True)
def surroundings(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees the user's git, home, terminal, language or configuration."""
    home = tmp_path_factory.getbasetemp() / "home"
    home.mkdir(exist_ok=True)
    for name in [name for name in os.environ if name.startswith(("GIT_", "XDG_", "LC_"))]:
        monkeypatch.delenv(name)
    for name in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS"):  # of the `make test` that runs the tests
        monkeypatch.delenv(name, raising=False)
    for name in ("NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "COLUMNS", "LANGUAGE", "PAGER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("GIT_TERMINAL_PROMPT", "0")
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "A Developer")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "developer@example.org")
        monkeypatch.setenv(f"GIT_{role}_DATE", "2022-04-22T12:00:00+00:00")


def _missing(what: str, remedy: str) -> NoReturn:
    message = f"{what} is not here; {remedy}"
    if REQUIRED:
        pytest.fail(f"{message} (ABICHECK_REQUIRE=1)", pytrace=False)
    pytest.skip(message)


def _tree(name: str, probe: str) -> Path:
    path = TREES / name
    if not (path / probe).is_dir():
        _missing(f"the tree {name}", "`make trees` fetches it")
    return path.resolve()


@pytest.fixture(scope="session")
def fixture_tree() -> Path:
    """The miniature kernel tree of our own writing, as it stands at v5.18-rc2."""
    return ROOT / "fixtures" / "tree"


@pytest.fixture(scope="session")
def fixture_history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bare repository with the history of kvm_run.system_event; read it, do not write to it."""
    from tools.history import load

    path = tmp_path_factory.mktemp("history") / "kernel.git"
    load("system-event", path, bare=True)
    return path


@pytest.fixture(scope="session")
def linux_tree() -> Path:
    """A whole Linux 6.1 source tree, without any git."""
    return _tree("linux-6.1", "include/uapi/linux")


@pytest.fixture(scope="session")
def zig_tree() -> Callable[[str], Path]:
    """Exported headers of a kernel, by ziglang's version: any-linux-any and <arch>-linux-any.

    0.9.1 carries Linux 5.16, 0.13.0 6.3, 0.16.0 6.19, 0.17.0 7.2.
    """
    return lambda version: _tree(f"zig-{version}", "any-linux-any/linux")


@pytest.fixture(scope="session")
def debian_include() -> Path:
    """Exported headers as Debian's linux-libc-dev lays them out, asm in a multiarch folder."""
    here = Path("/usr/include")
    return here if (here / "linux/kvm.h").is_file() else _tree("debian-6.1", "usr") / "usr/include"


@pytest.fixture(scope="session")
def format_schemas() -> Path:
    """The published schemas of formats we write: sarif-2.1.0.json and junit-10.xsd."""
    return _tree("schemas", ".")


@dataclass(frozen=True, slots=True)
class Cc1:
    """GCC's compiler proper for one target: it needs no assembler, linker or libc."""

    path: Path
    flags: tuple[str, ...]
    library_path: str

    def assemble(self, source: str, *flags: str) -> str:
        """The assembly text of ``source``; AssertionError with GCC's messages on an error."""
        environment = {**os.environ, "LD_LIBRARY_PATH": self.library_path, "LC_ALL": "C"}
        command = [str(self.path), "-quiet", *self.flags, *flags, "-o", "-", "-"]
        done = subprocess.run(
            command, input=source, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{' '.join(command)}\n{done.stderr}"
        return done.stdout


@pytest.fixture(scope="session")
def cc1() -> Callable[..., Cc1]:
    """GCC 12's cc1 by target triple and flags: ``cc1("arm-linux-gnueabi", "-mabi=apcs-gnu")``."""
    return _cc1


def _cc1(triple: str, *flags: str) -> Cc1:
    fetched = TREES / "gcc-12" / "usr"
    for prefix in (Path("/usr"), fetched):
        for kind in ("gcc-cross", "gcc"):
            path = prefix / "lib" / kind / triple / "12" / "cc1"
            if path.is_file():
                libraries = sorted(str(p.parent) for p in fetched.glob("lib/*/libmpfr.so.6"))
                return Cc1(path, flags, ":".join(libraries) if prefix == fetched else "")
    _missing(f"GCC 12's cc1 for {triple}", "`make compilers` fetches it")


@pytest.fixture(scope="session")
def zig_cc() -> tuple[str, ...]:
    """The command of a clang with every target, as PyPI's ziglang carries it."""
    return _zig_cc()


def _zig_cc() -> tuple[str, ...]:
    try:
        import ziglang
    except ImportError:
        _missing("zig cc", "`make compilers` installs ziglang")
    return (str(Path(ziglang.__file__).parent / "zig"), "cc")


@pytest.fixture(scope="session")
def host_cc() -> str:
    """The command of a compiler for this machine: its own, else zig's, which is slow to start."""
    return next(filter(shutil.which, ("gcc", "cc", "clang")), None) or " ".join(_zig_cc())


@pytest.fixture(scope="session")
def program() -> Callable[[str], str]:
    """The path of a program of this machine: ``program("make")``."""
    return _program


def _program(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        _missing(name, f"the package {name} brings it")
    return path
