# SPDX-License-Identifier: GPL-2.0-or-later
"""This module hands out the peer: abidiff, with a compiler that writes debug information."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.conftest import TREES
from tests.peers.abidiff import Peer

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture(scope="session")
def peer(host_cc: str, program: Callable[[str], str]) -> Peer:
    """abidiff of the package abigail-tools, and a compiler for this machine."""
    fetched = TREES / "gcc-12/usr"
    if shutil.which("abidiff") is None and (fetched / "bin/abidiff").is_file():
        libraries = {str(path.parent) for path in fetched.glob("lib/*/lib*.so.*")}
        libraries |= {str(path.parent) for path in fetched.parent.glob("lib/*/lib*.so.*")}
        return Peer(host_cc, str(fetched / "bin/abidiff"), ":".join(sorted(libraries)))
    return Peer(host_cc, program("abidiff"))
