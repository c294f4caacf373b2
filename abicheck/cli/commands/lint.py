# SPDX-License-Identifier: GPL-2.0-or-later
"""This module is ``abicheck lint``: what a reviewer of uapi headers would say."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from abicheck.cli import output

if TYPE_CHECKING:
    import argparse

    from abicheck.cli.parser import Commands
    from abicheck.model import LintReport

_FORMATS = ("terse",)
_DESCRIPTION = """\
Judges uapi headers by the rules: layouts that differ between a 32-bit program and its 64-bit
kernel, padding that nobody named, types without a fixed width, and what else reviewers refuse.

  abicheck lint include/uapi/linux/kvm.h
  abicheck lint --since v6.1
  abicheck lint --staged --since HEAD
"""


def register(commands: Commands) -> None:
    """Adds the command to the parser."""
    parser = commands.add_parser(
        "lint", help="what a reviewer would say about headers", description=_DESCRIPTION
    )
    parser.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="headers, folders or trees (default: the tree around here)",
    )
    group = parser.add_argument_group("source")
    which = group.add_mutually_exclusive_group()
    which.add_argument("--rev", metavar="REV", help="read a git revision, not the work tree")
    which.add_argument("--staged", action="store_true", help="read what is staged for commit")
    group.add_argument("--since", metavar="REV", help="leave out what this revision has too")
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
        "--fail-on",
        choices=("error", "warning", "note", "never"),
        help="the severity that makes the exit code 1 (default: error)",
    )
    output.add_options(parser, _FORMATS)


def run(args: argparse.Namespace) -> int:
    """0; 1 where a finding is as severe as ``--fail-on``; 2 where a header was not checked."""
    from abicheck import config as configuration
    from abicheck.engine.lint import LintRequest, lint
    from abicheck.rulebook import read_rules

    config = configuration.read(Path(args.config)) if args.config else configuration.find(Path())
    report = lint(
        LintRequest(
            paths=tuple(args.paths),
            rev=args.rev,
            staged=args.staged,
            since=args.since,
            rulebook=read_rules(config.extra_rules),
            config=config,
            only=tuple(args.rule),
        )
    )
    output.deliver(args, lambda _target: _render(report))
    return exit_code(report, args.fail_on or config.fail_on)


def _render(report: LintReport) -> str:
    from abicheck.report import terse

    return terse.render(report)


def exit_code(report: LintReport, fail_on: str) -> int:
    """What could not be checked outranks what was found."""
    from abicheck.model import Severity

    if report.not_checked:
        return 2
    if fail_on == "never":
        return 0
    limit = Severity(fail_on).rank
    return int(any(item.severity.rank <= limit for item in report.findings))
