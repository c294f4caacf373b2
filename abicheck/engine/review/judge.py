# SPDX-License-Identifier: GPL-2.0-or-later
"""This module judges one step of a change by everything that there is to say about a change."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from abicheck.engine.diff import DiffRequest, diff_trees
from abicheck.engine.diff.verdict import Bench
from abicheck.engine.pardon import allow_accepted
from abicheck.engine.review.fold import folded
from abicheck.engine.review.hearing import former, present
from abicheck.engine.review.reading import Reading
from abicheck.engine.review.unserved import unserved
from abicheck.model import HeaderChange, NotChecked, ReviewStep
from abicheck.suppress import read_accepted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from typing import Any, TypeAlias

    from abicheck.engine.review.change import Change, Opened
    from abicheck.engine.review.hearing import Heard, Hearings
    from abicheck.engine.review.request import ReviewRequest
    from abicheck.model import DiffReport, Finding, Suppressed
    from abicheck.review.steps import FileChange, Step
    from abicheck.vcs.tree import Tree

    Part: TypeAlias = Callable[[Step], Any]


class Said(Struct):
    """What is gathered of one step."""

    findings: list[Finding] = field(default_factory=list)
    suppressed: list[Suppressed] = field(default_factory=list)
    not_checked: list[NotChecked] = field(default_factory=list)


class StepJudge:
    """Judges the steps of one change."""

    def __init__(self, request: ReviewRequest, hearings: Hearings) -> None:
        self.request = request
        self._hearings = hearings

    def get_ready(self) -> None:
        """Loads all rules in force; UsageError for an unknown one, ConfigError for a wrong one."""
        Bench(self.request.rulebook, self.request.config, self.request.only)
        _ = self._hearings.court, self._reading

    @cached_property
    def _reading(self) -> Reading:
        return Reading(self.request)

    def judged(self, opened: Opened) -> ReviewStep:
        """Everything that is to be said about a step."""
        return self.put_together(opened, *(part(opened.step) for part in self.parts))

    @property
    def parts(self) -> tuple[Part, ...]:
        """What there is to say about a step, in parts that need not know each other."""
        return self._diff, self._lint, self._reading.about

    def compares(self, step: Step) -> bool:
        """Whether a step may have two versions of a header; it is soon judged if it has not."""
        return any(map(_matters, _touched(step.files)))

    def put_together(
        self,
        opened: Opened,
        change: DiffReport | None,
        said: Said,
        read: tuple[tuple[Finding, ...], Mapping[str, str]],
    ) -> ReviewStep:
        """The step, given what its parts say."""
        step = opened.step
        findings, unread = read
        said.findings += findings
        self._accept(said)
        if change is not None:  # its own findings it has compared with the accepted ones
            _add(change, said)
        known = change.headers if change is not None else ()
        exports = self._hearings.scene(step.new).exports
        none = unserved(step, exports, opened.failed)
        said.not_checked = [item for item in said.not_checked if item.path not in none]
        said.not_checked += self._unchecked({**unread, **none})
        return ReviewStep(
            title=step.title,
            commit=step.commit,
            headers=(*known, *self._beside(step, known)),
            findings=folded(said.findings),
            suppressed=tuple(dict.fromkeys(said.suppressed)),
            not_checked=tuple(dict.fromkeys(said.not_checked)),
            letter=opened.letter,
            partial=opened.partial,
        )

    def _beside(self, step: Step, known: Iterable[HeaderChange]) -> Iterator[HeaderChange]:
        """What programs see and nothing is compared with: a first commit's headers, and tables."""
        paths = {header.path for header in known}
        first = (
            () if step.old.names() else self._hearings.scene(step.new).exported(present(step.files))
        )
        for file in step.files:
            is_table = file.path.endswith(".tbl") and not file.path.startswith("tools/")
            if file.path not in paths and (is_table or file.path in first):
                yield HeaderChange(path=file.path, old_path=file.old_path, removed=file.removed)

    def together(
        self, opened: Opened, whole: ReviewStep, steps: Sequence[ReviewStep]
    ) -> ReviewStep:
        """The series judged as one; of files that it does not fit, what its steps said."""
        if not opened.failed:
            return whole
        said = (f for step in steps for f in step.findings if f.span.path in opened.failed)
        latest = {finding.fingerprint: finding for finding in said}
        headers = (h for step in steps for h in step.headers if h.path in opened.failed)
        return replace(
            whole,
            findings=folded((*whole.findings, *latest.values())),
            headers=(*whole.headers, *{header.path: header for header in headers}.values()),
        )

    def merged(self, whole: ReviewStep, change: Change) -> ReviewStep:
        """The series as one, with what its merges lost."""
        if not change.merges:
            return whole
        from abicheck.engine.review.merges import lost

        end, request = change.whole.step.new, self._request()
        found = [lost(merge, end, request) for merge in change.merges]
        return replace(
            whole,
            findings=folded((*whole.findings, *(f for each in found for f in each.findings))),
            suppressed=(*whole.suppressed, *(s for each in found for s in each.suppressed)),
        )

    def headers(self, step: Step) -> tuple[HeaderChange, ...]:
        """The headers that a step changes, with the records laid out differently."""
        change = self._diff(step)
        return () if change is None else change.headers

    def changes(self, step: Step) -> tuple[Finding, ...]:
        """What a comparison of the two states of a step says, whether allowed or not."""
        change = self._diff(step)
        if change is None:
            return ()
        return (*change.findings, *(item.finding for item in change.suppressed))

    def places(self, tree: Tree, paths: Iterable[str]) -> frozenset[tuple[str, str, str]]:
        """Where lint finds something in headers of a tree, whether allowed or not."""
        heard = self._hearings.about(tree, paths).values()
        return frozenset(finding.place for each in heard for finding in _all(each))

    def _lint(self, step: Step) -> Said:
        """What lint says of the new state and did not say of the old one."""
        said = Said()
        shown = dict.fromkeys((*present(step.files), *self._newly_exported(step)))
        heard = self._hearings.about(step.new, shown).values()
        rules = frozenset(finding.rule for new in heard for finding in _all(new))
        older = self._hearings.some(step.old, former(step.files), rules)
        known: dict[object, list[Finding]] = {}
        for finding in (finding for old in older for finding in _all(old)):
            known.setdefault(finding.place, []).append(finding)
        for new in heard:
            said.not_checked += new.not_checked
            said.suppressed += (item for item in new.suppressed if _is_new(item.finding, known))
            said.findings += (finding for finding in new.findings if _is_new(finding, known))
        return said

    def _newly_exported(self, step: Step) -> tuple[str, ...]:
        """The headers that a change of the lists of exported ones shows to programs."""
        if not any(map(_is_list, present(step.files))):
            return ()
        old, new = (self._hearings.scene(tree).paths() for tree in (step.old, step.new))
        return tuple(sorted(new - old)) if old else ()

    def _accept(self, said: Said) -> None:
        """Takes out what the tree's file of accepted findings has."""
        accepted = self.request.config.accepted
        if accepted is not None and accepted.exists():
            left = allow_accepted(said.findings, read_accepted(accepted), accepted.name)
            said.findings = left.findings
            said.suppressed += left.suppressed

    def _unchecked(self, reasons: Mapping[str, str]) -> Iterator[NotChecked]:
        """Files with the reason why they are not checked at all."""
        for path, reason in reasons.items():
            yield NotChecked(path=path, abis=self._hearings.names, reason=reason)

    def _diff(self, step: Step) -> DiffReport | None:
        """What a comparison of the two states says; None where no header is touched."""
        if not self.compares(step):
            return None
        return diff_trees(step.old, step.new, self._request(), self._hearings.recall)

    def _request(self) -> DiffRequest:
        return DiffRequest(
            abis=self._hearings.names,
            frontend=self.request.frontend,
            jobs=self.request.jobs,
            rulebook=self.request.rulebook,
            config=self.request.config,
            only=self.request.only,
        )


def _matters(path: str) -> bool:
    """Whether a file may change what programs see: a header, or a table or list of them."""
    return _is_list(path) or path.endswith((".h", ".tbl"))


def _is_list(path: str) -> bool:
    return path.endswith("Kbuild") and "uapi/" in path


def _add(change: DiffReport, said: Said) -> None:
    """Adds what a comparison says; that a record is not checked is said once."""
    said.findings += change.findings
    said.suppressed += change.suppressed
    known = {(item.path, item.subject) for item in said.not_checked}
    for item in change.not_checked:
        if (item.path, item.subject) not in known:
            known.add((item.path, item.subject))
            said.not_checked.append(item)


def _is_new(finding: Finding, known: dict[object, list[Finding]]) -> bool:
    return not any(map(finding.repeats, known.get(finding.place, ())))


def _all(heard: Heard) -> Iterable[Finding]:
    """What is found, whether somebody allowed it or not."""
    yield from heard.findings
    yield from (item.finding for item in heard.suppressed)


def _touched(files: Iterable[FileChange]) -> tuple[str, ...]:
    return (*present(files), *former(files))
