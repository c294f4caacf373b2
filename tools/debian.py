# SPDX-License-Identifier: GPL-2.0-or-later
"""This module fetches and unpacks Debian packages without root and without installing them."""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def download(packages: list[str], into: Path) -> list[Path]:
    """The paths of the downloaded packages; SystemExit where apt cannot bring them.

    apt works on package lists of its own below ``into``: those of the machine may be missing, and
    only root could fetch them there.
    """
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        sys.exit("this needs apt-get and dpkg-deb: Debian or one of its derivatives")
    apt = ["apt-get", "-qq", "-o", f"Dir::State::lists={into}/lists"]
    apt += ["-o", f"Dir::Cache={into}/cache", "-o", "APT::Sandbox::User=root"]
    for folder in ("lists/partial", "cache/archives/partial", "packages"):
        (into / folder).mkdir(parents=True, exist_ok=True)
    for command in (["update"], ["download", *packages]):
        done = subprocess.run([*apt, *command], cwd=into / "packages", check=False)
        if done.returncode:
            sys.exit(f"apt-get {command[0]} failed; wanted: {' '.join(packages)}")
    return sorted((into / "packages").glob("*.deb"))


def unpack(package: Path, into: Path) -> None:
    """Puts the files of a package below ``into``, nothing more."""
    into.mkdir(parents=True, exist_ok=True)
    subprocess.run(["dpkg-deb", "-x", str(package), str(into)], check=True)
