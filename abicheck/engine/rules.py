# SPDX-License-Identifier: GPL-2.0-or-later
"""This module applies rules to facts: it finds each rule's mechanism and words its findings."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from abicheck.errors import ConfigError
from abicheck.model import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from abicheck.checks.changes.facts import ConstantsChange, RecordChange, TreeChange
    from abicheck.checks.facts import HeaderFacts, Hit, RecordFacts, TreeFacts
    from abicheck.checks.review.facts import StepFacts
    from abicheck.diff.merge import Merge
    from abicheck.model import Rule


_FACTS = {"record": "RecordFacts", "header": "HeaderFacts", "tree": "TreeFacts"}
"""By scope: the type of a mechanism's first argument, for rules about one version."""


_OWN = ("meta", "backport", "collision")
"""Scopes of findings that the engine makes itself."""


class Judge:
    """The rules in force, each with its mechanism."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        """Loads the mechanisms; ConfigError for a rule that names none."""
        self._by_scope: dict[str, list[tuple[Rule, Callable[..., Iterable[Hit]]]]] = {}
        for rule in rules:
            if rule.scope in _OWN:
                continue
            self._by_scope.setdefault(rule.scope, []).append((rule, mechanism(rule)))

    def of(self, names: Collection[str]) -> Judge:
        """The same for the rules of these names."""
        narrow = Judge(())
        narrow._by_scope = {
            scope: [(rule, check) for rule, check in known if rule.name in names]
            for scope, known in self._by_scope.items()
        }
        return narrow

    def records(self, facts: Iterable[RecordFacts]) -> Iterator[Finding]:
        """What the rules say about records, one at a time."""
        for record in facts:
            yield from self._each("record", record)

    def headers(self, facts: Iterable[HeaderFacts]) -> Iterator[Finding]:
        """What the rules say about headers, one at a time."""
        for header in facts:
            yield from self._each("header", header)

    def tree(self, facts: TreeFacts) -> Iterator[Finding]:
        """What the rules say about all headers together."""
        yield from self._each("tree", facts)

    def step(self, facts: StepFacts) -> Iterator[Finding]:
        """What the rules say about a commit or patch with all it brings."""
        yield from self._each("review", facts)

    def record_changes(self, facts: Iterable[RecordChange]) -> Iterator[Finding]:
        """What the rules say about records of two versions, one pair at a time."""
        for change in facts:
            yield from self._each("record-change", change)

    def constant_changes(self, facts: ConstantsChange) -> Iterator[Finding]:
        """What the rules say about the constants of two versions."""
        yield from self._each("constant-change", facts)

    def merge(self, facts: Merge) -> Iterator[Finding]:
        """What the rules say about a merge and its parents."""
        yield from self._each("merge", facts)

    def tree_change(self, facts: TreeChange) -> Iterator[Finding]:
        """What the rules say about what two versions export."""
        yield from self._each("tree-change", facts)

    def _each(self, scope: str, facts: Any) -> Iterator[Finding]:
        for rule, check in self._by_scope.get(scope, ()):
            for hit in check(facts, rule):
                yield finding(rule, hit)


def mechanism(rule: Rule) -> Callable[..., Iterable[Hit]]:
    """The function below ``abicheck.checks`` that a rule names; ConfigError if there is none."""
    module, _, function = rule.check.rpartition(".")
    try:
        found = getattr(import_module(f"abicheck.checks.{module}"), function)
    except (ImportError, AttributeError) as error:
        path = rule.folder / "rule.toml"
        raise ConfigError(f"{path}: there is no mechanism '{rule.check}'") from error
    given = next(iter(getattr(found, "__annotations__", {}).values()), None)
    if function.startswith("_") or given != _FACTS.get(rule.scope, given):
        path = rule.folder / "rule.toml"
        raise ConfigError(f"{path}: '{rule.check}' does not judge a {rule.scope}")
    checked: Callable[..., Iterable[Hit]] = found
    return checked


def _message(rule: Rule, hit: Hit) -> str:
    """The rule's message, filled in; ConfigError where it asks for what its mechanism lacks."""
    fields = dict(hit.fields)
    try:
        return rule.message.format_map(fields)
    except (LookupError, AttributeError, ValueError, TypeError) as error:
        path = rule.folder / "rule.toml"
        known = ", ".join(f"{{{name}}}" for name in fields) or "nothing"
        raise ConfigError(f"{path}: message: {error}; '{rule.check}' tells {known}") from error


def _is_harmless(hit: Hit) -> bool:
    """Whether a change is told for the record and breaks nobody: there is nothing to mend."""
    return bool(hit.kind) and hit.severity is Severity.NOTE and not hit.victims


def finding(rule: Rule, hit: Hit) -> Finding:
    """The finding a hit is, in the rule's words."""
    return Finding(
        rule=rule.name,
        catalogue=rule.catalogue,
        severity=hit.severity or rule.severity,
        breaks=hit.breaks or rule.breaks,
        span=hit.span,
        subject=hit.subject,
        abis=hit.abis,
        evidence=hit.evidence,
        message=_message(rule, hit),
        consequence=hit.consequence,
        suggestion="" if _is_harmless(hit) else hit.suggestion or rule.help,
        references=hit.references or rule.references,
        edits=hit.edits,
        kind=hit.kind,
        victims=hit.victims,
        older=hit.older,
        shifts=hit.shifts,
    )
