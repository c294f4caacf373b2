# SPDX-License-Identifier: GPL-2.0-or-later
"""The review of a change: every command's view of each step, and of the series as one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from abicheck.engine.review.request import ReviewRequest
    from abicheck.engine.review.run import review

__all__ = ["ReviewRequest", "review"]


def __getattr__(name: str) -> Any:
    """What is asked for, imported when it is."""
    if name not in __all__:
        raise AttributeError(name)
    from importlib import import_module

    module = "request" if name == "ReviewRequest" else "run"
    return getattr(import_module(f"abicheck.engine.review.{module}"), name)
