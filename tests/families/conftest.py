# SPDX-License-Identifier: GPL-2.0-or-later
"""This module runs the commands of number families inside the test's own process."""

from __future__ import annotations

from tests.cli.conftest import in_history, in_tree, recorded, run

__all__ = ["in_history", "in_tree", "recorded", "run"]
