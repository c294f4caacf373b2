# SPDX-License-Identifier: GPL-2.0-or-later
"""This module makes steps of patches by applying them, one on top of the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from abicheck.engine.patched import diff_of, failure
from abicheck.engine.review.change import Opened, below
from abicheck.export import open_exports
from abicheck.review.fragments import fragments
from abicheck.review.patches import read_patch
from abicheck.review.steps import Step
from abicheck.review.twins import names_twin
from abicheck.vcs.apply import Diff, apply
from abicheck.vcs.edited import EditedTree

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from abicheck.model import Letter
    from abicheck.review.steps import FileChange
    from abicheck.vcs.apply import Applied
    from abicheck.vcs.tree import Tree


_READ = (".tbl", ".rst", "Kbuild")
"""Names of files that are read as a whole, as uapi headers are; of others the added lines count."""


class Draft(Struct, frozen=True, kw_only=True):
    """A patch that is to become a step."""

    title: str
    message: str
    author: str
    patch: bytes
    shown: str
    """What people call the tree with it."""
    files: tuple[FileChange, ...]
    letter: Letter | None = None
    origins: tuple[bytes, ...] = ()
    """What its files were where it comes from, to merge it where it does not fit."""


def apply_drafts(
    tree: Tree, drafts: Sequence[Draft], label: str, root: str = ""
) -> tuple[list[Opened], Opened]:
    """The steps, and all of them as one under that label, as far as they apply.

    ``root`` is the tree's folder in the repository, where paths in patches start.
    """
    diffs = [(draft.shown, _diff(draft)) for draft in drafts]
    outcome = apply(tree, diffs, root)
    trees = (tree, *(state.tree for state in outcome.states))
    steps = [
        _step(draft, root, before, state)
        for draft, before, state in zip(drafts, trees, outcome.states, strict=False)
    ]
    whole = Step(
        title=label,
        commit=None,
        message=label,
        message_id=None,
        author=drafts[0].author,
        old=tree,
        new=trees[-1],
        files=below(root, read_patch(outcome.whole)),
        partial=any(opened.partial for opened in steps),
    )
    partial = dict.fromkeys(opened.partial for opened in steps if opened.partial)
    failed = {path: why for opened in steps for path, why in opened.failed.items()}
    together = Opened(step=whole, partial="; ".join(partial), failed=failed)
    return steps, steps[0] if len(steps) == 1 else together


def merged_notes(steps: Iterable[Opened]) -> Iterator[str]:
    """A note for each step that is not what its patch makes of the files here."""
    for opened in steps:
        if opened.merged:
            yield f"{opened.step.title}: merged three ways, as it does not fit as it is"


def _diff(draft: Draft) -> Diff:
    return replace(diff_of(draft.patch, draft.files), origins=draft.origins)


def _is_read(file: FileChange, tree: Tree) -> bool:
    """Whether a file counts as a whole: what programs see, documents, twins, copies of headers."""
    if not file.path.endswith(".h"):
        return file.path.endswith(_READ)
    lines = "\n".join(line for hunk in file.hunks for line in hunk.lines)
    return (
        "/uapi/" in f"/{file.path}"
        or open_exports(tree).header(file.path) is not None
        or names_twin(lines)
    )


def _step(draft: Draft, root: str, before: Tree, state: Applied) -> Opened:
    """One patch as a step; of files that it does not fit, what the patch itself shows."""
    files = below(root, draft.files)
    told = {path.removeprefix(root): why for path, why in state.failed.items()}
    read = [file for file in files if file.path in told and _is_read(file, before)]
    failed = {file: why for file in read if (why := failure(file, before, told))}
    old: dict[str, bytes | None] = {}
    new: dict[str, bytes | None] = {}
    for file in failed:
        old[file.old_path or file.path], new[file.path] = fragments(file)
    step = Step(
        title=draft.title,
        commit=None,
        message=draft.message,
        message_id=(draft.letter.message_id if draft.letter else "") or None,
        author=draft.author,
        old=EditedTree(before, before.label, old) if old else before,
        new=EditedTree(state.tree, state.tree.label, new) if new else state.tree,
        files=files,
        partial=bool(failed),
    )
    return Opened(
        step=step,
        letter=draft.letter,
        partial="; ".join(f"{file.path}: {why}" for file, why in failed.items()),
        failed={file.path: why for file, why in failed.items()},
        merged=state.merged and len(state.failed) < len(files),
    )
