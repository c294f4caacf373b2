# SPDX-License-Identifier: GPL-2.0-or-later
"""The comparison of two versions: what differs, what rules say of it, and what a merge lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from abicheck.engine.diff.request import DiffRequest
    from abicheck.engine.diff.run import diff, diff_trees

__all__ = ["DiffRequest", "diff", "diff_trees"]


def __getattr__(name: str) -> Any:
    """What is asked for, imported when it is."""
    if name not in __all__:
        raise AttributeError(name)
    from importlib import import_module

    module = "request" if name == "DiffRequest" else "run"
    return getattr(import_module(f"abicheck.engine.diff.{module}"), name)
