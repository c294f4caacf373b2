# SPDX-License-Identifier: GPL-2.0-or-later
"""What a tree asks of abicheck: ``.abicheck.toml``, or ``[tool.abicheck]`` of pyproject.toml."""

from __future__ import annotations

from abicheck.config.read import find, read
from abicheck.config.values import Config, PathRules

__all__ = ["Config", "PathRules", "find", "read"]
