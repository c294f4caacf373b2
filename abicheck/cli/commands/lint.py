# SPDX-License-Identifier: GPL-2.0-or-later
"""This module is ``abicheck lint``: what a reviewer of uapi headers would say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.cli import options, output
from abicheck.errors import UsageError

if TYPE_CHECKING:
    import argparse

    from abicheck.cli.parser import Commands
    from abicheck.engine.lint import LintRequest
    from abicheck.model import LintReport

_DESCRIPTION = """\
Judges uapi headers by the rules: layouts that differ between a 32-bit program and its 64-bit
kernel, padding that nobody named, types without a fixed width, and what else reviewers refuse.

  abicheck lint include/uapi/linux/kvm.h
  abicheck lint --since v6.1
  abicheck lint --staged --since HEAD
  abicheck lint --format text --format sarif=abi.sarif
  abicheck lint --diff include/uapi/linux/kvm.h | git apply
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
    options.add_rules(parser)
    repairs = parser.add_argument_group("repairs").add_mutually_exclusive_group()
    repairs.add_argument(
        "--fix",
        action="store_true",
        help="repair what is mechanical and keeps all 64-bit layouts, then report what is left",
    )
    repairs.add_argument(
        "--diff", action="store_true", help="print these repairs as a patch and change nothing"
    )
    output.add_options(parser, output.FORMATS)


def run(args: argparse.Namespace) -> int:
    """0; 1 where a finding is as severe as ``--fail-on``; 2 where a header was not checked."""
    from abicheck.engine.lint import LintRequest

    if args.diff:
        _check_targets(args)
    config, book = options.read_rules(args)
    request = LintRequest(
        paths=tuple(args.paths),
        rev=args.rev,
        staged=args.staged,
        since=args.since,
        rulebook=book,
        config=config,
        only=tuple(args.rule),
    )
    report = _judged(args, request)
    if args.targets or not args.diff:
        output.deliver(
            args, lambda target: output.render_report(args, target, report, "findings", book.rules)
        )
    return options.exit_code(
        report.findings, args.fail_on or config.fail_on, complete=not report.not_checked
    )


def _check_targets(args: argparse.Namespace) -> None:
    for target in args.targets:
        if target.file is None:
            raise UsageError(
                f"--diff prints a patch; give the report a file: --format {target.format}=FILE"
            )


def _judged(args: argparse.Namespace, request: LintRequest) -> LintReport:
    """What the rules say, after --fix of what is left; with --diff the patch is printed."""
    from abicheck.cli.progress import waiting

    with waiting("judging headers"):
        if not args.fix and not args.diff:
            from abicheck.engine.lint import lint

            return lint(request)
        from abicheck.engine import fix

        if args.fix:
            return fix.fix(request)
        made = fix.repair(request)
    from abicheck.report import patch

    output.emit(patch.unified(made.changes), patch.shown)
    for remark in made.remarks:
        output.remark(remark)
    return made.before
