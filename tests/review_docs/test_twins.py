# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds twins to what 32-bit programs have."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abicheck import abis
from abicheck.checks.review.facts import StepFacts
from abicheck.engine.rules import Judge
from abicheck.errors import InputError
from abicheck.export.exports import open_exports
from abicheck.model import RecordLayout, Severity
from abicheck.review.headers import ShownHeader
from abicheck.review.homes import Homes
from abicheck.review.mirrors import Mirrors, difference, pairs
from abicheck.review.twins import asserted, definitions, twins
from abicheck.rulebook import read_rules
from abicheck.vcs.directory import DirectoryTree
from tests.review_docs.steps import step

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abicheck.model import Abi, Finding
    from abicheck.parse.unit import World

HERE = DirectoryTree(Path(__file__).parent, "a tree without headers")
_TYPES = {
    "__u8 {}": "__u8 {}",
    "__u16 {}[3]": "__u16 {}[3]",
    "__u32 {}": "u32 {}",
    "__u64 {}": "compat_u64 {}",
    "__s64 {}[2]": "compat_s64 {}[2]",
    "long {}": "compat_long_t {}",
    "unsigned long {}[2]": "compat_ulong_t {}[2]",
    "void *{}": "compat_uptr_t {}",
    "struct {{ __u32 a; __u64 b; }} {}": "struct {{ u32 a; compat_u64 b; }} {}",
    "union {{ __u8 c; void *d; }} {}": "union {{ __u8 c; compat_uptr_t d; }} {}",
}
_MEMBERS = st.lists(st.sampled_from(sorted(_TYPES)), min_size=1, max_size=6)


@cache
def _world(name: str) -> World:
    world = open_exports(HERE).world(abis.get(name))
    assert world is not None
    return world


def _layout(abi: str, text: str, key: str = "struct s") -> RecordLayout:
    found = Mirrors(HERE).laid_out(_world(abi), ShownHeader("a.c", text.encode()), key)
    assert isinstance(found, RecordLayout), found
    return found


def _struct(members: list[str]) -> str:
    body = "".join(f"\t{member.format(f'm{n}')};\n" for n, member in enumerate(members))
    return f"struct s {{\n{body}}};\n"


@pytest.mark.parametrize(
    ("abi", "size"), [("x86_64", 6), ("s390x", 6), ("arm64", 8), ("riscv64", 12), ("ppc64le", 12)]
)
def test_short_types_are_those_of_the_architecture(abi: str, size: int) -> None:
    """Numbers of devices, modes and users have 16 bits just where an architecture says so."""
    text = "struct s { compat_dev_t a; compat_mode_t b; __compat_uid_t c; };\n"
    assert _layout(abi, text).size == size


@pytest.mark.parametrize("pair", pairs("fs/a.c"), ids=lambda pair: pair[0].name)
@settings(max_examples=12)
@given(members=_MEMBERS)
def test_a_twin_written_as_it_should_be_is_right(pair: tuple[Abi, Abi], members: list[str]) -> None:
    """A record whose members have their compat types is what 32-bit programs have, on each pair."""
    narrow, wide = pair
    native = _layout(narrow.name, _struct(members))
    assert difference(_layout(wide.name, _struct([_TYPES[m] for m in members])), native) == ""


@given(members=_MEMBERS)
def test_a_twin_that_is_a_mere_copy_is_wrong_where_it_matters(members: list[str]) -> None:
    """A record written as programs write it is a wrong twin just where two layouts differ."""
    native, copy = (_layout(abi, _struct(members)) for abi in ("i386", "x86_64"))
    offsets = [[m.bit_offset for m in layout.members] for layout in (native, copy)]
    sizes = [[m.bit_size for m in layout.members if m.element is None] for layout in (native, copy)]
    inner = [
        [(i.bit_offset, i.bit_size) for m in layout.members if m.element for i in m.element.members]
        for layout in (native, copy)
    ]
    alike = (
        native.size == copy.size
        and offsets[0] == offsets[1]
        and sizes[0] == sizes[1]
        and inner[0] == inner[1]
    )
    assert bool(difference(copy, native)) == (not alike)


