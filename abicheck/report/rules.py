# SPDX-License-Identifier: GPL-2.0-or-later
"""This module shows rules: their table and their pages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from abicheck.errors import ConfigError
from abicheck.report.printable import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from abicheck.model import Rule

_MARKER = re.compile(r"\s*// expect(?:\[[^]]*\])?:.*")
"""What tells the tests of a page where its rule speaks."""
SCHEMA = 1
"""The version of the JSON documents."""


def table(rules: Sequence[Rule]) -> str:
    """All rules, one a line, by group and name."""
    wide = max((len(rule.name) for rule in rules), default=0)
    lines: list[str] = []
    group = None
    for rule in sorted(rules, key=lambda rule: (rule.group, rule.name)):
        if rule.group != group:
            group = rule.group
            lines.append(f"\n{group}" if lines else group)
        level = str(rule.severity) if rule.enabled else "off"
        lines.append(
            f"  {rule.name:<{wide}}  {rule.catalogue:<3}  {level:<7}  {rule.breaks:<11}  "
            f"{rule.summary}"
        )
    return "".join(f"{line}\n" for line in lines)


def page(rule: Rule) -> str:
    """A rule's page, with what its file says at the top."""
    level = str(rule.severity) if rule.enabled else f"{rule.severity}, off unless configured"
    head = [rule.name, "=" * len(rule.name), "", rule.summary, ""]
    head += [f"{level}; breaks {rule.breaks}; since {rule.since}" + _known_as(rule), ""]
    body = text(rule).split("\n")
    if body[0] == f"# {rule.name}":
        body = body[2:]
    shown = (_MARKER.sub("", line).expandtabs(8) for line in body)
    return "\n".join(map(printable, [*head, *shown]))


def text(rule: Rule) -> str:
    """The Markdown of a rule's page; ConfigError where the page cannot be read."""
    path = rule.folder / "README.md"
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: {error}") from error


def help_text(rule: Rule) -> str:
    """The Markdown of a rule's page, or what its file says of it where it has none."""
    return text(rule) if (rule.folder / "README.md").is_file() else rule.help


def table_json(rules: Sequence[Rule]) -> str:
    """All rules as a JSON document."""
    return _dumped({"schema_version": SCHEMA, "rules": [_object(rule) for rule in rules]})


def rule_json(rule: Rule) -> str:
    """One rule, with its page, as a JSON document."""
    document = {**_object(rule), "page": text(rule)}
    return _dumped({"schema_version": SCHEMA, "rules": [document]})


def _known_as(rule: Rule) -> str:
    return f"; {rule.catalogue} in the catalogue" if rule.catalogue else ""


def _object(rule: Rule) -> dict[str, Any]:
    return {
        "name": rule.name,
        "group": rule.group,
        "catalogue": rule.catalogue,
        "summary": rule.summary,
        "severity": rule.severity,
        "breaks": rule.breaks,
        "enabled": rule.enabled,
        "since": rule.since,
        "help": rule.help,
        "references": list(rule.references),
    }


def _dumped(document: dict[str, Any]) -> str:
    import json

    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
