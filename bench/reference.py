# SPDX-License-Identifier: GPL-2.0-or-later
"""This module is the least work there is: libclang parses headers, and nothing looks at them.

Usage: python -m bench.reference ARGUMENTS HEADER... , where ARGUMENTS is JSON: libclang's
arguments, one list for each time that every header is to be parsed.
"""

from __future__ import annotations

import json
import sys

from clang.cindex import Index, TranslationUnit

_COMMON = ("-x", "c", "-std=gnu11", "-nostdinc", "-w")


def main(arguments: list[list[str]], headers: list[str]) -> None:
    """Parses every header under every list of arguments."""
    index = Index.create()
    for given in arguments:
        for header in headers:
            index.parse(
                header,
                args=[*_COMMON, *given],
                options=TranslationUnit.PARSE_SKIP_FUNCTION_BODIES,
            )


if __name__ == "__main__":
    main(json.loads(sys.argv[1]), sys.argv[2:])
