# SPDX-License-Identifier: GPL-2.0-or-later
"""This module is ``abicheck diff``: what a change does to every ABI, and to whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.cli import options, output
from abicheck.errors import UsageError

if TYPE_CHECKING:
    import argparse

    from abicheck.cli.parser import Commands
    from abicheck.engine.diff import DiffRequest
    from abicheck.model import DiffReport

_DESCRIPTION = """\
Compares two versions of uapi headers under every Linux ABI, and says what each change does to
old programs on the new kernel, to new programs on an old one, to 32-bit programs on a 64-bit
kernel, and to programs that are compiled again.

A version is a revision, OLD..NEW as git writes it, a kernel tree, a tree of exported headers, one
header, or FOLDER:REVISION. One revision alone stands against the work tree.

  abicheck diff v6.1 v6.2
  abicheck diff v6.1..v6.2 include/uapi/linux/kvm.h
  abicheck diff HEAD --staged
  abicheck diff old/usr/include new/usr/include --format json
  abicheck diff --merge 1c8c5a9d38f6
"""


def register(commands: Commands) -> None:
    """Adds the command to the parser."""
    parser = commands.add_parser(
        "diff",
        help="what a change does to every ABI, and to whom",
        usage="%(prog)s [OLD [NEW] | OLD..NEW] [PATH...] [options]",
        description=_DESCRIPTION,
    )
    parser.add_argument(
        "words",
        nargs="*",
        metavar="OLD|NEW|PATH",
        help="versions, then the headers or folders to look at (default: HEAD and the work "
        "tree, all headers)",
    )
    group = parser.add_argument_group("versions")
    which = group.add_mutually_exclusive_group()
    which.add_argument("--staged", action="store_true", help="the new side is what is staged")
    which.add_argument(
        "--merge",
        metavar="COMMIT",
        help="compare a merge with its parents and their merge base: what it lost",
    )
    options.add_jobs(group)
    abis = parser.add_argument_group("ABIs")
    options.add_abis(abis)
    abis.add_argument(
        "--compat",
        action="store_true",
        help="only 64-bit ABIs whose kernels run 32-bit programs, and these programs'",
    )
    options.add_rules(parser)
    output.add_options(parser, output.FORMATS)


def run(args: argparse.Namespace) -> int:
    """0; 1 where a finding is as severe as ``--fail-on``; 2 where a header was not checked."""
    from abicheck.cli.progress import waiting
    from abicheck.engine.diff import DiffRequest
    from abicheck.report.names import select

    patterns = options.patterns(args)
    if args.compat and patterns:
        raise UsageError("--abi and --compat exclude each other")
    config, book = options.read_rules(args)
    wanted = patterns or (["compat"] if args.compat else [])
    request = DiffRequest(
        abis=select(wanted) if wanted else (),
        jobs=args.jobs,
        rulebook=book,
        config=config,
        only=tuple(args.rule),
    )
    with waiting("comparing headers"):
        report = _compared(args, request)
    output.deliver(
        args, lambda target: output.render_report(args, target, report, "diff", book.rules)
    )
    return options.exit_code(
        report.findings, args.fail_on or config.fail_on, complete=not report.not_checked
    )


def _compared(args: argparse.Namespace, request: DiffRequest) -> DiffReport:
    if args.merge is not None:
        from abicheck.engine.diff.merge import diff_merge

        return diff_merge(args.merge, tuple(args.words), request)
    from abicheck.engine.diff.sides import diff_sides, open_sides

    return diff_sides(open_sides(args.words, staged=args.staged), request)
