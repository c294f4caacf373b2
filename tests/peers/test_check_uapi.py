# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds the table of docs/check-uapi.md against what both tools say."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from abicheck.cli import main
from tests.peers.abidiff import TYPES
from tests.peers.pairs import HEADER, Pair, pairs

if TYPE_CHECKING:
    from tests.peers.abidiff import Peer

PAGE = Path(__file__).resolve().parents[2] / "docs/check-uapi.md"
PAIRS = pairs()
every_pair = pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.name)
_RULE = re.compile(r"`([a-z0-9-]+)` (error|warning|note)")


def _rows() -> dict[str, tuple[str, str]]:
    """The table's rows: a class of change, what the script says, what we say."""
    lines = PAGE.read_text(encoding="utf-8").partition("## What each says")[2].splitlines()
    cells = [line.strip("| ").split(" | ") for line in lines if line.startswith("|")]
    return {name.strip(): (theirs.strip(), ours.strip()) for name, theirs, ours in cells[2:]}


def _write(pair: Pair, folder: Path) -> tuple[Path, Path]:
    """Both versions as kernel trees."""
    for side, texts in (("old", pair.old), ("new", pair.new)):
        base = {"Kbuild": "", "include/uapi/linux/kept.h": "struct kept { int a; };\n"}
        for path, text in {**base, **texts}.items():
            file = folder / side / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
    return folder / "old", folder / "new"


def test_the_table_has_every_class() -> None:
    """A row for each pair, and a pair for each row, in the same order."""
    assert list(_rows()) == [pair.name for pair in PAIRS]


@every_pair
def test_what_abicheck_says(pair: Pair, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The rules in our column find something, with that severity, and others only notes."""
    old, new = _write(pair, tmp_path)
    main(["diff", str(old), str(new), "--format", "json", "-j", "1"])
    found = {
        (change["rule"], change["severity"])
        for change in json.loads(capsys.readouterr().out)["changes"]
    }
    said = _rows()[pair.name][1]
    expected = {match.groups() for match in _RULE.finditer(said)}
    assert expected <= found
    assert {severity for _, severity in found - expected} <= {"note"}
    assert bool(expected) == (said != "compatible")


@pytest.mark.parametrize("pair", [p for p in PAIRS if not p.elsewhere], ids=lambda p: p.name)
def test_what_the_script_says(pair: Pair, tmp_path: Path, peer: Peer) -> None:
    """abidiff reports what the script's column says it reports, and is silent elsewhere."""
    old, new = (folder / "include/uapi" for folder in _write(pair, tmp_path))
    for folder in (old, new):
        (folder / "linux/types.h").write_text(TYPES, encoding="utf-8")
    report = peer.reports(old, new, HEADER.removeprefix("include/uapi/"))
    silent = not report or (pair.suppressed and not peer.knows_pads)
    said = _rows()[pair.name][0]
    assert re.split(r"\W", said)[0] == ("silent" if silent else "reports")