def test_pairs_are_those_that_a_file_serves() -> None:
    """An architecture's file serves its own pairs; x32 has no twins; arm is 8-aligned."""
    assert {(n.name, w.name) for n, w in pairs("arch/x86/kvm/xen.h")} == {("i386", "x86_64")}
    assert {w.arch for _, w in pairs("arch/arm64/a.c")} == {"arm64"}
    everywhere = {narrow.name for narrow, _ in pairs("fs/a.c")}
    assert "i386" in everywhere
    assert "x32" not in everywhere
    assert len(everywhere) > 1


def test_only_what_a_twin_needs_is_taken() -> None:
    """The definitions of a record are its own text, the records in it, and macros it names."""
    text = """
#define COUNT 3
#define OTHER 4
#include "private.h"
struct inner { int a; };
struct strange { unknown_t b; };
static int f(void) { return 1; }
typedef struct compat_x {
	struct inner i[COUNT];
} __attribute__((packed)) compat_x_t;
"""
    taken = definitions(ShownHeader("a.c", text.encode()), "struct compat_x")
    assert taken.split("\n")[:2] == ["#define COUNT 3", "struct inner { int a; };"]
    assert "packed" in taken
    assert not {"OTHER", "strange", "private", "return"} & set(taken.replace(".", " ").split())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("BUILD_BUG_ON(sizeof(struct compat_x) != 0x2c);", [("struct compat_x", 0x2C)]),
        ("static_assert(sizeof(struct compat_x) == 44);", [("struct compat_x", 44)]),
        ("_Static_assert(sizeof(struct  compat_x)\n\t== 44, m);", [("struct compat_x", 44)]),
        ("BUILD_BUG_ON(sizeof(struct compat_x) != sizeof(y));", []),
    ],
)
def test_asserted_sizes_are_read(text: str, found: list[tuple[str, int]]) -> None:
    """The kernel's ways of stating a size as a number are known; others are left alone."""
    file = ShownHeader("a.c", text.encode())
    assert [(key, size) for key, size, _ in asserted(file)] == found


def _said(old: Mapping[str, str | None], new: Mapping[str, str | None]) -> list[Finding]:
    judge = Judge([read_rules().get("compat-twin-mismatch")])
    return list(judge.step(StepFacts(step=step(HERE, old, new))))


def test_u64_is_aligned_to_4_on_x86_alone() -> None:
    """compat_u64 makes a twin right on x86 and on arm, packed only on x86: never the reverse."""
    native = "struct s { __u32 a; __u64 b; void *c; };\n"
    good = f"{native}struct compat_s {{ u32 a; compat_u64 b; compat_uptr_t c; }};\n"
    assert _said({}, {"fs/a.c": good}) == []
    packed = good.replace("compat_uptr_t c; }", "compat_uptr_t c; } __attribute__((packed))")
    (found,) = _said({}, {"fs/a.c": packed})
    assert "i386" not in found.abis
    assert "b is at 4, and programs have it at 8" in found.message


def test_what_cannot_be_told_is_said() -> None:
    """A twin with a type that nobody knows is a note; one that nothing touches is silent."""
    text = "struct s { __u32 a; };\nstruct compat_s { strange_t a; };\n"
    (found,) = _said({}, {"fs/a.c": text})
    assert (found.severity, "strange_t" in found.message) == (Severity.NOTE, True)
    assert _said({"fs/a.c": text}, {"fs/a.c": f"int x;\n{text}"}) == []


def test_a_pair_with_one_layout_needs_no_twin() -> None:
    """Where 32-bit programs have the kernel's own layout, nobody uses a twin of another kind."""
    native = "struct s { __u32 a; __u64 b; };\n"
    packed = f"{native}struct compat_s {{ u32 a; u64 b; }} __attribute__((packed));\n"
    assert _said({}, {"fs/a.c": packed}) == []


