# SPDX-License-Identifier: GPL-2.0-or-later
"""The command line: arguments in, exit code out; the only place that touches the terminal.

Exit codes: 0 clean, 1 findings, 2 could not run or could not check everything, 3 a bug of ours,
130 interrupted, 141 the reader of the output went away.
"""

from __future__ import annotations

import gc
import sys
from typing import TYPE_CHECKING

from abicheck.cli.parser import parse
from abicheck.errors import AbicheckError

if TYPE_CHECKING:
    from collections.abc import Sequence


_NEW_OBJECTS = 200_000
"""What modules and trees of headers are made of stays: Python's own 700 would have it searched for
garbage again and again, a fifth of the time of a short command."""


def main(argv: Sequence[str] | None = None) -> int:
    """The exit code of running ``abicheck`` with those arguments (the process's, by default)."""
    gc.set_threshold(_NEW_OBJECTS)
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        return _run(arguments)
    except AbicheckError as error:
        return _fail(2, "error", str(error))
    except BrokenPipeError:
        from abicheck.cli.surroundings import abandon_output

        abandon_output()
        return 141  # as a shell reports SIGPIPE
    except KeyboardInterrupt:
        return _fail(130, "interrupted", "")
    except Exception as error:  # CI would read the interpreter's own 1 as "findings"
        return _bug(error, debug="--debug" in arguments)


def _run(arguments: list[str]) -> int:
    try:
        args = parse(arguments)
        code: int = args.run(args)
    except SystemExit as ending:  # argparse, once it has printed --help or --version
        code = ending.code if isinstance(ending.code, int) else 0
    if sys.stdout is not None:
        sys.stdout.flush()
    gc.freeze()  # the interpreter would search all of it for garbage before it ends
    return code


def _fail(code: int, what: str, message: str) -> int:
    from abicheck.report.harmless import harmless
    from abicheck.report.printable import printable

    text = f"abicheck: {what}: {message}" if message else f"abicheck: {what}"
    _tell(harmless("text", printable(" ".join(text.split()))))
    return code


def _bug(error: Exception, *, debug: bool) -> int:
    if debug:
        import traceback

        traceback.print_exception(error)
    lines = str(error).strip().splitlines()  # of a child's traceback, the last one tells
    what = f"{type(error).__name__}: {lines[-1]}" if lines else type(error).__name__
    hint = "" if debug else "; run again with --debug and report what it prints"
    return _fail(3, "this is a bug in abicheck", f"{what}{hint}")


def _tell(line: str) -> None:
    if sys.stderr is not None:
        print(line, file=sys.stderr)
