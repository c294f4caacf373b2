# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds what is said about copies: a late one is no wrong one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from abicheck.checks.review.facts import StepFacts
from abicheck.engine.rules import Judge
from abicheck.model import Severity
from abicheck.review.copies import original, places
from abicheck.rulebook import read_rules
from abicheck.vcs.directory import DirectoryTree
from tests.review_docs.steps import step

if TYPE_CHECKING:
    from collections.abc import Mapping

HEADER, COPY = "include/uapi/linux/x.h", "tools/include/uapi/linux/x.h"
EMPTY = DirectoryTree(Path(__file__).parent, "a tree without headers")
MIRRORS = ("tools", "tools/perf/trace/beauty")

OLD = "#define X_A 1\nstruct s { __u32 a; };\n"
NEW = "#define X_A 1\n#define X_B 2\nstruct s { __u32 a; __u32 b; };\n"


def _said(
    old: Mapping[str, str | None],
    new: Mapping[str, str | None],
    copies: tuple[str, ...] = (),
) -> list[tuple[Severity, str]]:
    facts = StepFacts(step=step(EMPTY, old, new), copies=copies)
    judge = Judge([read_rules().get("header-copy-drift")])
    return [(item.severity, item.message) for item in judge.step(facts)]


def test_places_and_originals_are_each_other_s() -> None:
    """The header of a copy in a mirror or a folder is the one whose copies lie there."""
    for header in (HEADER, "arch/x86/include/uapi/asm/kvm.h"):
        found = places(header, MIRRORS, ("linux-headers",))
        exact = [place for place in found if not place.endswith("linux-headers/asm/kvm.h")]
        assert len(exact) > len(MIRRORS)
        for place in exact:
            assert original(place, MIRRORS, ("linux-headers",)) == header
    for path in (HEADER, "tools/lib/bpf/bpf.h", "linux-headers/linux/x.h"):
        assert original(path, MIRRORS, ()) is None


def test_folders_hold_headers_as_programs_include_them() -> None:
    """QEMU's and Android's way of keeping an architecture's headers are both known."""
    found = places("arch/x86/include/uapi/asm/kvm.h", (), ("linux-headers",))
    assert "linux-headers/asm-x86/kvm.h" in found
    assert places(HEADER, (), ("linux-headers",)) == ("linux-headers/linux/x.h",)


@pytest.mark.parametrize("copy", [NEW, NEW.replace("a; __u32", "a; \n/* x */ u32"), NEW + OLD])
def test_a_copy_that_has_the_change_is_silent(copy: str) -> None:
    """A copy that comes along, or was ahead, is no finding."""
    assert _said({HEADER: OLD, COPY: OLD}, {HEADER: NEW, COPY: copy}) == []
    assert _said({HEADER: OLD, COPY: copy}, {HEADER: NEW}) == []


def test_copies_that_stay_behind_are_one_note() -> None:
    """All copies that a step leaves behind are said in one note."""
    second = {"include/uapi/linux/y.h": OLD, "tools/include/uapi/linux/y.h": OLD}
    new = {HEADER: NEW, "include/uapi/linux/y.h": NEW}
    ((severity, message),) = _said({HEADER: OLD, COPY: OLD, **second}, new)
    assert severity is Severity.NOTE
    assert message.endswith(f"{COPY} and 1 more")


@pytest.mark.parametrize(
    ("copy", "message"),
    [
        ("#define X_B 3\n", "X_B is 3 in the copy, and 2 in its header"),
        ("#define X_B (1 << 1)\n", ""),
        ("#define X_C 2\n", ""),
        ("#define X_B_C 2\n#define X_B 1\n", "X_B is 1 in the copy, and 2 in its header"),
        ("struct s { __u64 a; };\n", "struct s is otherwise in the copy: a is shown as __u64"),
        (
            "struct s { __u32 b; __u32 a; };\n",
            "struct s is otherwise in the copy: a is shown after",
        ),
        ("struct s { __u32 c; };\n", "struct s is otherwise in the copy: c is shown, and there is"),
    ],
)
def test_a_copy_that_contradicts_is_a_warning(copy: str, message: str) -> None:
    """What a copy says otherwise than its header does or did is told with both sides."""
    loud = [
        text for level, text in _said({HEADER: OLD, COPY: copy}, {HEADER: NEW}) if level != "note"
    ]
    assert (loud[0] if loud else "").startswith(message)
    assert bool(loud) == bool(message)


@pytest.mark.parametrize(
    ("copy", "told"),
    [
        ("struct s { __u32 a; };\n", "it lacks X_B and has an older struct s"),
        ("#define X_B 2\n", "it lacks struct s"),
        (f"{OLD}#define X_B 2\n", "it has an older struct s"),
    ],
)
def test_what_a_copy_lacks_and_what_it_has_as_it_was(copy: str, told: str) -> None:
    """A name that the copy has in an older form is not said to be lacking."""
    facts = StepFacts(step=step(EMPTY, {HEADER: OLD, COPY: copy}, {HEADER: NEW}))
    (found,) = Judge([read_rules().get("header-copy-drift")]).step(facts)
    assert found.consequence == told


def test_an_older_value_is_late_and_not_wrong() -> None:
    """A copy with the value that the header had is behind, nothing more."""
    old, new = "#define X_A 1\n", "#define X_A 2\n"
    assert [level for level, _ in _said({HEADER: old, COPY: old}, {HEADER: new})] == ["note"]


def test_a_name_that_counts_others_may_count_fewer() -> None:
    """An older copy's last number is smaller than the header's ever was in the step."""
    old = {HEADER: "#define X_MAX 4\n", COPY: "#define X_MAX 2\n"}
    assert [level for level, _ in _said(old, {HEADER: "#define X_MAX 5\n"})] == ["note"]


def test_a_number_that_a_copy_gave_away_is_a_warning() -> None:
    """A number that the header gives out and a copy has for another name is told."""
    old = {HEADER: "#define VFIO_TYPE_A 1\n", COPY: "#define VFIO_TYPE_KVM 11\n"}
    ((level, message),) = _said(old, {HEADER: "#define VFIO_TYPE_A 1\n#define VFIO_TYPE_B 11\n"})
    assert (level, message) == (
        "warning",
        "VFIO_TYPE_KVM is 11 in the copy, which is now VFIO_TYPE_B",
    )


def test_numbers_of_one_family_have_names_of_several_kinds() -> None:
    """Type 11 of the s390 series is any IOMMU's; a name of another family may have the number."""
    header, copy = "include/uapi/linux/vfio.h", "tools/include/uapi/linux/vfio.h"
    old, new = "#define VFIO_NOIOMMU_IOMMU 8\n", "#define VFIO_CDX_IOMMU 11\n"
    for name, told in (("VFIO_KVM_IOMMU", True), ("VFIO_IRQ_SET_ACTION_X", False)):
        theirs = {header: old, copy: f"{old}#define {name} 11\n"}
        said = [text for _, text in _said(theirs, {header: old + new}) if "is 11" in text]
        assert said == ([f"{name} is 11 in the copy, which is now VFIO_CDX_IOMMU"] if told else [])


def test_a_foreign_copy_is_where_the_configuration_says() -> None:
    """A folder that the configuration names is looked at like a mirror."""
    old = {HEADER: OLD, "linux-headers/linux/x.h": "#define X_B 3\n"}
    assert _said(old, {HEADER: NEW}) == []
    assert [level for level, _ in _said(old, {HEADER: NEW}, ("linux-headers",))] == ["warning"]
