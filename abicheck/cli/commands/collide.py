# SPDX-License-Identifier: GPL-2.0-or-later
"""This module is ``abicheck collide``: number families across branches."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from abicheck.cli import output
from abicheck.errors import UsageError

if TYPE_CHECKING:
    import argparse

    from abicheck.cli.parser import Commands
    from abicheck.model.claims import CollideReport

_FORMATS = ("text", "json", "markdown", "sarif")
_DESCRIPTION = """\
Compares the numbers that many trees claim: one number with two names, one name with two
numbers, numbers taken from a reservation, flags and ranges that overlap.

  abicheck collide mainline kvm/next kvmarm/next
  abicheck collide v6.1 ../android:android14-6.1 /usr/include --family kvm.cap
  abicheck collide mainline kvm/next --family kvm.cap --next
"""


def register(commands: Commands) -> None:
    """Adds the command to the parser."""
    parser = commands.add_parser(
        "collide",
        help="numbers that two branches gave to different names",
        description=_DESCRIPTION,
    )
    parser.add_argument(
        "trees",
        nargs="*",
        metavar="TREE",
        help="a revision, PATH:REV of another repository, a kernel tree, an export, a header, a "
        "patch or mailbox (applied to the first upstream tree)",
    )
    _add_modes(parser)
    _add_trees(parser)
    output.add_options(parser, _FORMATS)


def _add_modes(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("numbers")
    group.add_argument(
        "--family",
        action="append",
        default=[],
        metavar="FAMILY",
        help="only this family, or all below it (kvm); may be repeated (default: all)",
    )
    mode = group.add_mutually_exclusive_group()
    mode.add_argument(
        "--next",
        action="store_true",
        help="what a new series may take, and what each tree has promised already",
    )
    mode.add_argument(
        "--history", metavar="OLD..NEW", help="when numbers got their names between two revisions"
    )
    mode.add_argument(
        "--discover", action="store_true", help="propose families for headers that have none"
    )
    group.add_argument("--all", action="store_true", help="show every number and every note")
    group.add_argument(
        "--families",
        action="append",
        default=[],
        metavar="FOLDER",
        help="a further folder with family files",
    )
    group.add_argument(
        "--fail-on",
        choices=("error", "warning", "note", "never"),
        default="error",
        help="the severity that makes the exit code 1 (default: error)",
    )


def _add_trees(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("who has to move")
    group.add_argument(
        "--upstream",
        action="append",
        default=[],
        metavar="TREE",
        help="the trees that hand out the numbers (default: those named like mainline or a "
        "release, else the first)",
    )
    group.add_argument(
        "--downstream",
        action="append",
        default=[],
        metavar="TREE",
        help="trees that must stay out of upstream's range (default: named like a vendor's)",
    )
    group.add_argument(
        "--no-first", action="store_true", help="do not ask git which commit was first"
    )


def run(args: argparse.Namespace) -> int:
    """0; 1 where collisions are as severe as ``--fail-on``; 2 where a header was not read."""
    if args.history is not None:
        return _history(args)
    if not args.trees:
        raise UsageError("nothing to compare: name trees, such as mainline kvm/next")
    if args.discover:
        return _discover(args)
    from abicheck.engine.collide import CollideRequest, collide

    report = collide(
        CollideRequest(
            sources=tuple(args.trees),
            families=tuple(args.family),
            folders=tuple(Path(folder) for folder in args.families),
            upstream=tuple(args.upstream),
            downstream=tuple(args.downstream),
            history=not args.no_first,
        )
    )
    output.deliver(args, lambda target: _render(args, target, report))
    return int(_fails(args.fail_on, report)) if report.complete else 2


def _history(args: argparse.Namespace) -> int:
    from abicheck.engine.chronicle import chronicle

    if args.trees:
        raise UsageError("--history names its revisions itself")
    told = chronicle(args.history, args.family)

    def render(target: output.Target) -> str:
        if target.format == "json":
            from abicheck.report.collide import json

            return json.chronicle(told)
        _text_only(target, "--history")
        from abicheck.report.collide import numbers

        return output.render_lines(numbers.events(told), target, args.color)

    output.deliver(args, render)
    return 0


def _discover(args: argparse.Namespace) -> int:
    from abicheck.engine.proposals import proposals
    from abicheck.families.discover import as_toml

    found = proposals(args.trees)

    def render(target: output.Target) -> str:
        _text_only(target, "--discover")
        return "\n".join(as_toml(proposal) for proposal in found)

    output.deliver(args, render)
    return 0


def _text_only(target: output.Target, option: str) -> None:
    if target.format != "text":
        raise UsageError(f"--format {target.format} does not go with {option}")


def _fails(level: str, report: CollideReport) -> bool:
    ranks = {"never": 0, "error": 1, "warning": 2, "note": 3}
    return any(
        ranks[collision.severity] <= ranks[level]
        for result in report.families
        for collision in result.collisions
    )


def _render(args: argparse.Namespace, target: output.Target, report: CollideReport) -> str:
    match target.format:
        case "json":
            from abicheck.report.collide import json

            return json.collisions(report, whole=args.all)
        case "markdown":
            from abicheck.report.collide import markdown

            if args.next:
                return markdown.allocation(report, whole=args.all)
            return markdown.collisions(report, whole=args.all)
        case "sarif":
            from abicheck.report.collide import sarif

            return sarif.collisions(report)
        case _:
            from abicheck.cli.surroundings import width
            from abicheck.report.collide import allocation, text

            if args.next:
                told = allocation.allocation(report, whole=args.all)
                return output.render_lines(told, target, args.color)
            lines = text.lines(report, whole=args.all, width=width())
            return output.render_lines(lines, target, args.color)
