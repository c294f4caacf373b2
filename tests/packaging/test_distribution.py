# SPDX-License-Identifier: GPL-2.0-or-later
"""This module builds the package, installs it beside nothing else and runs it there."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import abicheck

pytestmark = pytest.mark.packaging

ROOT = Path(__file__).resolve().parents[2]
_DATA = {".h", ".json", ".toml"}


def _run(*command: str | Path, cwd: Path) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="session")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source distribution, built from the checkout."""
    return _build("sdist", ROOT, tmp_path_factory.mktemp("sdist"))


@pytest.fixture(scope="session")
def wheel(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the source distribution as an index's users would."""
    folder = tmp_path_factory.mktemp("from-sdist")
    _run("tar", "-xf", sdist, "-C", folder, cwd=folder)
    (source,) = folder.iterdir()
    return _build("wheel", source, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The commands of an environment that holds the wheel and its dependencies only."""
    folder = tmp_path_factory.mktemp("installed")
    outside = Path(sys.base_prefix, "bin/python3")  # has a pip, which our environment need not
    _run(ROOT / "tools/venv", outside, folder / "venv", str(wheel), cwd=folder)
    return folder / "venv/bin"


def _build(target: str, source: Path, into: Path) -> Path:
    _run(sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(into), cwd=source)
    (built,) = into.iterdir()
    return built


def test_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    """A wheel made from the sdist has every data file of the package, and no test or fixture."""
    names = {Path(name) for name in zipfile.ZipFile(wheel).namelist()}
    package = ROOT / "abicheck"
    data = {path.relative_to(ROOT) for path in package.rglob("*") if path.suffix in _DATA}
    rules = ROOT / "rules"
    data |= {"abicheck" / path.relative_to(ROOT) for path in rules.rglob("*") if path.is_file()}
    assert data <= names
    assert Path("abicheck/py.typed") in names
    assert {name.parts[0] for name in names} == {
        "abicheck",
        f"uapi_abicheck-{abicheck.__version__}.dist-info",
    }


@pytest.mark.parametrize("command", ["abicheck", "uapi-abicheck"])
def test_installed_command_runs(installed: Path, tmp_path: Path, command: str) -> None:
    """Both names of the command run from the installed wheel, away from the checkout."""
    assert abicheck.__version__ in _run(installed / command, "--version", cwd=tmp_path)


def test_installed_package_finds_its_system_root(installed: Path, tmp_path: Path) -> None:
    """A lone header is laid out by the installed wheel alone: its system root came along."""
    header = tmp_path / "gzvm.h"
    header.write_bytes((ROOT / "fixtures/vendor/gzvm.h").read_bytes())
    text = _run(installed / "abicheck", "layout", "gzvm_vcpu_hwstate", "gzvm.h", cwd=tmp_path)
    assert "nr_lrs" in text
