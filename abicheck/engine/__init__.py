# SPDX-License-Identifier: GPL-2.0-or-later
"""The order of things: the only package that knows which part comes after which."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from abicheck.engine.layouts import LayoutRequest, layout, layout_against

__all__ = ["LayoutRequest", "layout", "layout_against"]


def __getattr__(name: str) -> Any:
    """The layout functions, imported when first asked for: number families need none of them."""
    if name not in __all__:
        raise AttributeError(name)
    from abicheck.engine import layouts

    return getattr(layouts, name)
