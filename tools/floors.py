# SPDX-License-Identifier: GPL-2.0-or-later
"""This module prints the oldest versions pyproject.toml accepts, as constraints for pip.

Usage: python -m tools.floors EXTRA... > constraints.txt
"""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path


def floors(extras: list[str]) -> list[str]:
    """``name==version`` for every requirement of the package and of some of its extras."""
    project = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = [*project["dependencies"]]
    for extra in extras:
        needed += project["optional-dependencies"][extra]
    return [re.sub(r">=([^,]+).*", r"==\1", requirement) for requirement in needed]


if __name__ == "__main__":
    print("\n".join(floors(sys.argv[1:])))
