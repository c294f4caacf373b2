# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds options that several commands take, and what they mean."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from abicheck.errors import UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

    from abicheck.config import Config
    from abicheck.model import Finding
    from abicheck.rulebook import Rulebook


def add_rules(parser: argparse.ArgumentParser) -> None:
    """``--rule``, ``--config``, ``--all`` and ``--fail-on``."""
    rules = parser.add_argument_group("rules")
    rules.add_argument(
        "--rule",
        action="append",
        default=[],
        metavar="RULE",
        help="only this rule, whatever configuration says; may be repeated",
    )
    rules.add_argument("--config", metavar="FILE", help="configuration (default: the nearest)")
    rules.add_argument(
        "--all", action="store_true", help="show notes about ABIs that no 64-bit kernel runs"
    )
    rules.add_argument(
        "--fail-on",
        choices=("error", "warning", "note", "never"),
        help="the severity that makes the exit code 1 (default: error)",
    )


def configuration(args: argparse.Namespace) -> Config:
    """What ``--config`` names, or the nearest file; ConfigError for a wrong one."""
    from abicheck import config

    return config.read(Path(args.config)) if args.config else config.find(Path())


def read_rules(args: argparse.Namespace) -> tuple[Config, Rulebook]:
    """The configuration, and all rules with those that it adds; ConfigError for a wrong one."""
    from abicheck import rulebook

    config = configuration(args)
    return config, rulebook.read_rules(config.extra_rules)


def add_abis(group: argparse._ArgumentGroup) -> None:
    """``--abi``; ``patterns`` takes it apart."""
    group.add_argument(
        "--abi",
        action="append",
        default=[],
        metavar="ABI[,ABI...]",
        help="only these: names and globs as in 'abicheck abis', an architecture, lp64, ilp32, "
        "little-endian, big-endian, compat",
    )


def patterns(args: argparse.Namespace) -> list[str]:
    """What ``--abi`` asks for, each once; UsageError for nothing at all."""
    found = []
    for text in args.abi:
        parts = [part for part in text.split(",") if part]
        if not parts:
            raise UsageError(f"--abi takes names of ABIs, not '{text}'")
        found += parts
    return found


def add_jobs(group: argparse._ArgumentGroup) -> None:
    """``-j``."""
    group.add_argument(
        "-j",
        dest="jobs",
        type=_jobs,
        default=0,
        metavar="N",
        help="processes (default: one per core)",
    )


def _jobs(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) <= 1024:
        raise UsageError(f"-j takes a number from 1 to 1024, not '{text}'")
    return int(text)


def exit_code(found: Iterable[Finding], fail_on: str, *, complete: bool) -> int:
    """What could not be checked outranks what was found."""
    from abicheck.model import Severity

    if not complete:
        return 2
    if fail_on == "never":
        return 0
    limit = Severity(fail_on).rank
    return int(any(item.severity.rank <= limit for item in found))
