# SPDX-License-Identifier: GPL-2.0-or-later
"""This module has the rules about changes speak, and takes out what is allowed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from abicheck.checks.changes.facts import TreeChange
from abicheck.checks.changes.wording import listed
from abicheck.engine.court import in_force
from abicheck.engine.excerpts import with_excerpts
from abicheck.engine.pardon import Pardoned, allow_accepted, allow_inline, levelled
from abicheck.engine.rules import Judge
from abicheck.model import Severity, Victim
from abicheck.model.changes import THROUGH
from abicheck.suppress import read_accepted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from abicheck.checks.changes.facts import RecordChange
    from abicheck.checks.facts import HeaderFacts
    from abicheck.config import Config
    from abicheck.diff.merge import Merge
    from abicheck.engine.diff.facts import DiffFacts
    from abicheck.model import Finding, Rule
    from abicheck.rulebook import Rulebook

_SCOPES = ("record-change", "constant-change", "tree-change", "merge")

_SIZED = frozenset({"grew", "shrank", "moved", "resized"})
"""What findings say of a record that also say what becomes of its ioctls' numbers."""


class Bench:
    """The rules about changes in force, and what is allowed."""

    def __init__(self, rulebook: Rulebook, config: Config, only: Sequence[str] = ()) -> None:
        """Takes the rules named, or all that are enabled; ConfigError for a wrong rule."""
        self._known = frozenset(rule.name for rule in rulebook.rules)
        self._meta = {rule.name: rule for rule in rulebook.rules if rule.scope == "meta"}
        self._config = config
        rules = tuple(in_force(rulebook, config, only))
        self._judge = Judge(tuple(rule for rule in rules if rule.scope in _SCOPES))
        self.collisions: Mapping[str, Rule] = {
            rule.name: rule for rule in rules if rule.scope == "collision"
        }
        """The rules in force about numbers, by name."""

    def hear(self, facts: DiffFacts, others: Iterable[Finding] = ()) -> Pardoned:
        """What the rules, and ``others``, say about a change, in order of place."""
        records = list(self._judge.record_changes(facts.records))
        told = frozenset(
            found.subject.partition(".")[0] for found in records if found.kind in _SIZED
        )
        follow = (c.new.across.name for found in facts.constants.users.values() for c in found)
        told |= frozenset(follow)
        tree = self._judge.tree_change(
            TreeChange(lost=facts.lost, gone=facts.gone, broken=facts.broken)
        )
        constants = self._judge.constant_changes(replace(facts.constants, told=told))
        judged = _folded(records, list(constants), facts.constants.users)
        found = dict.fromkeys((*_gathered(judged), *tree, *others))
        return self._weighed(found, facts.old, facts.new)

    def hear_merge(
        self, facts: Merge, old: Mapping[str, HeaderFacts], new: Mapping[str, HeaderFacts]
    ) -> Pardoned:
        """What the rules say about a merge; by path, its parents' headers and its own."""
        return self._weighed(dict.fromkeys(self._judge.merge(facts)), old, new)

    def _weighed(
        self,
        found: Iterable[Finding],
        old: Mapping[str, HeaderFacts],
        new: Mapping[str, HeaderFacts],
    ) -> Pardoned:
        """Findings in order of place, at the levels configured, without what is allowed."""
        told = _with_excerpts(found, old, new)
        left = allow_inline(told, new.values(), self._meta, self._known, frozenset())
        # What an allowance is for may be a rule about one version: lint tells of stale ones.
        own = (item for item in left.findings if item.rule not in self._meta)
        left.findings = sorted(levelled(own, self._config), key=_order)
        if self._config.accepted is not None and self._config.accepted.exists():
            entries = read_accepted(self._config.accepted)
            accepted = allow_accepted(left.findings, entries, self._config.accepted.name)
            left.findings = accepted.findings
            left.suppressed += accepted.suppressed
        return left


def _gathered(findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings, those of a header that break nothing and are many by nature as one."""
    groups: dict[object, list[Finding]] = {}
    for index, found in enumerate(findings):
        plain = found.kind == "converted" and found.severity is Severity.NOTE
        key = (found.rule, found.span.path) if plain else index
        groups.setdefault(key, []).append(found)
    for first, *more in groups.values():
        names = [found.subject for found in more]
        verb = "does" if len(names) == 1 else "do"
        told = "; ".join(filter(None, (first.consequence, f"so {verb} {listed(names)}")))
        yield replace(first, consequence=told) if names else first


def _folded(
    records: Sequence[Finding],
    constants: Sequence[Finding],
    users: Mapping[str, Sequence[RecordChange]],
) -> Iterator[Finding]:
    """The findings, without those about records that differ through what is told of."""
    through: dict[str, list[Finding]] = {}
    for found in constants:
        for change in users.get(found.subject, ()) if found.kind in THROUGH else ():
            through.setdefault(change.new.across.name, [])
    for found in records:
        name = found.subject.partition(".")[0]
        if name in through:
            through[name].append(found)
        else:
            yield found
    for found in constants:
        follow = users.get(found.subject, ()) if found.kind in THROUGH else ()
        yield _with_all(found, [f for c in follow for f in through[c.new.across.name]])


def _with_all(found: Finding, follow: Sequence[Finding]) -> Finding:
    """A finding that hurts whomever what follows from it hurts, and as much."""
    worst = min((found, *follow), key=lambda item: item.severity.rank)
    hurt = {victim for item in (found, *follow) for victim in item.victims}
    victims = tuple(victim for victim in Victim if victim in hurt)
    return replace(found, severity=worst.severity, breaks=worst.breaks, victims=victims)


def _with_excerpts(
    found: Iterable[Finding], old: Mapping[str, HeaderFacts], new: Mapping[str, HeaderFacts]
) -> Iterator[Finding]:
    """The findings with a line of the version in which the subject can be seen."""
    for finding in found:
        sides = [shift.new for shift in finding.shifts]
        gone = finding.older == finding.span and not any(sides)
        yield from with_excerpts((finding,), old if gone else new)


def _order(finding: Finding) -> tuple[object, ...]:
    span = finding.span
    return (span.path, span.line, span.column, finding.rule, finding.subject, finding.abis)
