# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds what is said about two real merges, from a history of our own writing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from abicheck.engine.chronicle import chronicle
from abicheck.engine.collide import CollideRequest, collide
from abicheck.errors import InputError, UsageError
from abicheck.model import Severity
from abicheck.model.claims import CollisionKind
from tests.vcs.repos import commit, create, git

if TYPE_CHECKING:
    from pathlib import Path

    from abicheck.model.claims import CollideReport, Collision

_RELEASES = ("v5.15", "v5.18-rc2", "v5.18-rc5", "v5.18", "v5.19", "v6.0")


@pytest.fixture
def here(fixture_history: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The history of kvm_run.system_event as the current folder."""
    monkeypatch.chdir(fixture_history)
    return fixture_history


def _run(*sources: str, family: str = "kvm", **more: object) -> CollideReport:
    return collide(CollideRequest(sources=sources, families=(family,), **more))  # type: ignore[arg-type]


def _errors(report: CollideReport) -> list[Collision]:
    return [c for r in report.families for c in r.collisions if c.severity is Severity.ERROR]


def test_releases_only_add(here: Path) -> None:
    """No release of upstream collides with another, nor does a vendor's far block."""
    assert _errors(_run(*_RELEASES, "android13-5.15")) == []


def test_two_branches_took_the_same_capability(here: Path) -> None:
    """214 has a name in each branch; the next free number is free in all trees."""
    report = _run("kvm/next", "kvmarm/next", "v5.18-rc2", family="kvm.cap")
    (collision,) = _errors(report)
    assert (collision.kind, collision.number) == (CollisionKind.NUMBER, 214)
    assert collision.names == ("KVM_CAP_ARM_SYSTEM_SUSPEND", "KVM_CAP_VM_TSC_CONTROL")
    assert report.families[0].next_free == 215


def test_two_branches_took_the_same_event(here: Path) -> None:
    """4 means a crash of the guest in one branch and waking it up in the other."""
    (collision,) = _errors(_run("kvm/next", "kvmarm/next", family="kvm.system-event"))
    assert collision.number == 4
    assert collision.names == ("KVM_SYSTEM_EVENT_SEV_TERM", "KVM_SYSTEM_EVENT_WAKEUP")


def test_the_merge_and_mainline_disagree(here: Path) -> None:
    """What linux-next resolved one way, mainline resolved another."""
    found = _errors(_run("linux-next", "v6.0", family="kvm.system-event"))
    names = {c.names[0] for c in found if c.kind is CollisionKind.NAME}
    assert names == {
        "KVM_SYSTEM_EVENT_SEV_TERM",
        "KVM_SYSTEM_EVENT_WAKEUP",
        "KVM_SYSTEM_EVENT_SUSPEND",
    }


def test_a_reservation_of_mainline_is_fulfilled_and_violated(here: Path) -> None:
    """v5.18 keeps 214 by a comment: one branch fulfils it, the other violates it."""
    fulfilled = _run("v5.18", "kvm/next", family="kvm.cap").families[0].collisions
    assert [(c.kind.value, c.severity.value) for c in fulfilled] == [("fulfilled", "note")]
    (violated,) = _errors(_run("v5.18", "kvmarm/next", family="kvm.cap"))
    assert (violated.kind, violated.number) == (CollisionKind.RESERVATION, 214)
    assert (violated.keeper, violated.movers) == ("v5.18", ("kvmarm/next",))


def test_the_reserved_hole_is_not_offered(here: Path) -> None:
    """The number a comment keeps is not the next free one."""
    result = _run("v5.18", family="kvm.cap").families[0]
    assert result.next_free == 216
    assert ("KVM_CAP_VM_TSC_CONTROL", 214) in {
        (d.name, d.number) for s in result.sheets for d in s.definitions if d.reservation
    }


def test_who_was_first_is_told_with_commit_and_tag(here: Path) -> None:
    """Each claim names the commit that made it, and the first tag with it."""
    assert _errors(_run("mainline", "kvmarm/next", family="kvm.system-event")) == []
    found = _errors(_run("mainline", "kvm/next", family="kvm.system-event"))
    number = next(c for c in found if c.kind is CollisionKind.NUMBER)
    firsts = {claim.tree: claim.first for claim in number.claims}
    assert firsts["mainline"] is not None
    assert firsts["mainline"].tag == "v5.19"
    assert firsts["kvm/next"] is not None
    assert firsts["kvm/next"].tag is None
    assert (number.keeper, number.movers) == ("mainline", ("kvm/next",))


def test_numbers_get_their_names_between_two_releases(here: Path) -> None:
    """The chronicle tells what was added, fulfilled and when."""
    told = {(e.name, e.change): e for e in chronicle("v5.18..v6.0", ("kvm.cap",)).events}
    fulfilled = told["KVM_CAP_VM_TSC_CONTROL", "fulfilled"]
    assert fulfilled.number == 214
    added = told["KVM_CAP_S390_ZPCI_OP", "added"]
    assert added.first is not None
    assert added.first.tag == "v6.0"


def test_a_shallow_clone_says_that_it_does_not_know(here: Path, tmp_path: Path) -> None:
    """Without its history nobody was first, and the report says so."""
    import subprocess

    clone = tmp_path / "clone"
    url = f"file://{here}"
    subprocess.run(
        ["git", "clone", "-q", "--depth=1", "--no-single-branch", url, str(clone)], check=True
    )
    report = _run(f"{clone}:origin/kvm/next", f"{clone}:origin/kvmarm/next", family="kvm.cap")
    (collision,) = _errors(report)
    assert all(claim.first is None for claim in collision.claims)
    assert any("shallow" in note for note in report.notes)


@pytest.mark.parametrize(
    ("word", "error", "told"),
    [
        ("v9.9", InputError, "no such commit"),
        ("./nowhere", UsageError, "no such file"),
        ("/nowhere:v1", UsageError, "no such file"),
    ],
)
def test_what_is_not_there_is_told(
    here: Path, word: str, error: type[Exception], told: str
) -> None:
    """An unknown revision or path ends the run with one clear line."""
    with pytest.raises(error, match=told):
        _run(word)


def test_a_folder_outside_of_git_has_no_revisions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A revision asked for where there is no repository is told as that."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match="repository"):
        _run("v5.18")


def test_a_header_missing_in_one_tree_is_said(here: Path, tmp_path: Path) -> None:
    """A tree without the family's header is named, not skipped in silence."""
    folder = tmp_path / "include" / "uapi" / "linux"
    folder.mkdir(parents=True)
    (folder / "fuse.h").touch()
    (tmp_path / "Kbuild").touch()
    (result,) = _run("v5.18", str(tmp_path), family="kvm.cap").families
    assert [missing.tree for missing in result.missing] == [tmp_path.name]


def test_a_number_is_as_old_as_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name whose number a later line changed is told with that commit, not with its own."""
    kernel = create(tmp_path / "kernel")
    versions = {
        "v6.8": ["KVM_DEV_TYPE_A", "KVM_DEV_TYPE_B"],
        "v6.9": ["KVM_DEV_TYPE_A", "KVM_DEV_TYPE_B", "KVM_DEV_TYPE_C"],
        "v6.10": ["KVM_DEV_TYPE_A", "KVM_DEV_TYPE_NEW", "KVM_DEV_TYPE_B", "KVM_DEV_TYPE_C"],
    }
    for tag, names in versions.items():
        lines = "".join(f"\t{name},\n" for name in names)
        header = f"enum kvm_device_type {{\n{lines}}};\n".encode()
        commit(kernel, {b"include/uapi/linux/kvm.h": header, b"Kbuild": b""}, message=tag)
        git(kernel, "tag", tag)
    monkeypatch.chdir(kernel)
    report = _run("v6.8", "v6.10", family="kvm.dev-type", upstream=("v6.8",))
    (renumbered,) = [c for c in _errors(report) if c.kind is CollisionKind.NAME]
    since = {claim.tree: claim.first.tag for claim in renumbered.claims if claim.first}
    assert since == {"v6.8": "v6.8", "v6.10": "v6.10"}
