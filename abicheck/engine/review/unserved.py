# SPDX-License-Identifier: GPL-2.0-or-later
"""This module finds what a step puts in the place of a header and no tree serves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.engine.review.hearing import present

if TYPE_CHECKING:
    from collections.abc import Collection

    from abicheck.export import Exports
    from abicheck.review.steps import Step
    from abicheck.vcs.tree import Tree


def unserved(step: Step, exports: Exports, aside: Collection[str]) -> dict[str, str]:
    """By path, what it is: links that lead out or nowhere, submodules, files that are too large.

    ``exports`` are the tree's after the step; ``aside`` are files that a patch does not fit, of
    which other things are said.
    """
    places = (
        path
        for path in present(step.files)
        if path not in aside and ("/uapi/" in f"/{path}" or exports.header(path) is not None)
    )
    return {path: reason for path in places if (reason := _reason(step.new, path))}


def _reason(tree: Tree, path: str) -> str:
    """Why a path that a step leaves behind is no file of its tree; "" where it is one."""
    refused = tree.refusal(path)
    if refused is not None:
        return f"{refused}, which is not followed" if refused.startswith("is a ") else refused
    if tree.blob(path) is not None:
        return ""
    kind = "a folder" if tree.names(path) else "nothing in this tree"
    return f"is a symbolic link to {kind}, which is not followed"
