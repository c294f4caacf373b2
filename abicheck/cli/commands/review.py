# SPDX-License-Identifier: GPL-2.0-or-later
"""This module is ``abicheck review``: everything there is to say about a change."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from abicheck.cli import options, output
from abicheck.errors import InputError

if TYPE_CHECKING:
    import argparse

    from abicheck.cli.parser import Commands
    from abicheck.model import ReviewReport, Rule

_DESCRIPTION = """\
Reviews a change of uapi headers: what the rules newly say, what breaks between before and after,
and which numbers collide with the rival branches; for each commit or patch, and for the series.

  abicheck review --staged
  abicheck review HEAD
  abicheck review master..topic
  abicheck review v3-0000-cover-letter.mbox
  b4 am -o - MESSAGE-ID | abicheck review -
  abicheck review --onto android13-5.15 --upstream master COMMIT...
"""


def register(commands: Commands) -> None:
    """Adds the command to the parser."""
    from abicheck.report.review.formats import NAMES

    parser = commands.add_parser(
        "review", help="everything about a change, a series or a backport", description=_DESCRIPTION
    )
    parser.add_argument(
        "words",
        nargs="*",
        metavar="CHANGE",
        help="a range A..B, a commit, a patch or mailbox; - reads one from standard input",
    )
    group = parser.add_argument_group("source")
    group.add_argument("--staged", action="store_true", help="review what is staged for commit")
    group.add_argument(
        "--onto", metavar="REV", help="apply patches to this; with --upstream: backport to this"
    )
    group.add_argument("--upstream", metavar="REV", help="the branch that backports come from")
    group.add_argument(
        "--version", type=int, metavar="N", help="version N of a series (default: the latest)"
    )
    options.add_rules(parser)
    output.add_options(parser, NAMES)


def run(args: argparse.Namespace) -> int:
    """0; 1 where something is as severe as ``--fail-on``; 2 where a part was not checked."""
    from abicheck.cli.progress import waiting
    from abicheck.engine.review import ReviewRequest, review
    from abicheck.report.review.flat import findings

    config, book = options.read_rules(args)
    request = ReviewRequest(
        words=tuple(args.words),
        staged=args.staged,
        onto=args.onto,
        upstream=args.upstream,
        version=args.version,
        text=_standard_input() if args.words == ["-"] else None,
        as_answer=any(target.format == "mail" for target in args.targets),
        rulebook=book,
        config=config,
        only=tuple(args.rule),
    )
    with waiting("reviewing"):
        report = review(request)
    output.deliver(args, lambda target: _render(args, target, report, book.rules))
    steps = (report.whole, *report.steps)
    return options.exit_code(
        findings(report),
        args.fail_on or config.fail_on,
        complete=not any(step.not_checked or step.partial for step in steps),
    )


def _standard_input() -> bytes:
    from abicheck.vcs.mail import LARGEST

    if sys.stdin is None:
        raise InputError("standard input is closed")
    text = sys.stdin.buffer.read(LARGEST + 1)
    if len(text) > LARGEST:
        raise InputError(f"standard input: more than {LARGEST >> 20} MiB")
    return text


def _render(
    args: argparse.Namespace, target: output.Target, report: ReviewReport, rules: tuple[Rule, ...]
) -> str:
    if target.format != "text":
        from abicheck.report.review import formats

        return formats.render(target.format, report, rules)
    return output.render_text(args, target, report, "review")
