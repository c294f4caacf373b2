# SPDX-License-Identifier: GPL-2.0-or-later
"""This module fetches GCC 12's compiler proper for every Linux target Debian packages.

A ``cc1`` needs no assembler, linker or libc to say how large a record is. The packages are
unpacked into .trees/gcc-12, not installed; those the machine has already are left out.
"""

from __future__ import annotations

import platform
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


def main() -> None:
    """Fetches what is not there yet."""
    missing = [target for target in TARGETS if not _present(target)]
    if not missing:
        print("compilers: here")
        return
    print(f"compilers: fetching {len(missing)}", flush=True)
    COMPILERS.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=COMPILERS.parent) as folder:
        packages = [_package(target) for target in missing]
        for package in download([*packages, *_LIBRARIES], Path(folder).resolve()):
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