def test_names_with_32_need_a_uapi_original() -> None:
    """A record of a device's registers is no twin, whatever number is in its name."""
    registers, twin = "struct regs { long a; };\n", "struct regs32 { u16 a; };\n"
    own = {"drivers/a.c": registers + twin}
    internal = {
        "drivers/a.c": f"#include <linux/regs.h>\n{twin}",
        "include/linux/regs.h": registers,
    }
    exported = {**internal, "include/uapi/linux/regs.h": registers}
    assert [len(_said({}, files)) for files in (own, internal, exported)] == [0, 0, 1]
    assert [one.of for one in twins(ShownHeader("a.c", twin.encode()))] == ["struct regs"]


@pytest.mark.trees
@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        ("arch/x86/kvm/xen.h", []),
        ("net/compat.c", []),
        ("drivers/nvme/host/ioctl.c", []),
        ("drivers/input/input-compat.h", []),
        ("fs/btrfs/ioctl.c", ["struct btrfs_ioctl_send_args_32"]),
        ("drivers/block/floppy.c", ["struct compat_floppy_drive_struct"]),
    ],
)
def test_twins_of_6_1_are_what_they_are(linux_tree: Path, path: str, wrong: list[str]) -> None:
    """Of Linux's own twins just those are reported that were read and found to be otherwise."""
    tree = DirectoryTree(linux_tree, "6.1")
    text = (linux_tree / path).read_text(encoding="utf-8")
    facts = StepFacts(step=step(tree, {path: ""}, {path: text}))
    judge = Judge([read_rules().get("compat-twin-mismatch")])
    loud = [item for item in judge.step(facts) if item.severity is not Severity.NOTE]
    assert sorted(item.subject for item in loud) == wrong


ORIGINAL = "include/uapi/linux/s.h"
WIDE = "struct s {{\n\t__u32 a;\n\tvoid *b;\n\t{}\n}};\n"
TWIN = "#include <linux/s.h>\nstruct compat_s {\n\tu32 a;\n\tcompat_uptr_t b;\n};\n"


@pytest.mark.parametrize("path", ["drivers/far/away.c", "sound/core/s_compat.c", "virt/s.h"])
def test_a_twin_is_found_anywhere(path: str) -> None:
    """The record grows, and a file that the step does not touch mirrors it as it was."""
    files = {ORIGINAL: WIDE.format(""), path: TWIN}
    (found,) = _said(files, {ORIGINAL: WIDE.format("__u32 c;")})
    assert (found.span.path, found.subject) == (path, "struct compat_s")
    assert _said(files, {ORIGINAL: WIDE.format("/* nothing */")}) == []


def test_twins_are_looked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A series asks for a record's twins once; no step asks for records that are alike anywhere."""
    asked: list[tuple[str, ...]] = []

    def mentions(_: object, phrases: tuple[str, ...], folders: tuple[str, ...]) -> tuple[str, ...]:
        del folders
        asked.append(tuple(phrases))
        return ("drivers/a.c",)

    monkeypatch.setattr("abicheck.vcs.edited.EditedTree.mentions", mentions)
    homes = Homes()
    old, new = ({ORIGINAL: WIDE.format(member)} for member in ("", "__u32 c;"))
    judge = Judge([read_rules().get("compat-twin-mismatch")])
    for one in (step(HERE, old, new), step(HERE, new, old)):
        assert not list(judge.step(StepFacts(step=one, homes=homes)))
    assert len(asked) == 1
    assert "struct compat_s {" in asked[0]
    narrow = "struct n {{ __u32 a;\n\tint b[4];\n\t{}\n}};\n"
    _said({ORIGINAL: narrow.format("")}, {ORIGINAL: narrow.format("__u8 c;")})
    assert len(asked) == 1


