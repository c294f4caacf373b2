# SPDX-License-Identifier: GPL-2.0-or-later
"""Records laid out under any Linux ABI, without a compiler; this module is the engine's face."""

from __future__ import annotations

from abicheck.layout.compare import geometry, group
from abicheck.layout.layouter import LayoutCache, Layouter
from abicheck.layout.rules import layout_class

__all__ = ["LayoutCache", "Layouter", "geometry", "group", "layout_class"]
