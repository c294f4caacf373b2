# SPDX-License-Identifier: GPL-2.0-or-later
"""This module frames results as a SARIF 2.1.0 log, the same for every command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence

    from abicheck.report.json import Object

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)


def log(rules: Sequence[Object], results: Sequence[Object], **more: object) -> str:
    """A log of one run; ``more`` are further properties of the run."""
    import json

    driver = {"name": "abicheck", "version": __version__, "rules": list(rules)}
    run: Object = {
        "tool": {"driver": driver},
        "results": list(results),
        "columnKind": "utf16CodeUnits",
        **more,
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def artifact(path: str) -> Object:
    """A file of the tree, by its path below the tree's root."""
    from urllib.parse import quote

    return {"uri": quote(path, errors="surrogateescape")}


def physical(path: str, region: Object) -> Object:
    """A place in a file of the tree."""
    return {"artifactLocation": artifact(path), "region": region}
