# SPDX-License-Identifier: GPL-2.0-or-later
"""This module hands out one of every kind of report."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.report.diff import samples

if TYPE_CHECKING:
    from abicheck.model import DiffReport


@pytest.fixture(params=[samples.report, samples.attacked, samples.same], ids=lambda f: f.__name__)
def any_report(request: pytest.FixtureRequest) -> DiffReport:
    """A full report, one that strangers wrote, and one with nothing in it."""
    made: DiffReport = request.param()
    return made
