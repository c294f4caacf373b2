# SPDX-License-Identifier: GPL-2.0-or-later
"""This module takes ``--format F[=FILE]`` apart and puts each report where it belongs."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from abicheck.cli.parser import suggestion
from abicheck.cli.surroundings import abandon_output, coloured
from abicheck.errors import InputError, UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from abicheck.model import Rule
    from abicheck.report.findings.words import Judged
    from abicheck.report.lines import Line


FORMATS = ("text", "terse", "json", "sarif", "github", "gitlab", "junit")
"""What findings are written in."""


class Target(Struct, frozen=True):
    """One report wanted: its format, and the file it goes to; None is standard output."""

    format: str
    file: Path | None


def add_options(parser: argparse.ArgumentParser, formats: Sequence[str]) -> None:
    """``--format``, ``--color`` and ``--debug``, the same for every command."""
    group = parser.add_argument_group("output")
    group.add_argument(
        "--format",
        dest="targets",
        action="append",
        default=[],
        metavar="FORMAT[=FILE]",
        type=_target(formats),
        help=f"{', '.join(formats)}; give it again for several reports (default: {formats[0]})",
    )
    group.add_argument(
        "--color",
        choices=("auto", "always", "never"),
        default="auto",
        help="colours; auto asks NO_COLOR, FORCE_COLOR and the terminal (default: auto)",
    )
    group.add_argument(
        "--debug", action="store_true", help="show where in abicheck an error of its own arose"
    )


def add_debug(parser: argparse.ArgumentParser) -> None:
    """``--debug``, which every command has."""
    parser.add_argument(
        "--debug", action="store_true", help="show where in abicheck an error of its own arose"
    )


def say(text: str) -> None:
    """Prints one line for people, where a command has no report."""
    from abicheck.report.harmless import harmless
    from abicheck.report.printable import printable

    _print(harmless("text", f"{printable(text)}\n"))


def remark(text: str) -> None:
    """Tells a person something that is no part of the report."""
    from abicheck.report.harmless import harmless
    from abicheck.report.printable import printable

    if sys.stderr is not None:
        print(harmless("text", f"abicheck: {printable(text)}"), file=sys.stderr)


def emit(data: bytes, shown: Callable[[bytes], str]) -> None:
    """Writes bytes as they are to standard output; a terminal gets them as ``shown``."""
    if sys.stdout is None or sys.stdout.isatty():
        _print(shown(data))
        return
    with _writing():
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()


def _target(formats: Sequence[str]) -> Callable[[str], Target]:
    def target(text: str) -> Target:
        name, equals, file = text.partition("=")
        if name not in formats:
            known = ", ".join(formats)
            near = suggestion(name, formats) or f"; there are {known}"
            raise UsageError(f"unknown format '{name}'{near}")
        if equals and not file:
            raise UsageError(f"--format {text} names no file")
        if file and not Path(file).parent.is_dir():  # told before the work is done
            raise InputError(f"cannot write {file}: No such file or directory")
        return Target(name, Path(file) if file else None)

    return target


def deliver(args: argparse.Namespace, render: Callable[[Target], str]) -> None:
    """Writes every report asked for: the files first, then what goes to standard output."""
    from abicheck.report.harmless import harmless

    targets = args.targets or [Target("text", None)]
    reports = [(target, harmless(target.format, render(target))) for target in targets]
    for target, report in sorted(reports, key=lambda pair: pair[0].file is None):
        if target.file is None:
            _print(report)
        else:
            _write(target.file, report)


def render_lines(lines: Iterable[Line], target: Target, color: str) -> str:
    """Lines as text: in colours only on standard output, and only where they are wanted."""
    if target.file is None and coloured(color):
        from abicheck.report import terminal

        return terminal.render(lines)
    from abicheck.report import text

    return text.render(lines)


def render_text(args: argparse.Namespace, target: Target, report: Any, kind: str) -> str:
    """A report as text: ``kind`` is the package below ``abicheck.report`` that words it."""
    from importlib import import_module

    from abicheck.cli import surroundings

    across = 80 if target.file else surroundings.width()
    words = import_module(f"abicheck.report.{kind}.text")
    return render_lines(words.lines(report, whole=args.all, width=across), target, args.color)


def render_report(
    args: argparse.Namespace, target: Target, report: Any, kind: str, rules: tuple[Rule, ...]
) -> str:
    """A report of findings in any of ``FORMATS``; ``kind`` is as for ``render_text``."""
    if target.format == "text":
        return render_text(args, target, report, kind)
    if target.format == "json":
        from importlib import import_module

        return str(import_module(f"abicheck.report.{kind}.json").render(report))
    return render_findings(target.format, report, rules)


def render_findings(name: str, report: Judged, rules: tuple[Rule, ...]) -> str:
    """A report's findings in a format that holds nothing else."""
    from importlib import import_module

    if name == "sarif":
        from abicheck.report.findings import sarif

        return sarif.render(report, rules)
    rendered: str = import_module(f"abicheck.report.findings.{name}").render(report)
    return rendered


def _print(report: str) -> None:
    if sys.stdout is None:
        raise InputError("standard output is closed")
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")
    with _writing():
        sys.stdout.write(report)
        sys.stdout.flush()


@contextmanager
def _writing() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        abandon_output()
        raise InputError(f"cannot write the report: {error.strerror}") from error


def _write(file: Path, report: str) -> None:
    try:
        file.write_text(report, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise InputError(f"cannot write {file}: {error.strerror}") from error
