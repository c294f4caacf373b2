# SPDX-License-Identifier: GPL-2.0-or-later
"""The order of things: the only package that knows which part comes after which."""

from __future__ import annotations

from abicheck.engine.layouts import LayoutRequest, layout, layout_against

__all__ = ["LayoutRequest", "layout", "layout_against"]
