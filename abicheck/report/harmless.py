# SPDX-License-Identifier: GPL-2.0-or-later
"""This module keeps a report from giving orders to the job whose output it becomes.

A runner of GitHub obeys a line that begins with ``::``, blanks aside, and ``##[`` anywhere in one
(actions/runner, src/Runner.Common/ActionCommand.cs); one of Azure ``##vso[``. To both a carriage
return ends a line (StreamReader.ReadLine of .NET).
"""

from __future__ import annotations

import re

_ORDER = re.compile(r"(?:^|(?<=\r))(?P<blank>[^\S\n]*):(?=:)|(?P<mark>##\w{0,20})\[", re.MULTILINE)
_SPELLINGS = {
    **dict.fromkeys(("json", "sarif", "gitlab", "b4"), r"\u00{:02x}"),
    **dict.fromkeys(("html", "junit"), "&#{};"),
}
"""How a format writes a character by its code, for a reader who sees the character itself."""


def harmless(name: str, report: str) -> str:
    """The report in that format with no order in it; GitHub's own format is nothing but orders."""
    # Nearly all hold neither, which shows in a hundredth of the time of the search.
    if name == "github" or not ("::" in report or "##" in report):
        return report
    spelling = _SPELLINGS.get(name, r"\x{:02x}")

    def defused(order: re.Match[str]) -> str:
        return (order["blank"] or order["mark"] or "") + spelling.format(ord(order[0][-1]))

    return _ORDER.sub(defused, report)
