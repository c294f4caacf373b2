# SPDX-License-Identifier: GPL-2.0-or-later
"""This module hands out the peer: abidiff, with a compiler that writes debug information."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.peers.abidiff import Peer

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture(scope="session")
def peer(program: Callable[[str], str]) -> Peer:
    """abidiff of the package abigail-tools, and gcc."""
    return Peer(program("gcc"), program("abidiff"))
