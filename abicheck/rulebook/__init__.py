# SPDX-License-Identifier: GPL-2.0-or-later
"""The rules: found as folders, read as data, checked against their schema."""

from __future__ import annotations

from abicheck.rulebook.book import Rulebook, read_rules

__all__ = ["Rulebook", "read_rules"]
