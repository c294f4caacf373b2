# SPDX-License-Identifier: GPL-2.0-or-later
"""This module builds the argument parser from the modules in ``commands``, one per command."""

from __future__ import annotations

import argparse
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from abicheck import __version__
from abicheck.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Protocol

    class Commands(Protocol):
        """What argparse's ``add_subparsers`` returns, as far as a command needs it."""

        def add_parser(self, name: str, **settings: str) -> Parser:
            """A parser for the arguments of one command, told ``help`` and ``description``."""


_EPILOG = "Exit codes: 0 clean, 1 findings, 2 could not run or check all, 3 a bug of ours."
_OPTIONS = ("-h", "--help", "--version")
"""What may stand in place of a command."""
_SEE = "; see 'abicheck --help'"


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors are UsageErrors, and whose help has colours if wanted."""

    def __init__(self, *, description: str, **settings: Any) -> None:
        settings.setdefault("formatter_class", _formatter())
        super().__init__(description=_filled(description), allow_abbrev=False, **settings)
        self._positionals.title = "arguments"

    def error(self, message: str) -> NoReturn:
        """Raises the message as a UsageError; the command's own help is a word away."""
        raise UsageError(f"{message}; see '{self.prog} --help'")


def _filled(text: str) -> str:
    """The text with its paragraphs as wide as the page; indented lines are examples and stay."""
    from shutil import get_terminal_size
    from textwrap import fill

    width = get_terminal_size().columns - 2
    blocks = text.strip("\n").split("\n\n")
    return "\n\n".join(block if block.startswith(" ") else fill(block, width) for block in blocks)


def _formatter() -> type[argparse.HelpFormatter]:
    """rich's formatter when help is about to be printed on a terminal."""
    from abicheck.cli.surroundings import coloured

    if {"-h", "--help"} & set(sys.argv) and coloured("auto"):
        from rich_argparse import RawDescriptionRichHelpFormatter

        return RawDescriptionRichHelpFormatter
    return argparse.RawDescriptionHelpFormatter


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The parsed arguments, with ``run``; only the command they name is imported.

    Raises UsageError, with the nearest name, for a command or an option that is unknown, and
    SystemExit once help or the version is printed.
    """
    known = _commands()
    first = arguments[0] if arguments else ""
    if first in known:
        return _parse_command(first, arguments[1:])
    if first.startswith("-") and first not in _OPTIONS:
        raise UsageError(f"unknown option '{first}'{suggestion(first, _OPTIONS) or _SEE}")
    if first and first not in _OPTIONS:
        raise UsageError(f"unknown command '{first}'{suggestion(first, known) or _SEE}")
    parser, commands = _parser()
    for name in () if first == "--version" else known:
        _module(name).register(commands)
    return parser.parse_args(arguments)


def _parse_command(name: str, arguments: Sequence[str]) -> argparse.Namespace:
    """The command's own arguments; names and options may stand in any order."""
    module = _module(name)
    _, commands = _parser()
    module.register(commands)
    parser: Parser = commands.choices[name]
    args, unknown = parser.parse_known_intermixed_args(arguments)
    if unknown:
        option = unknown[0].partition("=")[0]
        options = [text for action in parser._actions for text in action.option_strings]
        what = "option" if option.startswith("-") else "argument"
        raise UsageError(f"unknown {what} '{option}'{suggestion(option, options)}")
    args.run = module.run
    return args


def _parser() -> tuple[Parser, Any]:
    """The outermost parser and what commands are added to."""
    parser = Parser(
        prog="abicheck",
        description="Checks that Linux uapi headers keep their promise on every ABI.",
        epilog=_EPILOG,
    )
    parser.add_argument("--version", action="version", version=f"abicheck {__version__}")
    return parser, parser.add_subparsers(title="commands", metavar="COMMAND", required=True)


def _commands() -> tuple[str, ...]:
    """The commands there are: a module in ``commands`` is one."""
    folder = Path(__file__).parent / "commands"
    stems = (path.stem for path in folder.glob("[!_]*.py"))
    return tuple(sorted(stem.replace("_", "-") for stem in stems))


def _module(name: str) -> Any:
    return import_module(f"abicheck.cli.commands.{name.replace('-', '_')}")


def suggestion(word: str, known: Iterable[str]) -> str:
    """``; did you mean 'layout'?``, or an empty text where nothing is near."""
    from difflib import get_close_matches

    near = get_close_matches(word, list(known), n=1)
    return f"; did you mean '{near[0]}'?" if near else ""
