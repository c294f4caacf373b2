# SPDX-License-Identifier: GPL-2.0-or-later
"""This module asks the rules about a step itself: documents, copies, borrowed interfaces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.engine.court import in_force
from abicheck.engine.pardon import levelled
from abicheck.engine.rules import Judge

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abicheck.engine.review.request import ReviewRequest
    from abicheck.model import Finding
    from abicheck.review.steps import Step


class Reading:
    """The rules of scope ``review`` that are in force, and the data they read."""

    def __init__(self, request: ReviewRequest) -> None:
        """Raises ConfigError for a wrong rule or a wrong file of data."""
        from abicheck.review.boundaries import read_boundaries
        from abicheck.review.homes import Homes
        from abicheck.review.interfaces import read_interfaces

        rules = in_force(request.rulebook, request.config, request.only)
        self._judge = Judge(tuple(rule for rule in rules if rule.scope == "review"))
        self._interfaces = read_interfaces(request.config.extra_interfaces)
        self._boundaries = read_boundaries(request.config.extra_boundaries)
        self._config = request.config
        self._homes = Homes()

    def about(self, step: Step) -> tuple[tuple[Finding, ...], Mapping[str, str]]:
        """What the rules say about a step; by path, why they could not read a file of it."""
        from abicheck.checks.review.facts import StepFacts

        facts = StepFacts(
            step=step,
            interfaces=self._interfaces,
            boundaries=self._boundaries,
            documents=self._config.documents,
            copies=self._config.copies,
            homes=self._homes,
        )
        findings = tuple(levelled(dict.fromkeys(self._judge.step(facts)), self._config))
        return findings, facts.unread
