# SPDX-License-Identifier: GPL-2.0-or-later
"""This module is ``abicheck accept``: findings a tree lives with, written down with a reason."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from abicheck.cli import options, output
from abicheck.errors import UsageError

if TYPE_CHECKING:
    import argparse

    from abicheck.cli.parser import Commands

_DESCRIPTION = """\
Writes today's findings into the file of accepted findings, so that lint reports only what is
new. Entries already there keep their reason. --prune drops entries that no longer match, and
adds none.

  abicheck accept --reason "older than the tool" include/uapi
  abicheck accept --prune
"""


def register(commands: Commands) -> None:
    """Adds the command to the parser."""
    parser = commands.add_parser(
        "accept", help="write down the findings a tree lives with", description=_DESCRIPTION
    )
    parser.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="headers, folders or trees (default: the tree around here)",
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--reason", metavar="TEXT", help="why they are accepted")
    what.add_argument("--prune", action="store_true", help="only drop what no longer matches")
    parser.add_argument(
        "--rule", action="append", default=[], metavar="RULE", help="only findings of this rule"
    )
    parser.add_argument(
        "--file", metavar="FILE", help="the file (default: 'accepted' of the configuration)"
    )
    parser.add_argument("--config", metavar="FILE", help="configuration (default: the nearest)")
    output.add_debug(parser)


def run(args: argparse.Namespace) -> int:
    """0; 2 where a header was not checked, and then nothing of it is accepted."""
    from msgspec.structs import replace

    from abicheck.engine.accept import accept, prune
    from abicheck.engine.lint import LintRequest
    from abicheck.rulebook import read_rules

    config = options.configuration(args)
    file = Path(args.file) if args.file else config.accepted
    if file is None:
        raise UsageError("name the file with --file, or as 'accepted' in the configuration")
    if args.reason is not None and not args.reason.strip():
        raise UsageError("--reason is empty: say why the findings are accepted")
    request = LintRequest(
        paths=tuple(args.paths),
        rulebook=read_rules(config.extra_rules),
        config=replace(config, accepted=None),
        only=tuple(args.rule),
    )
    outcome = prune(request, file) if args.prune else accept(request, file, args.reason)
    output.say(f"{file}: {outcome.added} added, {outcome.dropped} dropped, {outcome.total} in all")
    return 2 if outcome.not_checked else 0
