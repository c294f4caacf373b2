# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tests what the doctor finds on machines that lack something."""

from __future__ import annotations

import pytest

from abicheck import doctor
from abicheck.abis import all_abis
from abicheck.doctor import Check, State
from abicheck.errors import InputError
from abicheck.parse import libclang
from abicheck.report import doctor as report
from abicheck.report import text
from abicheck.vcs import git

_VERSIONS = {"libclang": "18.1.1", "pycparser": "3.12", "pcpp": "1.30"}


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A machine with everything, on which a test takes things away."""
    monkeypatch.setattr(doctor, "_version", _VERSIONS.get)
    monkeypatch.setattr(
        libclang,
        "library",
        lambda: libclang.Library("/usr/lib/libclang.so", "clang version 18.1.1"),
    )
    return monkeypatch


def _missing_library(machine: pytest.MonkeyPatch) -> None:
    def library() -> None:
        reason = "libclang.so: cannot open shared object file"
        raise InputError(f"libclang cannot be loaded ({reason}); 'abicheck doctor' says more")

    machine.setattr(libclang, "library", library)


def _checks() -> dict[str, Check]:
    return {check.name: check for check in doctor.examine()}


def test_a_healthy_machine(machine: pytest.MonkeyPatch) -> None:
    """Where nothing is missing there is no advice, and every ABI can be parsed."""
    checks = _checks()
    assert {check.state for check in checks.values()} == {State.GOOD}
    assert not any(check.advice for check in checks.values())
    assert checks["ABIs"].found.startswith(f"{len(all_abis())} of {len(all_abis())}")
    assert "/usr/lib/libclang.so" in checks["libclang"].found


def test_bindings_over_bindings(machine: pytest.MonkeyPatch) -> None:
    """PyPI's clang over libclang is named, with the command that mends it."""
    machine.setattr(doctor, "_version", {**_VERSIONS, "clang": "21.1.7"}.get)
    _missing_library(machine)
    checks = _checks()
    assert checks["clang package"].state is State.WARNING
    assert "no libclang loads" in checks["clang package"].found
    assert "pip uninstall -y clang libclang" in checks["clang package"].advice
    assert checks["libclang"].advice == checks["clang package"].advice


def test_no_libclang(machine: pytest.MonkeyPatch) -> None:
    """Without libclang, pycparser takes its place, and the reason is told."""
    _missing_library(machine)
    checks = _checks()
    assert checks["libclang"].found == (
        "libclang cannot be loaded (libclang.so: cannot open shared object file); "
        "package libclang 18.1.1"
    )
    assert "ABICHECK_LIBCLANG" in checks["libclang"].advice
    assert checks["front end"].found.startswith("pycparser")
    assert report.works(list(checks.values()))


def test_no_front_end(machine: pytest.MonkeyPatch) -> None:
    """Without any parser abicheck cannot work, and says so."""
    _missing_library(machine)
    machine.setattr(doctor, "_version", {}.get)
    checks = _checks()
    assert checks["front end"].state is State.BAD
    assert checks["pycparser"].advice == "pip install pycparser pcpp"
    assert not report.works(list(checks.values()))


def test_no_git(machine: pytest.MonkeyPatch) -> None:
    """Without git the rest works."""

    def run(*_: object) -> None:
        raise InputError("git is not installed")

    machine.setattr(git, "run", run)
    checks = _checks()
    assert checks["git"].state is State.WARNING
    assert "--rev" in checks["git"].advice
    assert report.works(list(checks.values()))


def test_old_libclang(machine: pytest.MonkeyPatch) -> None:
    """An ABI whose target this libclang does not have is named."""
    machine.setattr(doctor, "_parses", lambda abi: abi.arch != "loongarch")
    check = _checks()["ABIs"]
    assert check.state is State.WARNING
    assert check.found.endswith("not parsed here: loongarch64, loongarch32")


def test_advice_stands_below_what_it_mends(machine: pytest.MonkeyPatch) -> None:
    """Every check has its line, and paths stay whole so that they can be copied."""
    _missing_library(machine)
    shown = text.render(report.findings(list(doctor.examine()), 80))
    assert "warn  libclang" in shown
    assert "-> pip install libclang" in shown
    assert max(map(len, shown.splitlines())) <= 80
