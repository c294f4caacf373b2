# SPDX-License-Identifier: GPL-2.0-or-later
"""This module installs the programs that reports and integrations are tried with.

A browser and its libraries cannot be unpacked beside each other as a compiler can, so these are
installed, which takes root. Tests that need one of them are skipped without it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

PROGRAMS = {
    "chromium": ("chromium", "fonts-dejavu-core"),
    "mutt": ("mutt",),
    "git-send-email": ("git-email", "libmailtools-perl"),
}
"""The packages that bring each program."""


def main() -> None:
    """Installs what is not there yet; SystemExit where that fails."""
    missing = [name for name in PROGRAMS if not _present(name)]
    if not missing:
        print("programs: here")
        return
    packages = [package for name in missing for package in PROGRAMS[name]]
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        sys.exit(f"programs: as root on Debian: apt-get install {' '.join(packages)}")
    print(f"programs: installing {', '.join(missing)}", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "-qq", "install", "-y", "--no-install-recommends", *packages]
    for command in (["apt-get", "-qq", "update"], install):
        done = subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False)
        if done.returncode:
            sys.exit(f"programs: {' '.join(command[:3])} failed")


def _present(name: str) -> bool:
    if shutil.which(name):
        return True
    where = subprocess.run(["git", "--exec-path"], capture_output=True, text=True, check=True)
    return shutil.which(name, path=where.stdout.strip()) is not None


if __name__ == "__main__":
    main()
