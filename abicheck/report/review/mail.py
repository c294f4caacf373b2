# SPDX-License-Identifier: GPL-2.0-or-later
"""This module answers the mails of a series as a reviewer does, finding by finding.

A draft has no sender, date or identity of its own: ``mutt -H`` and ``git send-email`` give it
theirs. Several drafts are a mailbox, which ``git mailsplit`` takes apart.
"""

from __future__ import annotations

import re
from textwrap import dedent, wrap
from typing import TYPE_CHECKING

from abicheck.errors import UsageError
from abicheck.model import Breaks, Severity
from abicheck.report import text as plain_text
from abicheck.report.findings.measures import table
from abicheck.report.findings.words import is_prose, on_which, sentence, unchecked, whom
from abicheck.report.names import named
from abicheck.report.printable import printable
from abicheck.report.review.headers import headed
from abicheck.report.review.quotes import answered
from abicheck.report.review.verdict import Standing, of_step

if TYPE_CHECKING:
    from abicheck.model import Finding, Letter, ReviewReport, ReviewStep

_WIDTH = 72
_ENVELOPE = "From mboxrd@z Thu Jan  1 00:00:00 1970\n"
_FROM = re.compile(r"^(>*From )", re.MULTILINE)
_BLANKS = re.compile(r"\n{3,}")
_MANNERS = {Severity.ERROR: "breaks", Severity.WARNING: "may break", Severity.NOTE: "may break"}


def render(report: ReviewReport) -> str:
    """A draft for each patch there is something to say about, else one that says there is not.

    Raises UsageError where no part of the change came by mail.
    """
    posted = [(step, step.letter) for step in report.steps if step.letter is not None]
    if not posted:
        raise UsageError("--format mail answers a mail: review a patch or a mailbox")
    spoken = [pair for pair in posted if pair[0].findings or pair[0].not_checked]
    drafts = [headed(letter, _body(step, letter, report)) for step, letter in spoken or posted[:1]]
    if len(drafts) == 1:
        return drafts[0]
    return "\n".join(_ENVELOPE + _FROM.sub(r">\1", draft) for draft in drafts)


def _body(step: ReviewStep, letter: Letter, report: ReviewReport) -> str:
    lines, left = answered(letter, step.findings, _answer)
    if not lines:
        lines = ["> [...]", ""]
    general = [line for item in left for line in (*_answer(item, place=True), "")]
    parts = [*_opening(letter), *lines, *general, *_closing(step, report)]
    return _BLANKS.sub("\n\n", "\n".join(map(_cut, parts))).rstrip("\n") + "\n"


def _opening(letter: Letter) -> list[str]:
    """Who wrote it, and when, as far as that is known."""
    author = printable(letter.author.partition("<")[0].strip(" \"'"))
    if not letter.date and not author:
        return []
    when = f"On {printable(letter.date)}, " if letter.date else ""
    return wrap(f"{when}{author or 'somebody'} wrote:", _WIDTH)


def _cut(line: str) -> str:
    return line if len(line) <= 900 else f"{line[:900]}..."  # mail takes 998 bytes of ASCII


def _answer(item: Finding, *, place: bool = False) -> list[str]:
    """What a reviewer writes below a line; ``place`` names it where the line is not quoted."""
    where = f"{item.span.path}:{item.span.line}: {item.subject}: " if place else ""
    on = on_which(item)
    hurt = whom(item).replace("; ", " and ")
    breaks = f" This {_MANNERS[item.severity]} {hurt}{f' ({on})' if on else ''}."
    if not item.victims if item.kind else item.breaks is Breaks.HYGIENE:
        breaks = ""
    nit = "Nit: " if item.severity is Severity.NOTE else ""
    lines = _wrapped(f"{nit}{where}{sentence(item)}.{breaks}")
    rows = plain_text.render(list(table(item, _WIDTH))[1:]).splitlines()
    if rows:
        lines += ["", *rows]
    if item.suggestion:
        lines += ["", *_suggestion(item.suggestion)]
    return [*lines, "", f"[{item.rule}]"]


def _suggestion(suggestion: str) -> list[str]:
    if is_prose(suggestion):
        return _wrapped(suggestion)
    code = dedent(suggestion).splitlines()
    shown = ("\t".join(printable(part) for part in line.split("\t")) for line in code)
    return ["Please write instead:", "", *(f"\t{line}" for line in shown)]


def _closing(step: ReviewStep, report: ReviewReport) -> list[str]:
    """What else there is to say: of the whole patch, and of what nobody looked at."""
    lines: list[str] = []
    if not step.findings and of_step(step).standing in (Standing.CLEAN, Standing.UNTOUCHED):
        lines += _wrapped(f"{of_step(step).headline}.")
    for failure in step.not_checked:
        lines += _wrapped(f"I could not check this: {unchecked(failure)}.")
    if step.partial:
        lines += _wrapped(f"I looked at a part only: {step.partial}.")
    lines += ["", *_wrapped(f"Compared with {report.baseline} under {named(report.abis)}.")]
    return lines


def _wrapped(text: str) -> list[str]:
    return wrap(printable(text), _WIDTH, break_on_hyphens=False)
