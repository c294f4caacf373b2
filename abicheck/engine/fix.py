# SPDX-License-Identifier: GPL-2.0-or-later
"""This module repairs headers where that is mechanical, and proves that nothing else moved."""

from __future__ import annotations

from contextlib import suppress
from functools import cached_property
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from abicheck.engine.edits import applied, compose
from abicheck.engine.lint import Session, headers_asked_for, joined
from abicheck.engine.proof import faults, record_of
from abicheck.errors import InputError, UsageError
from abicheck.model import Change
from abicheck.vcs.edited import EditedTree
from abicheck.vcs.write import replace_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from abicheck.engine.edits import Draft
    from abicheck.engine.lint import LintRequest
    from abicheck.model import Finding, LintReport, RecordAcross
    from abicheck.vcs.open import Opened


_ROUNDS = 10
"""A record with a hole too many shows them one after the other; kvm.h takes two rounds."""


class TreeRepair(Struct, frozen=True, kw_only=True):
    """The repairs of one tree."""

    root: Path
    changes: tuple[Change, ...]


class Repair(Struct, frozen=True, kw_only=True):
    """What can be repaired; nothing is written yet."""

    before: LintReport
    trees: tuple[TreeRepair, ...]
    repaired: tuple[Finding, ...]
    refused: tuple[tuple[Finding, str], ...]
    """Findings that have a repair which would not do, and why."""

    @property
    def changes(self) -> tuple[Change, ...]:
        """The changes in all trees."""
        return tuple(change for tree in self.trees for change in tree.changes)

    @property
    def remarks(self) -> tuple[str, ...]:
        """What to tell a person about the repairs that are refused."""
        return tuple(
            f"not repaired: {item.span.path}:{item.span.line}: {item.rule}: {item.subject}: {why}"
            for item, why in self.refused
        )


def repair(request: LintRequest) -> Repair:
    """The repairs of all findings that have one and keep it after a second look.

    A repair is refused where it meets another one, where its finding is still there afterwards,
    or where it moves a member or changes a size under an ABI that has nothing to gain by it.
    Raises UsageError for anything but the work tree, and what ``lint`` raises.
    """
    if request.rev is not None or request.staged:
        raise UsageError("only the work tree can be repaired, no revision and nothing staged")
    session = Session(request)
    benches = [_Bench(session, *asked) for asked in headers_asked_for(request)]
    for bench in benches:
        bench.work()
    return Repair(
        before=joined([bench.before for bench in benches]),
        trees=tuple(TreeRepair(root=bench.root, changes=bench.changes()) for bench in benches),
        repaired=tuple(item for bench in benches for item in bench.draft.findings),
        refused=tuple(item for bench in benches for item in bench.refused()),
    )


def fix(request: LintRequest) -> LintReport:
    """Repairs the headers, and again as long as that makes room for further repairs.

    What the rules say afterwards, with notes that tell what was done. Raises what ``repair`` and
    ``write`` raise.
    """
    made = repair(request)
    done, files = 0, set[str]()
    for _ in range(_ROUNDS):
        if not made.changes:
            break
        write(made)
        done += len(made.repaired)
        files.update(change.name for change in made.changes)
        made = repair(request)
    findings = f"{done} finding{'' if done == 1 else 's'}"
    note = f"{findings} repaired in {len(files)} file{'' if len(files) == 1 else 's'}"
    return replace(made.before, notes=(*made.before.notes, note, *made.remarks))


def write(made: Repair) -> None:
    """Puts the repairs into the files; InputError where one changed since it was read."""
    for tree in made.trees:
        for change in tree.changes:
            replace_file(tree.root, change.path, change.old, change.new)


class _Bench:
    """One tree under repair."""

    def __init__(self, session: Session, opened: Opened, paths: tuple[str, ...]) -> None:
        if opened.root is None:
            raise UsageError(f"{opened.tree.label} is not on disk, so nothing can be repaired")
        self.root = opened.root
        self._session = session
        self._opened = opened
        self.before = session.report(opened, paths)
        self._candidates = [item for item in self.before.findings if item.edits]
        touched = {edit.path for item in self._candidates for edit in item.edits}
        self._texts = opened.tree.read_many(sorted(touched))
        self._unfit: dict[Finding, str] = {}
        self.draft = compose(self._candidates, self._texts)

    def work(self) -> None:
        """Takes repairs out until all that are left do what they should."""
        unfit = self._faults(self.draft)
        while unfit:
            self._unfit |= self._guilty(unfit)
            left = [item for item in self._candidates if item not in self._unfit]
            self.draft = compose(left, self._texts)
            unfit = self._faults(self.draft)

    def _guilty(self, unfit: Mapping[Finding, str]) -> Mapping[Finding, str]:
        """Of repairs that fail together those that fail without the others of their record.

        All of them, where none does.
        """
        by_record: dict[str, list[Finding]] = {}
        for item in unfit:
            by_record.setdefault(record_of(item), []).append(item)
        if all(len(items) == 1 for items in by_record.values()):
            return unfit
        found: dict[Finding, str] = {}
        for turn in zip_longest(*by_record.values()):
            found |= self._faults(compose(filter(None, turn), self._texts))
        return found or unfit

    def _faults(self, draft: Draft) -> dict[Finding, str]:
        """The repairs of a draft that do not do what they should, and why."""
        if not draft.findings:
            return {}
        paths = {item.span.path for item in draft.findings} | set(draft.edits)
        judged = tuple(sorted(paths))
        tree = EditedTree(self._opened.tree, self._opened.tree.label, dict(self._applied(draft)))
        edited = replace(self._opened, tree=tree)
        layouts = [record for record in self._layouts if record.path in paths]
        after = self._session.report(edited, judged), self._session.layouts(edited, judged)
        return faults(draft, (self.before, layouts), after)

    def _applied(self, draft: Draft) -> Iterator[tuple[str, bytes]]:
        for path, edits in draft.edits.items():
            yield path, applied(self._texts[path], edits)

    @cached_property
    def _layouts(self) -> tuple[RecordAcross, ...]:
        paths = {item.span.path for item in self._candidates} | set(self._texts)
        return self._session.layouts(self._opened, tuple(sorted(paths)))

    def changes(self) -> tuple[Change, ...]:
        """The changed files, by path."""
        prefix = _prefix(self.root) if self.draft.edits else ""
        return tuple(
            Change(
                path=path,
                name=f"{prefix}{path}",
                old=self._texts[path],
                new=new,
                edits=tuple(self.draft.edits[path]),
            )
            for path, new in sorted(self._applied(self.draft))
        )

    def refused(self) -> Iterator[tuple[Finding, str]]:
        """The repairs not made, in the order of the findings."""
        why = self._unfit | dict(self.draft.refused)
        yield from ((item, why[item]) for item in self._candidates if item in why)


def _prefix(root: Path) -> str:
    """What stands before a tree's paths in a patch: seen from the repository, else from here."""
    from abicheck.vcs.repository import Repository

    tops = [Path.cwd()]
    with suppress(InputError, UsageError):
        tops.insert(0, Repository.discover(root).top or root)
    for top in tops:
        if root.resolve().is_relative_to(top.resolve()):
            inside = root.resolve().relative_to(top.resolve()).as_posix()
            return "" if inside == "." else f"{inside}/"
    return ""
