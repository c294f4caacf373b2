# SPDX-License-Identifier: GPL-2.0-or-later
"""This module has headers judged: many in the children that parse them, few in this process."""

from __future__ import annotations

import os
from copy import copy
from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct, field

from abicheck.checks.facts import RecordFacts, TreeFacts
from abicheck.engine.contexts import read_contexts
from abicheck.engine.excerpts import with_excerpts
from abicheck.engine.harvest import Harvest, Harvester
from abicheck.engine.headers import header_facts
from abicheck.engine.kernelside import KernelSides
from abicheck.engine.labour import add, divided, portions_of_headers, reap_all, records
from abicheck.engine.pardon import allow_inline, levelled
from abicheck.engine.relations import relations
from abicheck.engine.rules import Judge
from abicheck.parse.extract import Memo

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from abicheck.checks.facts import HeaderFacts, Use
    from abicheck.config import Config
    from abicheck.engine.contexts import Contexts
    from abicheck.engine.fields import Plot
    from abicheck.engine.frontends import FrontEnd
    from abicheck.engine.labour import Task
    from abicheck.engine.recall import Recall
    from abicheck.engine.uses import Uses
    from abicheck.model import Finding, Rule, Suppressed
    from abicheck.rulebook import Rulebook


_SCOPES = ("record", "header", "tree")
"""Of rules about one version; the mechanisms of others are not even imported."""


class Verdict(Struct):
    """What the rules say about some headers."""

    findings: list[Finding] = field(default_factory=list)
    suppressed: list[Suppressed] = field(default_factory=list)
    headers: set[str] = field(default_factory=set)
    """The paths of headers judged."""
    harvest: Harvest = field(default_factory=Harvest)
    """What could not be checked; its layouts are gone."""


class Court:
    """The rules in force, and what is allowed."""

    def __init__(self, rulebook: Rulebook, config: Config, only: Sequence[str] = ()) -> None:
        """Takes the rules named, or all that are enabled; ConfigError for a wrong rule."""
        self._known = frozenset(rule.name for rule in rulebook.rules)
        self._own = frozenset(rule.name for rule in rulebook.rules if rule.scope in _SCOPES)
        self.meta: Mapping[str, Rule] = {r.name: r for r in rulebook.rules if r.scope == "meta"}
        self._config = config
        self._contexts = read_contexts(config.extra_contexts)
        rules = in_force(rulebook, config, only)
        self._judge = Judge(tuple(rule for rule in rules if rule.scope in _SCOPES))

    def of(self, rules: Collection[str]) -> Court:
        """The court for these rules alone; a rule about findings needs all of them."""
        if not self.meta.keys().isdisjoint(rules):
            return self
        narrow = copy(self)
        narrow._judge = self._judge.of(rules)
        return narrow

    def hear(
        self, plot: Plot, front: FrontEnd, uses: Uses, jobs: int, recall: Recall | None = None
    ) -> Verdict:
        """What the rules say about everything in the plot.

        ``recall`` knows what was read before, in another state of the tree.
        """
        jobs = jobs or len(os.sched_getaffinity(0))
        if len(plot.paths()) <= jobs or recall is not None:
            read = reap_all if recall is None else recall.reap_all
            (harvest,) = read((plot,), front, jobs)
            sides = KernelSides(plot, lambda plots: read(plots, front, jobs))
            return self._judged(plot, harvest, uses, sides)
        harvester = Harvester(front.parse, Memo())

        def apart(plots: Iterable[Plot]) -> Iterator[Harvest]:
            return (Harvester(front.parse, Memo()).gather(each) for each in plots)

        def portion(task: Task) -> Verdict:
            _, part = task
            sides = KernelSides(part, apart)
            return self._judged(part, harvester.gather(part), uses, sides)

        total = Verdict()
        work = [(0, part) for part in portions_of_headers(plot, jobs)]
        for _, verdict in divided((plot,), work, portion, jobs, (total.harvest,)):
            total.findings += verdict.findings
            total.suppressed += verdict.suppressed
            total.headers |= verdict.headers
            add(total.harvest, verdict.harvest)
        return total

    def _judged(self, plot: Plot, harvest: Harvest, uses: Uses, sides: KernelSides) -> Verdict:
        headers = header_facts(plot, harvest)
        facts = tuple(_record_facts(harvest, headers, uses, sides, self._contexts))
        found = [*self._by_header(headers, facts)]
        found += self._judge.tree(TreeFacts(headers=tuple(headers.values()), records=facts))
        left = allow_inline(
            dict.fromkeys(found), headers.values(), self.meta, self._known, self._own
        )
        harvest.groups = {}
        return Verdict(
            findings=list(with_excerpts(levelled(left.findings, self._config), headers)),
            suppressed=left.suppressed,
            headers={path for path, header in headers.items() if header.abis},
            harvest=harvest,
        )

    def _by_header(
        self, headers: Mapping[str, HeaderFacts], facts: Iterable[RecordFacts]
    ) -> Iterator[Finding]:
        """What the rules say about records and headers: all of one header before the next."""
        records: dict[str, list[RecordFacts]] = {}
        for record in facts:
            records.setdefault(record.header.path, []).append(record)
        for path, header in headers.items():
            yield from self._judge.records(records.get(path, ()))
            yield from self._judge.headers((header,))


def _record_facts(
    harvest: Harvest,
    headers: Mapping[str, HeaderFacts],
    uses: Uses,
    sides: KernelSides,
    contexts: Contexts,
) -> Iterator[RecordFacts]:
    found = records(harvest)
    related = relations(found)
    for across in found:
        header = headers.get(across.path)
        if header is not None:
            relation = related[across.name]
            yield RecordFacts(
                across=across,
                header=header,
                uses=(*_uses(header, across.name, uses, contexts), *relation.uses),
                hidden_in=relation.hidden_in,
                holders=tuple(relation.holders),
                twin=relation.twin,
                kernel_side=partial(sides.of, across.path, across.name),
            )


def _uses(header: HeaderFacts, name: str, uses: Uses, contexts: Contexts) -> tuple[Use, ...]:
    """What the tree's ioctls and the files of contexts say of a record."""
    return (*uses.of(name), *contexts.of(header.include, name))


def in_force(rulebook: Rulebook, config: Config, only: Sequence[str]) -> Iterator[Rule]:
    """The rules named, or all that configuration leaves on; UsageError for an unknown one."""
    if only:
        yield from dict.fromkeys(rulebook.get(word) for word in only)
        return
    for name, _ in config.levels:
        rulebook.get(name)
    for entry in config.per_path:
        for name, _ in entry.levels:
            rulebook.get(name)
    raised = {name for entry in config.per_path for name, level in entry.levels if level != "off"}
    for rule in rulebook.rules:
        general = dict(config.levels).get(rule.name, "" if rule.enabled else "off")
        if general != "off" or rule.name in raised:
            yield rule
