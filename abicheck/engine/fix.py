# SPDX-License-Identifier: GPL-2.0-or-later
"""This module repairs headers where that is mechanical, and proves that nothing else moved."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from abicheck import abis
from abicheck.engine.edits import applied, compose
from abicheck.engine.lint import Session, headers_asked_for, joined
from abicheck.errors import InputError, UsageError
from abicheck.model import Breaks, Change, walk
from abicheck.vcs.edited import EditedTree
from abicheck.vcs.write import replace_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from abicheck.engine.edits import Draft
    from abicheck.engine.lint import LintRequest
    from abicheck.model import Finding, LintReport, RecordAcross, RecordLayout
    from abicheck.vcs.open import Opened


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeRepair:
    """The repairs of one tree."""

    root: Path
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
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
    def notes(self) -> tuple[str, ...]:
        """What to tell a person about it."""
        done, files = len(self.repaired), len(self.changes)
        told = [
            f"not repaired: {item.span.path}:{item.span.line}: {item.rule}: {item.subject}: {why}"
            for item, why in self.refused
        ]
        findings = "finding" if done == 1 else "findings"
        return (f"{done} {findings} repaired in {files} file{'' if files == 1 else 's'}", *told)


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
        if not self.draft.findings:
            return
        judged = tuple(sorted({item.span.path for item in self._candidates} | set(self._texts)))
        layouts = self._session.layouts(self._opened, judged)
        while self.draft.findings:
            tree = EditedTree(self._opened.tree, self._opened.tree.label, dict(self._applied()))
            edited = replace(self._opened, tree=tree)
            after = self._session.report(edited, judged)
            unfit = dict(_still_there(self.draft, self.before, after))
            moved = _moved(layouts, self._session.layouts(edited, judged))
            unfit |= dict(_blamed(self.draft, moved))
            if not unfit:
                return
            self._unfit |= unfit
            left = [item for item in self._candidates if item not in self._unfit]
            self.draft = compose(left, self._texts)

    def _applied(self) -> Iterator[tuple[str, bytes]]:
        for path, edits in self.draft.edits.items():
            yield path, applied(self._texts[path], edits)

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
            for path, new in sorted(self._applied())
        )

    def refused(self) -> Iterator[tuple[Finding, str]]:
        """The repairs not made, in the order of the findings."""
        why = self._unfit | dict(self.draft.refused)
        yield from ((item, why[item]) for item in self._candidates if item in why)


def _still_there(
    draft: Draft, before: LintReport, after: LintReport
) -> Iterator[tuple[Finding, str]]:
    """The findings that their repair leaves behind, and those whose header no longer parses."""

    def counted(findings: Iterable[Finding]) -> Counter[tuple[str, str]]:
        return Counter((item.rule, item.subject) for item in findings)

    broken = {item.path for item in after.not_checked} - {item.path for item in before.not_checked}
    judged = {item.span.path for item in after.findings} | set(draft.edits)
    known = counted(item for item in before.findings if item.span.path in judged)
    gone, there = counted(draft.findings), counted(after.findings)
    for item in draft.findings:
        key = (item.rule, item.subject)
        if broken:
            path = min(broken)
            yield item, f"{path} could not be checked any more"
        elif there[key] > max(0, known[key] - gone[key]):
            yield item, "it would still be there"


def _moved(
    before: Sequence[RecordAcross], after: Sequence[RecordAcross]
) -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """By record that is no longer the same: the ABIs that see it, and the records it holds."""
    now = {(item.path, item.name): item for item in after}
    found = {}
    for was in before:
        here = now.get((was.path, was.name))
        layouts = {abi: g.layout for g in here.groups for abi in g.abis} if here else {}
        differs: set[str] = set()
        for group in was.groups:
            for layout, abi_names in _by_identity(layouts, group.abis):
                if layout is None or not _kept(group.layout, layout):
                    differs.update(abi_names)
        if differs:
            held = (leaf.placed.element for g in was.groups for leaf in walk(g.layout))
            inside = {inner.record.name for inner in held if inner and inner.record.name}
            found[was.name] = frozenset(differs), frozenset({was.name, *inside})
    return found


def _by_identity(
    layouts: Mapping[str, RecordLayout], names: Sequence[str]
) -> Iterator[tuple[RecordLayout | None, list[str]]]:
    """Each distinct layout once, with the ABIs that have it: comparing costs a walk."""
    found: dict[int, tuple[RecordLayout | None, list[str]]] = {}
    for abi in names:
        layout = layouts.get(abi)
        found.setdefault(id(layout), (layout, []))[1].append(abi)
    yield from found.values()


def _kept(was: RecordLayout, now: RecordLayout) -> bool:
    """Whether every member with a name is where it was; names may come where nothing was."""

    def places(layout: RecordLayout) -> Counter[tuple[str, int, int]]:
        return Counter(
            (leaf.path, leaf.bit_offset, leaf.placed.bit_size)
            for leaf in walk(layout)
            if leaf.placed.member.name
        )

    sizes = (was.bit_size, was.bit_align) == (now.bit_size, now.bit_align)
    return sizes and not places(was) - places(now)


def _blamed(
    draft: Draft, moved: Mapping[str, tuple[frozenset[str], frozenset[str]]]
) -> Iterator[tuple[Finding, str]]:
    """The repairs that move something under an ABI where all was well."""
    for name, (differs, held) in moved.items():
        near = [item for item in draft.findings if _record(item) in held]
        mended = {abi for item in near for abi in _gains(item)}
        hurt = [abi for abi in _bound() if abi in differs and abi not in mended]
        for item in (near or draft.findings) if hurt else ():
            yield item, f"{name} would change under {', '.join(hurt)}"


def _record(finding: Finding) -> str:
    return finding.subject.partition(".")[0]


def _gains(finding: Finding) -> frozenset[str]:
    """The ABIs whose programs read the record wrongly today: nobody can rely on their layout."""
    if finding.breaks is not Breaks.COMPAT:
        return frozenset()
    return frozenset(name for name in finding.abis if abis.get(name).bits == 32)


def _bound() -> Iterator[str]:
    """The ABIs that meet others over a record: all 64-bit ones and those their kernels run."""
    yield from (abi.name for abi in abis.all_abis() if abi.bits == 64 or abi.compat_of)


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
