# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds that upstream's own history collides with nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from abicheck.engine.collide import CollideRequest, collide
from abicheck.model import Severity
from abicheck.model.claims import CollisionKind

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from abicheck.model.claims import CollideReport

_VERSIONS = ("0.9.1", "0.13.0", "0.16.0", "0.17.0")


@pytest.fixture(scope="module")
def report(zig_tree: Callable[[str], Path], linux_tree: Path) -> CollideReport:
    """All families across 5.16, 6.1, 6.3, 6.19 and 7.2, none of them known to be upstream."""
    trees = [zig_tree(version) for version in _VERSIONS]
    sources = (str(trees[0]), str(linux_tree), *map(str, trees[1:]))
    return collide(CollideRequest(sources=sources, upstream=("*0.17.0*",)))


def test_five_releases_hold_no_collision(report: CollideReport) -> None:
    """From 5.16 to 7.2 everything is an addition or declared with its reason."""
    loud = [
        (c.family, c.message)
        for result in report.families
        for c in result.collisions
        if c.severity is not Severity.NOTE
    ]
    assert loud == []
    assert len(report.families) > 250


def test_known_changes_are_shown_as_such(report: CollideReport) -> None:
    """What upstream renumbered is a note that says why."""
    notes = [
        c
        for result in report.families
        for c in result.collisions
        if c.family == "virtio.trans-id" and c.kind is CollisionKind.NAME
    ]
    assert len(notes) == 7
    assert all("hexadecimal" in note.message for note in notes)


@pytest.mark.parametrize("version", _VERSIONS)
def test_every_duplicate_of_a_tree_is_declared(
    version: str, zig_tree: Callable[[str], Path]
) -> None:
    """No tree of upstream has two names for a number without a reason."""
    found = collide(CollideRequest(sources=(str(zig_tree(version)),)))
    errors = [
        c.message for r in found.families for c in r.collisions if c.severity is Severity.ERROR
    ]
    assert errors == []


_COUNTS = {
    "kvm.cap": (241, 246),
    "kvm.exit-reason": (42, 41),
    "kvm.system-event": (7, 7),
    "bpf.helper": (212, 211),
    "vfio.device-feature": (12, 11),
    "io_uring.opcode": (65, 64),
    "prctl.option": (77, 0x59616D61),
    "input.key": (637, 743),
    "v4l2.pixfmt": (279, 0xB5315258),
    "hwcap2.arm64": (64, 1 << 63),
    "nl80211.attr": (352, 345),
}


@pytest.mark.parametrize(("name", "expected"), _COUNTS.items(), ids=list(_COUNTS))
def test_families_are_counted_as_measured(
    name: str, expected: tuple[int, int], zig_tree: Callable[[str], Path]
) -> None:
    """Members and largest number of 6.19, as a compiler counted them."""
    (result,) = collide(
        CollideRequest(sources=(str(zig_tree("0.16.0")),), families=(name,))
    ).families
    members = {
        d.name: d.number
        for sheet in result.sheets
        for d in sheet.definitions
        if d.number is not None and not d.marker
    }
    assert (len(members), max(members.values())) == expected


def test_nothing_of_6_1_is_without_a_number(linux_tree: Path) -> None:
    """Every definition of a whole tree is evaluated."""
    report = collide(CollideRequest(sources=(str(linux_tree),)))
    left = [
        (claim.definition.name, claim.definition.problem)
        for result in report.families
        for claim in result.unevaluated
    ]
    assert left == []
