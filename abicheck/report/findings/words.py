# SPDX-License-Identifier: GPL-2.0-or-later
"""This module words what every format says of a finding."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from abicheck.abis import all_abis, get
from abicheck.model import Breaks, Severity
from abicheck.report.names import describe, named

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Protocol

    from abicheck.model import Finding, NotChecked, Span, Suppressed

    class Judged(Protocol):
        """What formats show of a report, whichever command made it."""

        @property
        def findings(self) -> tuple[Finding, ...]:
            """What was found."""

        @property
        def suppressed(self) -> tuple[Suppressed, ...]:
            """What somebody allowed."""

        @property
        def not_checked(self) -> tuple[NotChecked, ...]:
            """What nobody knows."""


WHOM = {
    Breaks.COMPAT: "32-bit programs on a 64-bit kernel",
    Breaks.BINARY: "compiled programs",
    Breaks.SOURCE: "programs when they are compiled again",
    Breaks.PORTABILITY: "programs that exchange it between architectures",
    Breaks.HYGIENE: "nothing yet; the next change will find it harder",
}


def whom(finding: Finding) -> str:
    """Whom it breaks: of a change those who meet its other side, which may be nobody."""
    if not finding.kind:
        return WHOM[finding.breaks]
    return "; ".join(finding.victims) or "nobody"


def sentence(finding: Finding) -> str:
    """What is wrong and what follows from it, on one line."""
    if not finding.consequence:
        return finding.message
    mark = "," if finding.consequence.startswith("and ") else ";"
    return f"{finding.message}{mark} {finding.consequence}"


def paragraph(finding: Finding) -> str:
    """All of a finding but its place and its rule, for formats that hold plain text."""
    where = on_which(finding)
    parts = [
        f"{finding.subject}: {sentence(finding)}.",
        f"Breaks {whom(finding)}{f': {where}' if where else ''}.",
    ]
    if finding.suggestion:
        code = not is_prose(finding.suggestion)
        parts.append(f"Write instead:\n{finding.suggestion}" if code else finding.suggestion)
    return "\n".join(parts)


def on_which(finding: Finding) -> str:
    """The ABIs by what they have in common; those that no 64-bit kernel runs stand apart."""
    measured = {name for each in finding.shifts or finding.evidence for name in each.abis}
    among = [abi.name for abi in all_abis() if abi.name in measured.union(finding.abis)]
    alone = [name for name in finding.abis if stands_alone(name)]
    met = [name for name in finding.abis if name not in alone]
    if not alone or finding.breaks is not Breaks.COMPAT:
        return describe(finding.abis, among if measured else [abi.name for abi in all_abis()])
    narrow = tuple(name for name in among if get(name).bits == 32)
    if met and finding.abis == narrow != tuple(among):
        return "all 32-bit ABIs"
    every = len(alone) == len([name for name in among if stands_alone(name)]) > 2
    apart = "all other 32-bit ABIs" if every and met else ", ".join(alone)
    apart += f" (no 64-bit kernel runs {'it' if len(alone) == 1 else 'them'})"
    side = [name for name in among if not stands_alone(name)]
    return f"{describe(met, side)}; also {apart}" if met else apart


def stands_alone(name: str) -> bool:
    """Whether programs of this 32-bit ABI run on no 64-bit kernel."""
    abi = get(name)
    return abi.bits == 32 and not abi.compat_of


def is_prose(suggestion: str) -> bool:
    """Whether a suggestion is a sentence rather than the C to write."""
    return suggestion.endswith(".") and "\n" not in suggestion


def is_aside(finding: Finding) -> bool:
    """Whether it is a note about ABIs that never meet over a record."""
    return finding.severity is Severity.NOTE and finding.breaks is Breaks.PORTABILITY


def counts(findings: Iterable[Finding]) -> str:
    """How many of each severity: ``1 error, 2 warnings, 0 notes``."""
    found = Counter(item.severity for item in findings)
    return ", ".join(several(found[severity], severity) for severity in Severity)


def several(number: int, noun: str) -> str:
    """A number with its noun, ``1 error`` or ``2 errors``."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def place(failure: NotChecked) -> tuple[str, int]:
    """Path and line of what was not checked: of the first error, else the top of the header."""
    span: Span | None = failure.span
    return (span.path, span.line) if span is not None else (failure.path, 1)


def unchecked(failure: NotChecked) -> str:
    """What was not checked, for whom, and why."""
    what = failure.subject or failure.path
    return f"{what} was not checked under {named(failure.abis)}: {failure.reason}"


def unique_fingerprints(report: Judged) -> tuple[str, ...]:
    """Each finding's fingerprint, in order; further ones with the same one get a number."""
    seen: Counter[str] = Counter()
    found = []
    for finding in report.findings:
        fingerprint = finding.fingerprint
        seen[fingerprint] += 1
        again = seen[fingerprint]
        found.append(fingerprint if again == 1 else f"{fingerprint}-{again}")
    return tuple(found)
