# SPDX-License-Identifier: GPL-2.0-or-later
"""This module is ``abicheck explain``: a rule's page, or the table of rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.cli import options, output

if TYPE_CHECKING:
    import argparse

    from abicheck.cli.parser import Commands

_DESCRIPTION = """\
Shows what a rule finds, why it matters, examples, and when to allow it. Without a name: all
rules, one a line.

  abicheck explain u64-compat-offset
  abicheck explain L01
"""


def register(commands: Commands) -> None:
    """Adds the command to the parser."""
    parser = commands.add_parser(
        "explain", help="what a rule finds, and why it matters", description=_DESCRIPTION
    )
    parser.add_argument("rule", nargs="?", metavar="RULE", help="a rule's name or catalogue id")
    parser.add_argument("--config", metavar="FILE", help="configuration (default: the nearest)")
    output.add_options(parser, ("text", "json"))


def run(args: argparse.Namespace) -> int:
    """0; UsageError for a rule that does not exist."""
    from abicheck.report import rules
    from abicheck.rulebook import read_rules

    config = options.configuration(args)
    book = read_rules(config.extra_rules)

    def render(target: output.Target) -> str:
        if args.rule is None:
            return (
                rules.table_json(book.rules) if target.format == "json" else rules.table(book.rules)
            )
        rule = book.get(args.rule)
        return rules.rule_json(rule) if target.format == "json" else rules.page(rule)

    output.deliver(args, render)
    return 0
