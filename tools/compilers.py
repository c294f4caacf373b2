# SPDX-License-Identifier: GPL-2.0-or-later
"""This module fetches GCC 12's compiler proper for every Linux target Debian packages, and abidiff.

A ``cc1`` needs no assembler, linker or libc to say how large a record is. The packages are
unpacked into .trees/gcc-12, not installed; those the machine has already are left out.
"""

from __future__ import annotations

import platform
import shutil
import sysconfig
import tempfile
from pathlib import Path

from tools.debian import download, unpack

COMPILERS = Path(".trees/gcc-12")
TARGETS = (
    *("x86_64-linux-gnu", "i686-linux-gnu", "x86_64-linux-gnux32"),
    *("aarch64-linux-gnu", "arm-linux-gnueabi", "riscv64-linux-gnu"),
    *("powerpc-linux-gnu", "powerpc64-linux-gnu", "powerpc64le-linux-gnu", "s390x-linux-gnu"),
    *("mips-linux-gnu", "mipsel-linux-gnu", "mips64-linux-gnuabi64", "mips64el-linux-gnuabi64"),
    *("alpha-linux-gnu", "arc-linux-gnu", "hppa-linux-gnu", "m68k-linux-gnu", "sh4-linux-gnu"),
    "sparc64-linux-gnu",
)
_LIBRARIES = ["libgmp10", "libisl23", "libmpc3", "libmpfr6", "libzstd1", "zlib1g"]
_ABIDIFF = [
    *("abigail-tools", "libabigail0", "libbinutils", "libctf0", "libdw1", "libelf1", "libicu72"),
    *("libxml2", "zlib1g"),
]
"""The peer of tests/peers, with what it is linked to."""


def main() -> None:
    """Fetches what is not there yet."""
    packages = [_package(target) for target in TARGETS if not _present(target)]
    packages += _LIBRARIES if packages else []
    if shutil.which("abidiff") is None and not (COMPILERS / "usr/bin/abidiff").is_file():
        packages += _ABIDIFF
    if not packages:
        print("compilers: here")
        return
    print(f"compilers: fetching {len(packages)} packages", flush=True)
    COMPILERS.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=COMPILERS.parent) as folder:
        for package in download(list(dict.fromkeys(packages)), Path(folder).resolve()):
            unpack(package, COMPILERS)


def _present(target: str) -> bool:
    roots = (Path("/usr/lib"), COMPILERS / "usr/lib")
    places = [root / kind / target / "12/cc1" for root in roots for kind in ("gcc", "gcc-cross")]
    return any(place.is_file() for place in places)


def _package(target: str) -> str:
    """The package of a target's cc1; that of the machine itself carries no target's name."""
    return "cpp-12" if target == _own_target() else "cpp-12-" + target.replace("_", "-")


def _own_target() -> str:
    """Debian's name of this machine as a target, such as ``aarch64-linux-gnu``."""
    return sysconfig.get_config_var("MULTIARCH") or f"{platform.machine()}-linux-gnu"


if __name__ == "__main__":
    main()
