# SPDX-License-Identifier: GPL-2.0-or-later
"""This module finds rule folders and reads them; a wrong one is named with what is wrong."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct

from abicheck.datafiles import read_shaped, shipped
from abicheck.errors import ConfigError, UsageError
from abicheck.model import Breaks, Rule, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

_FILE = "rule.toml"


class Rulebook(Struct, frozen=True, dict=True):
    """Rules by name, read when the first is asked for: by then others may be at work."""

    read: Callable[[], tuple[Rule, ...]]

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """Sorted by name; ConfigError for a wrong one."""
        return self.read()

    def get(self, word: str) -> Rule:
        """The rule with that name or catalogue id; UsageError, with the nearest, for another."""
        for rule in self.rules:
            if word in (rule.name, f"{rule.group}/{rule.name}") or (
                rule.catalogue and word.upper() == rule.catalogue
            ):
                return rule
        from difflib import get_close_matches

        near = get_close_matches(word, [rule.name for rule in self.rules], n=1)
        hint = f"; did you mean '{near[0]}'?" if near else "; 'abicheck explain' lists all"
        raise UsageError(f"no rule is called '{word}'{hint}")


def read_rules(folders: Sequence[Path] = ()) -> Rulebook:
    """Our rules and those of other folders, which are read when one is asked for."""
    return Rulebook(lambda: _read(folders))


def _read(folders: Sequence[Path]) -> tuple[Rule, ...]:
    """The rules by name; ConfigError for a wrong or a doubled one."""
    found: dict[str, Rule] = {}
    for folder in (shipped(), *folders):
        if not folder.is_dir():
            raise ConfigError(f"{folder} is no folder of rules")
        for path in sorted(folder.glob(f"*/*/{_FILE}")):
            rule = read_rule(path)
            if rule.name in found:
                raise ConfigError(f"{path}: there is a rule '{rule.name}' already")
            found[rule.name] = rule
    return tuple(found[name] for name in sorted(found))


def read_rule(path: Path) -> Rule:
    """The rule a file describes; ConfigError says which key is wrong, and how."""
    from abicheck.rulebook.schema import RuleFile

    parsed = read_shaped(path, RuleFile)
    folder = path.parent
    if parsed.name != folder.name:
        raise ConfigError(f"{path}: name is '{parsed.name}', the folder '{folder.name}'")
    return Rule(
        name=parsed.name,
        group=folder.parent.name,
        catalogue=parsed.catalogue,
        summary=parsed.summary,
        severity=Severity(parsed.severity),
        breaks=Breaks(parsed.breaks),
        enabled=parsed.enabled,
        since=parsed.since,
        check=parsed.check,
        scope=parsed.scope,
        message=parsed.message,
        help=parsed.help,
        references=parsed.references,
        params=_parameters(parsed.params),
        folder=folder,
    )


def _parameters(
    raw: dict[str, str | int | bool | tuple[str, ...]],
) -> tuple[tuple[str, str | int | bool | tuple[str, ...]], ...]:
    return tuple(sorted(raw.items()))
