# SPDX-License-Identifier: GPL-2.0-or-later
"""This module is ``abicheck abis``: what is known of every Linux ABI."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.cli import output

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from abicheck.cli.parser import Commands
    from abicheck.model import Abi
    from abicheck.report.lines import Line

_DESCRIPTION = """\
Lists the Linux ABIs with the facts that decide layouts, or tells all about some of them.

  abicheck abis
  abicheck abis i386 m68k
  abicheck abis 'mips*' --format json
"""


def register(commands: Commands) -> None:
    """Adds the command to the parser."""
    parser = commands.add_parser(
        "abis", help="the Linux ABIs and what is special about each", description=_DESCRIPTION
    )
    parser.add_argument(
        "names", nargs="*", metavar="ABI", help="names, globs, architectures, lp64, ilp32, compat"
    )
    output.add_options(parser, ("text", "json"))


def run(args: argparse.Namespace) -> int:
    """0; an ABI that does not exist is a UsageError."""
    from abicheck.abis import get
    from abicheck.report import abis as report
    from abicheck.report.names import select

    chosen = [get(name) for name in select(args.names or ["all"])]

    def render(target: output.Target) -> str:
        if target.format == "json":
            return report.as_json(chosen)
        lines = _in_full(chosen) if args.names else report.table(chosen)
        return output.render_lines(lines, target, args.color)

    output.deliver(args, render)
    return 0


def _in_full(chosen: list[Abi]) -> Iterator[Line]:
    from abicheck.cli.surroundings import width
    from abicheck.report.abis import one
    from abicheck.report.lines import BLANK

    for index, abi in enumerate(chosen):
        if index:
            yield BLANK
        yield from one(abi, width())
