# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds that one insertion into an enum is told once."""

from __future__ import annotations

from tests.families.sheets import clashes, told


def _enum(names: list[str]) -> str:
    return "enum cap {\n" + "".join(f"\tCAP_{name},\n" for name in names) + "};\n"


UPSTREAM = [f"H{n}" for n in range(30)]


def test_a_backport_without_what_stands_between_is_told_once() -> None:
    """All helpers after the gap have other numbers; the first of them is the root."""
    backport = [name for name in UPSTREAM if name not in ("H10", "H11")]
    (only,) = clashes({"up": _enum(UPSTREAM), "backport": _enum(backport)}, upstream=("up",))
    assert told(only) == ("name", "error", 12, ("CAP_H12",))
    assert "18 enumerators numbered by position are -2" in only.reason
    moved = {name for each in only.follows for name in each.names}
    assert {f"CAP_H{n}" for n in range(13, 30)} <= moved


def test_the_number_an_insertion_takes_is_told_too() -> None:
    """A vendor's enumerator in the middle takes upstream's number, and moves the rest."""
    vendor = [*UPSTREAM[:10], "VENDOR", *UPSTREAM[10:]]
    found = clashes({"up": _enum(UPSTREAM), "vendor": _enum(vendor)}, upstream=("up",))
    assert [told(c)[:3] for c in found] == [("number", "error", 10), ("name", "error", 10)]


def test_explicit_numbers_are_told_one_by_one() -> None:
    """Only positions move together: what is written down is each its own mistake."""
    one = "".join(f"#define CAP_{n} {n}\n" for n in range(6))
    other = "".join(f"#define CAP_{n} {n + 100}\n" for n in range(6))
    assert len(clashes({"a": one, "b": other})) == 6


def test_additions_at_the_end_shift_nothing() -> None:
    """An enum that grows at its end is silent."""
    assert clashes({"old": _enum(UPSTREAM[:20]), "new": _enum(UPSTREAM)}) == ()
