# SPDX-License-Identifier: GPL-2.0-or-later
"""This module is ``abicheck layout``: records under every ABI, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.cli import options, output
from abicheck.errors import UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from abicheck.cli.parser import Commands
    from abicheck.model import LayoutReport
    from abicheck.report.lines import Line
    from abicheck.report.views import View

_FORMATS = ("text", "json", "asserts", "build-bug-on")
_DESCRIPTION = """\
Shows where every member of a record lies under every Linux ABI, with holes and padding.
ABIs that agree are shown as one; lines in which others differ are marked with '!'.

  abicheck layout kvm_run include/uapi/linux/kvm.h
  abicheck layout kvm_run.system_event --rev v6.1 --compat
  abicheck layout 'kvm_sev_*' /usr/include/linux/kvm.h --abi x86_64,i386
  abicheck layout epoll_event --against v5.10
"""


def register(commands: Commands) -> None:
    """Adds the command to the parser."""
    parser = commands.add_parser(
        "layout",
        help="where the members of a record lie, on every ABI",
        usage="%(prog)s NAME... [PATH...] [options]",
        description=_DESCRIPTION,
    )
    parser.add_argument(
        "words",
        nargs="+",
        metavar="NAME|PATH",
        help="records: a tag, a glob, a dotted path to a member that is a record. Headers and "
        "trees: whatever has a '/', ends in '.h' or exists (default: the tree around here)",
    )
    _add_sources(parser)
    _add_abis(parser)
    parser.add_argument(
        "--why", action="store_true", help="say at each member what put it where it is"
    )
    parser.add_argument(
        "--boundary",
        action="append",
        type=_boundary,
        metavar="BYTES",
        help="whether an object can straddle a boundary every so many bytes (default: 64, 4096)",
    )
    output.add_options(parser, _FORMATS)


def _add_sources(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("source")
    which = group.add_mutually_exclusive_group()
    which.add_argument("--rev", metavar="REV", help="read a git revision, not the work tree")
    which.add_argument("--staged", action="store_true", help="read what is staged for commit")
    group.add_argument(
        "--against", metavar="REV", help="show a revision's layout beside it, as old"
    )
    group.add_argument(
        "--frontend",
        choices=("auto", "libclang", "pycparser", "both"),
        default="auto",
        help="what parses; both compares the two (default: auto, libclang where it loads)",
    )
    options.add_jobs(group)


def _add_abis(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("ABIs")
    options.add_abis(group)
    group.add_argument(
        "--compat",
        action="store_true",
        help="only what a 64-bit kernel and the 32-bit programs it runs see differently",
    )


def _boundary(text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0
    if number < 1 or number & (number - 1):
        raise UsageError(f"--boundary takes a power of two, not '{text}'")
    return number


def is_path(word: str) -> bool:
    """The word names a header or a tree rather than a record."""
    from pathlib import Path

    if not word:
        return False
    return "/" in word or word.endswith(".h") or word in (".", "..") or Path(word).exists()


def run(args: argparse.Namespace) -> int:
    """0, or 2 where something could not be checked; the reports are written before."""
    from abicheck.cli.progress import waiting
    from abicheck.engine import layouts
    from abicheck.report.names import select

    patterns = options.patterns(args)
    paths = tuple(word for word in args.words if is_path(word))
    names = tuple(word for word in args.words if not is_path(word))
    request = layouts.LayoutRequest(
        names=names or ("*",),
        paths=paths,
        rev=args.rev,
        staged=args.staged,
        abis=select(patterns or ["compat" if args.compat else "all"]),
        frontend=args.frontend,
        jobs=args.jobs,
    )
    if args.against is None:
        with waiting("reading headers"):
            report = layouts.layout(request, _get_ready)
        output.deliver(args, lambda target: _one(args, target, report))
        return _verdict(report)
    with waiting("reading headers"):
        current, baseline = layouts.layout_against(request, args.against)
    output.deliver(args, lambda target: _two(args, target, baseline, current))
    return max(_verdict(baseline), _verdict(current))


def _get_ready() -> None:
    """Loads what most reports are written with, while other processes parse."""
    from abicheck.report import sheet, views  # noqa: F401


def _one(args: argparse.Namespace, target: output.Target, report: LayoutReport) -> str:
    match target.format:
        case "json":
            from abicheck.report import json

            return json.layouts(report)
        case "asserts":
            from abicheck.report import asserts

            return asserts.static_asserts(report)
        case "build-bug-on":
            from abicheck.report import asserts

            return asserts.build_bugs(report)
        case _:
            from abicheck.report import views

            shown = views.compat(report) if args.compat else views.across(report)
            return output.render_lines(_lines(args, target, shown, report), target, args.color)


def _two(
    args: argparse.Namespace, target: output.Target, baseline: LayoutReport, current: LayoutReport
) -> str:
    match target.format:
        case "json":
            from abicheck.report import json

            return json.comparison(baseline, current)
        case "text":
            from abicheck.report import views

            shown = views.against(baseline, current)
            return output.render_lines(
                _lines(args, target, shown, baseline, current), target, args.color
            )
        case name:
            raise UsageError(f"--format {name} shows one state; it does not go with --against")


def _lines(
    args: argparse.Namespace, target: output.Target, views: Iterator[View], *reports: LayoutReport
) -> Iterator[Line]:
    from abicheck.cli.surroundings import width
    from abicheck.report.sheet import Settings, page

    settings = Settings(
        width=80 if target.file else width(),
        explain=args.why,
        boundaries=tuple(args.boundary or (64, 4096)),
    )
    return page(views, reports, settings)


def _verdict(report: LayoutReport) -> int:
    """2 where anything was not checked: silence must not pass for a clean bill."""
    failed = report.not_checked or any(record.not_checked for record in report.records)
    return 2 if failed else 0
