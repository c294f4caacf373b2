# SPDX-License-Identifier: GPL-2.0-or-later
"""This module writes the stubs of a new rule: ``make rule NAME=group/rule-name``."""

from __future__ import annotations

import re
import sys
from pathlib import Path

RULES = Path(__file__).resolve().parent.parent / "rules"
_NAME = re.compile(r"([a-z]+)/([a-z0-9]+(?:-[a-z0-9]+)*)")

_FILE = """\
# SPDX-License-Identifier: GPL-2.0-or-later
name = "{name}"
catalogue = ""
summary = "One sentence: what is wrong, and where."
severity = "warning"
breaks = "hygiene"
since = "0.1"
scope = "record"
check = "module.function"
message = "what was found, with {{member}} filled in"
help = "What to write instead."
references = ["where the rule comes from"]
"""

_PAGE = """\
# {name}

## What it finds

## Why it matters

## Examples

```c
struct bad {{
	__u32 member;	// expect: {name}
}};
```

```c
struct good {{
	__u32 member;
}};
```

## When to allow it

## References
"""


def main(arguments: list[str]) -> int:
    """0 once both files are written; 2 for a name that is none, or that is taken."""
    match = _NAME.fullmatch(arguments[0]) if len(arguments) == 1 else None
    if match is None:
        print("usage: make rule NAME=group/rule-name", file=sys.stderr)
        return 2
    group, name = match.groups()
    folder = RULES / group / name
    if folder.exists() or any(RULES.glob(f"*/{name}")):
        print(f"there is a rule '{name}' already", file=sys.stderr)
        return 2
    folder.mkdir(parents=True)
    (folder / "rule.toml").write_text(_FILE.format(name=name), encoding="utf-8")
    (folder / "README.md").write_text(_PAGE.format(name=name), encoding="utf-8")
    print(f"fill in {folder.relative_to(RULES.parent)}/rule.toml and README.md, then: make test")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