def test_a_search_that_fails_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody can look through the tree, a note says that twins may be left."""

    def mentions(*_: object) -> tuple[str, ...]:
        raise InputError("too large")

    monkeypatch.setattr("abicheck.vcs.edited.EditedTree.mentions", mentions)
    (found,) = _said({ORIGINAL: WIDE.format("")}, {ORIGINAL: WIDE.format("__u32 c;")})
    assert found.severity is Severity.NOTE
    assert "too large" in found.message


def test_a_step_with_many_twins_is_judged_in_part() -> None:
    """Of more twins than any file has some are left, and the first of them is named."""
    count = 70
    text = "".join(f"struct s{n} {{ __u32 a; void *b; }};\n" for n in range(count))
    text += "".join(f"struct compat_s{n} {{ u32 a; }};\n" for n in range(count))
    (*compared, last) = _said({}, {"fs/a.c": text})
    assert len(compared) == 64
    assert (last.severity, last.subject) == (Severity.NOTE, "struct compat_s64")
    assert "too many" in last.message


_GUEST = {
    "arch/x86/kvm/xen.h": (
        "#include <asm/guest/clock.h>\n"
        "struct compat_arch_slot { unsigned int address; unsigned int pad[PADS]; };\n"
        "struct compat_slot { uint8_t pending; uint32_t sel; struct compat_arch_slot arch;\n"
        " struct slot_clock clock; };\n"
        "struct compat_slots { struct compat_slot slot[SLOTS]; uint32_t mask[32]; };\n"
    ),
    "arch/x86/kvm/xen.c": '#include "xen.h"\n#include <guest/slots.h>\n',
    "arch/x86/include/asm/guest/clock.h": (
        "#define SLOTS 4\n#define PADS 5\nstruct slot_clock { u32 version; u32 pad; u64 stamp; };\n"
    ),
    "arch/x86/include/asm/guest/types.h": (
        "typedef unsigned long guest_ulong_t;\n"
        "#ifdef CONFIG_X86_32\n"
        "struct arch_slot { unsigned long address; unsigned long pad[5]; };\n"
        "#else\n"
        "struct arch_slot { unsigned long address; unsigned long pad; };\n"
        "#endif\n"
    ),
    "include/guest/slots.h": (
        "#include <asm/guest/types.h>\n#include <asm/guest/clock.h>\n"
        "struct slot { uint8_t pending; guest_ulong_t sel; struct arch_slot arch;\n"
        " struct slot_clock clock; };\n"
        "struct slots { struct slot slot[SLOTS];"
        " guest_ulong_t mask[sizeof(guest_ulong_t) * 8]; };\n"
    ),
}


@pytest.mark.parametrize(
    ("path", "old", "new", "told"),
    [
        ("arch/x86/kvm/xen.h", "uint8_t pending", "uint8_t  waiting", []),
        (
            "arch/x86/kvm/xen.h",
            "uint32_t sel",
            "uint64_t sel",
            [("compat_slot", "sel is at 8, and programs have it at 4")],
        ),
        ("arch/x86/kvm/xen.h", "mask[32]", "mask[64]", [("compat_slots", "mask has 256 bytes")]),
        (
            "arch/x86/kvm/xen.h",
            "pad[PADS]",
            "pad[PADS - 3]",
            [
                ("compat_arch_slot", ""),
                ("compat_slot", "clock is at 24, and programs have it at 32"),
            ],
        ),
        (
            "include/guest/slots.h",
            "guest_ulong_t sel",
            "uint16_t sel",
            [("compat_slot", "sel is at 4, and programs have it at 2")],
        ),
    ],
)
def test_twins_of_the_kernel_s_own_interfaces(
    path: str, old: str, new: str, told: list[tuple[str, str]]
) -> None:
    """A twin of a record that no program includes is compared too, with what either one needs."""
    found = _found(_GUEST, path, old, new)
    messages = [(item.subject.removeprefix("struct "), item.message) for item in found]
    for subject, text in told:
        assert [message for name, message in messages if name == subject and text in message]
    expected = {name for name, _ in told}
    assert {name for name, _ in messages if name in expected or not told} == expected


def test_a_twin_of_nothing_is_said() -> None:
    """A twin whose original nobody finds is told as not compared, and not taken for right."""
    files = {"arch/x86/kvm/xen.h": "struct compat_slot { uint32_t sel; };\n"}
    (found,) = _found(files, "arch/x86/kvm/xen.h", "sel", "other")
    assert found.severity is Severity.NOTE
    assert "was not compared: nothing that it includes defines that" in found.message


def _found(files: Mapping[str, str], path: str, old: str, new: str) -> list[Finding]:
    assert files[path].count(old) == 1
    return _said(files, {path: files[path].replace(old, new)})
