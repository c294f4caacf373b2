# SPDX-License-Identifier: GPL-2.0-or-later
"""This module is ``abicheck doctor``: what abicheck runs on, and what is wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.cli import output

if TYPE_CHECKING:
    import argparse

    from abicheck.cli.parser import Commands

_DESCRIPTION = """\
Examines what abicheck runs on: libclang and where it was found, packages that clash, the
parser that takes its place, git, and the ABIs within reach. Says what to do about the rest.
The exit code is 2 where abicheck cannot work at all.
"""


def register(commands: Commands) -> None:
    """Adds the command to the parser."""
    parser = commands.add_parser(
        "doctor", help="what abicheck runs on, and what to mend", description=_DESCRIPTION
    )
    output.add_options(parser, ("text", "json"))


def run(args: argparse.Namespace) -> int:
    """0, or 2 where nothing can be parsed on this machine."""
    from abicheck import doctor
    from abicheck.cli.surroundings import width
    from abicheck.report import doctor as report

    checks = list(doctor.examine())

    def render(target: output.Target) -> str:
        if target.format == "json":
            return report.as_json(checks)
        return output.render_lines(report.findings(checks, width()), target, args.color)

    output.deliver(args, render)
    return 0 if report.works(checks) else 2
