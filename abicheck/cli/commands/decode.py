# SPDX-License-Identifier: GPL-2.0-or-later
"""This module is ``abicheck decode``: ioctl numbers to names, and names to numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.cli import output

if TYPE_CHECKING:
    import argparse

    from abicheck.cli.parser import Commands

_FORMATS = ("text", "json")
_DESCRIPTION = """\
Tells which commands an ioctl number can mean, with payload and size, or which number a command
has on every ABI: it differs where the payload does, and by the architecture's encoding.

  abicheck decode 0xc018aec0 include/uapi/linux/kvm.h
  abicheck decode KVM_GET_MSRS --abi x86_64,i386,powerpc64
"""


def register(commands: Commands) -> None:
    """Adds the command to the parser."""
    parser = commands.add_parser(
        "decode", help="what an ioctl number means, on every ABI", description=_DESCRIPTION
    )
    parser.add_argument("word", metavar="NUMBER|NAME", help="such as 0xc018aec0 or KVM_RUN")
    parser.add_argument(
        "path", nargs="?", default=".", metavar="PATH", help="a tree or a header (default: here)"
    )
    parser.add_argument("--rev", metavar="REV", help="read a git revision, not the work tree")
    parser.add_argument(
        "--abi",
        action="append",
        default=[],
        metavar="ABI[,ABI...]",
        help="only these, as in 'abicheck layout'",
    )
    parser.add_argument(
        "--all",
        action="store_true",
        help="also commands of the same type and nr with another direction or size",
    )
    output.add_options(parser, _FORMATS)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """0, or 1 for a number that no command has."""
    from abicheck.engine.decode import DecodeRequest, decode
    from abicheck.report.collide import ioctl
    from abicheck.report.names import select

    patterns = [part for given in args.abi for part in given.split(",") if part]
    request = DecodeRequest(
        word=args.word,
        path=args.path,
        rev=args.rev,
        abis=select(patterns) if patterns else (),
        whole=args.all,
    )
    decoded = decode(request)

    def render(target: output.Target) -> str:
        if target.format == "json":
            return ioctl.as_json(decoded)
        return output.render_lines(ioctl.lines(decoded), target, args.color)

    output.deliver(args, render)
    return int(not decoded.commands)
