# SPDX-License-Identifier: GPL-2.0-or-later
"""This module keeps each recorded report as a file of its own, to be read in review."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.report.recorded import TextFile

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion


@pytest.fixture
def recorded(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """Equal to the text recorded for the test; ``--snapshot-update`` records it."""
    return snapshot.use_extension(TextFile)
