# SPDX-License-Identifier: GPL-2.0-or-later
"""This module compares the constants of two versions, each under every ABI that sees it."""

from __future__ import annotations

from abicheck.engine.constants.compare import Comparison, read_ahead, versions_of
from abicheck.engine.constants.remarks import dropped, notes_on, unevaluated

__all__ = ["Comparison", "dropped", "notes_on", "read_ahead", "unevaluated", "versions_of"]
