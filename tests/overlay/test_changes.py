# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds what is said of changes to unions and padding to real and made-up ones."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pytest

from abicheck.model import Breaks, Severity, Victim
from tests.cases.known import A4, A8, M68K
from tests.overlay.versions import OWN, PLACES, offsets, said, sizes, under

HEADERS = Path(__file__).resolve().parent.parent / "cases" / "headers"
NARROW = (*A4, *M68K, "arceb", "microblazeel", "sheb")
RUN = """
struct run {{
	__u8 head[32];
	union {{
		struct {{
{}
		}} system_event;
		__u8 padding[256];
	}};
}};
"""
MAINLINE = RUN.format("__u32 type;\n__u64 flags;")
KVM_NEXT = RUN.format("__u32 type;\n__u32 ndata;\n__u64 data[16];")
FIX_UP = RUN.format("__u32 type;\n__u32 ndata;\n__u64 flags;\n__u64 data[16];")
FINAL = RUN.format("__u32 type;\n__u32 ndata;\nunion {\n__u64 flags;\n__u64 data[16];\n};")
GATE = "#define KVM_CAP_SYSTEM_EVENT_DATA 215\n"
BOTH = (Victim.OLD_PROGRAM, Victim.NEW_PROGRAM)


def _case(name: str) -> tuple[str, str]:
    """A case before and after."""
    before, after = (
        (HEADERS / f"{name}-{side}.h").read_text(encoding="utf-8").replace("#include", "//")
        for side in ("before", "after")
    )
    return before, after


def test_the_final_system_event_moves_flags_on_i386_and_its_like_only(tmp_path: Path) -> None:
    """flags goes from 36 to 40 where 64-bit scalars are not 8-aligned; riscv32 and arm keep 40."""
    found = {item.rule: item for item in said(tmp_path, MAINLINE, FINAL + GATE, PLACES)}
    assert found.keys() == {"pad-named-or-added", "member-overlaid", "union-arm-grown"}
    moved = found["pad-named-or-added"]
    assert moved.subject == "struct run.system_event.flags"
    assert (moved.severity, moved.kind, moved.victims) == (Severity.ERROR, "moved", BOTH)
    assert set(NARROW) == set(moved.abis)
    assert "system_event.ndata takes the 4 bytes of padding" in moved.message
    for abi in NARROW:
        assert offsets(moved, abi) == (36, 40)
    for abi in A8:
        assert offsets(moved, abi) == (40, 40)


def test_the_old_flags_go_on_as_the_first_word_of_data(tmp_path: Path) -> None:
    """flags and data[0] are the same 8 bytes, and nobody breaks where flags stays at 40."""
    (note,) = said(tmp_path, MAINLINE, FINAL + GATE, ("member-overlaid",))
    assert (note.severity, note.victims) == (Severity.NOTE, ())
    assert "flags and system_event.data[0] are the same 8 bytes" in note.message
    assert set(A8) <= set(note.abis)
    assert not set(NARROW) & set(note.abis)


def test_the_arm_grows_inside_its_padding(tmp_path: Path) -> None:
    """system_event uses 136 of 256 bytes, of which it had 16 or 12: the record keeps its size."""
    (note,) = said(tmp_path, MAINLINE, FINAL + GATE, ("union-arm-grown",))
    assert note.severity is Severity.NOTE
    assert "136 of the 256 bytes of padding" in note.message
    assert {sizes(note, abi) for abi in A8} == {(16, 136)}
    assert {sizes(note, abi) for abi in NARROW} == {(12, 136)}


def test_a_member_in_padding_needs_a_gate(tmp_path: Path) -> None:
    """Without a capability, ndata in former padding is a warning on the ABIs that had padding."""
    (found,) = said(tmp_path, MAINLINE, FINAL, ("reserved-consumed",))
    assert found.subject == "struct run.system_event.ndata"
    assert (found.severity, found.kind) == (Severity.WARNING, "padding-taken")
    assert set(A8) <= set(found.abis)
    assert not set(NARROW) & set(found.abis)
    assert not said(tmp_path, MAINLINE, FINAL + GATE, ("reserved-consumed",))


def test_stale_bytes_of_a_grown_arm_are_named(tmp_path: Path) -> None:
    """Without a gate, an arm that grows says which members of others an old kernel left there."""
    body = "struct { __u32 type; %s } event; struct { __u32 error; __u64 data[4]; } internal;"
    text = "struct s { __u64 a; union { %s __u8 padding[64]; }; };\n"
    old, new = text % (body % "__u32 n;"), text % (body % "__u32 n; __u64 more[2];")
    (note,) = said(tmp_path, old, new, ("union-arm-grown",), ("x86_64", "arm"))
    assert "leaves what it wrote to internal.data[0..1]" in note.consequence
    (note,) = said(tmp_path, old, new + GATE, ("union-arm-grown",), ("x86_64", "arm"))
    assert "internal" not in note.consequence


@pytest.mark.parametrize(("old", "new"), [(KVM_NEXT, FIX_UP), (FIX_UP, FINAL), (KVM_NEXT, FINAL)])
def test_what_moves_on_every_abi_is_no_named_hole(tmp_path: Path, old: str, new: str) -> None:
    """Between the layouts in flight data moves everywhere or nowhere: no rule of ours errs."""
    found = said(tmp_path, old, new)
    assert all(item.severity is Severity.NOTE for item in found)
    assert "pad-named-or-added" not in {item.rule for item in found}


def test_each_place_is_told_of_once(tmp_path: Path) -> None:
    """Between any two of the four layouts no member's move has two findings."""
    for old, new in permutations((MAINLINE, KVM_NEXT, FIX_UP, FINAL), 2):
        moved = [item for item in said(tmp_path, old, new, PLACES) if item.kind == "moved"]
        told = [(item.subject, abi) for item in moved for abi in item.abis]
        assert len(told) == len(set(told))


@pytest.mark.parametrize("text", [MAINLINE, KVM_NEXT, FIX_UP, FINAL])
def test_a_version_beside_itself_is_silent(tmp_path: Path, text: str) -> None:
    """What has not changed has no findings."""
    assert not said(tmp_path, text, text, PLACES)


def test_naming_the_hole_of_a_command_moves_it_on_i386(tmp_path: Path) -> None:
    """data 4 to 8 and the size 20 to 24, there alone; on the rest not even a new size."""
    before, after = _case("c06")
    (found,) = said(tmp_path, before, after, PLACES)
    assert (found.rule, found.subject) == ("pad-named-or-added", "struct kvm_sev_cmd.data")
    assert set(found.abis) == set(NARROW)
    assert {offsets(found, abi) for abi in NARROW} == {(4, 8)}
    assert {offsets(found, abi) for abi in A8} == {(8, 8)}
    assert "and 2 later members move too; the record grows from 20 to 24 bytes" in found.consequence
    assert "64-bit kernel of i386 programs" in found.consequence


def test_the_way_back_is_told_alike(tmp_path: Path) -> None:
    """A name taken away from padding moves the same member back, on the same ABIs."""
    before, after = _case("c06")
    found = {item.rule: item for item in said(tmp_path, after, before, PLACES)}
    assert found.keys() == {"pad-named-or-added"}
    (item,) = found.values()
    assert {offsets(item, abi) for abi in NARROW} == {(8, 4)}
    assert Victim.COMPAT in item.victims
    assert item.breaks is Breaks.COMPAT


def test_an_arm_that_fills_its_padding_is_a_note(tmp_path: Path) -> None:
    """An arm that goes from 8 to 256 of 256 bytes breaks nobody, and leaves no room."""
    (found,) = said(tmp_path, *_case("c16"), PLACES)
    assert (found.rule, found.severity) == ("union-arm-grown", Severity.NOTE)
    assert found.subject == "struct gzvm_vcpu_run.exception"
    assert "256 of the 256 bytes of padding, 8 before" in found.message
    assert "no room is left" in found.consequence
    assert {sizes(found, abi) for abi in (*A8, *NARROW)} == {(8, 256)}


def test_the_rest_of_a_bit_field_s_word_moves_m68k_only(tmp_path: Path) -> None:
    """A named rest of 31 bits moves what follows from 86 to 88 on m68k: a note about that ABI."""
    (found,) = said(tmp_path, *_case("c21"), PLACES)
    assert found.abis == M68K
    assert (found.severity, found.breaks) == (Severity.NOTE, Breaks.PORTABILITY)
    assert offsets(found, "m68k") == (86, 88)
    assert {offsets(found, abi) for abi in (*A8, *A4)} == {(88, 88)}


def test_padding_instead_of_an_attribute_moves_nobody(tmp_path: Path) -> None:
    """Three bytes in front of an aligned member that get a name are a note without victims."""
    (found,) = said(tmp_path, *_case("c60"))
    assert (found.rule, found.severity, found.victims) == ("pad-named-or-added", "note", ())
    assert set(A8) < set(found.abis)
    assert sizes(found, "m68k") == (None, 3)


def test_an_arm_beyond_its_padding_is_an_error_told_once(tmp_path: Path) -> None:
    """A record that its outgrown arm makes larger has one finding for size and moves."""
    old = "struct r { __u64 a; union { __u32 x; __u8 pad[64]; } u; __u64 end; };"
    new = "struct r { __u64 a; union { __u32 x; __u64 y[9]; __u8 pad[64]; } u; __u64 end; };"
    (found,) = said(tmp_path, old, new, PLACES)
    assert (found.rule, found.severity, found.victims) == ("union-arm-grown", "error", BOTH)
    assert "takes 72 bytes, more than the 64 of u.pad" in found.message
    assert "grows from 80 to 88 bytes" in found.consequence


def test_padding_that_is_itself_larger_is_no_arm_that_grew(tmp_path: Path) -> None:
    """More room is a new size of the record, which another rule tells."""
    old, new = (
        f"struct r {{ __u64 a; union {{ __u32 x; __u8 pad[{size}]; }} u; }};" for size in (64, 128)
    )
    assert not said(tmp_path, old, new)
    (found,) = said(tmp_path, old, new, PLACES)
    assert found.rule == "struct-size-changed"


def test_members_of_a_record_of_the_kernel_s_are_read_by_new_programs_only(tmp_path: Path) -> None:
    """What only the kernel writes into is a note: an old program does not look there."""
    texts = {
        direction: [
            f"struct s {{ __u32 a; {body} }};\n#define GET _IO{direction}('!', 1, struct s)\n"
            for body in ("__u32 rsv[3];", "__u32 b; __u32 rsv[2];")
        ]
        for direction in ("R", "W", "WR")
    }
    found = {key: said(tmp_path, old, new)[0] for key, (old, new) in texts.items()}
    assert found["R"].severity is Severity.NOTE
    assert found["R"].victims == (Victim.NEW_PROGRAM,)
    assert found["W"].severity is Severity.WARNING
    assert found["W"].victims == (Victim.OLD_PROGRAM,)
    assert found["WR"].victims == BOTH


@pytest.mark.parametrize(
    "gate",
    [
        "#define S_HAS_B (1 << 3)",
        "#define S_FLAG_B 0x4",
        "#define STATX_B 0x00008000U",
        "#define SET2 _IOW('!', 2, struct s)",
        "#define S_SIZE_VER1 16",
        "#define KVM_CAP_B 300",
    ],
)
def test_what_says_who_knows_it_is_a_gate(tmp_path: Path, gate: str) -> None:
    """A flag, a mask bit, an ioctl, a size or a capability of the same change is one."""
    old = "struct s { __u32 a; __u32 rsv[3]; };\n"
    new = "struct s { __u32 a; __u32 b; __u32 rsv[2]; };\n"
    assert said(tmp_path, old, new)
    assert not said(tmp_path, old, new + gate + "\n")
    assert said(tmp_path, old + gate + "\n", new + gate + "\n")


def test_an_array_of_records_is_told_of_once(tmp_path: Path) -> None:
    """What is new in an array's records is new in each of them, and has one finding."""
    old = "struct s { __u32 n; struct { __u32 a; __u32 rsv; } v[4]; };"
    new = "struct s { __u32 n; struct { __u32 a; __u32 b; } v[4]; };"
    (found,) = said(tmp_path, old, new)
    assert found.subject == "struct s.v.b"
    assert offsets(found, "x86_64") == (None, 8)


def test_a_hole_in_an_array_s_records_moves_their_members(tmp_path: Path) -> None:
    """The first element stands for all, in the paths that layouts use."""
    old = "struct s { __u64 n; struct { __u32 a; __u64 b; } v[4]; };"
    new = "struct s { __u64 n; struct { __u32 a; __u32 pad; __u64 b; } v[4]; };"
    (found,) = said(tmp_path, old, new, PLACES)
    assert (found.rule, found.subject) == ("pad-named-or-added", "struct s.v.b")
    assert offsets(found, "i386") == (12, 16)
    assert offsets(found, "arm") == (16, 16)


def test_a_constant_like_any_other_is_no_gate(tmp_path: Path) -> None:
    """A number that names nothing of the kind does not satisfy the rule."""
    old = "struct s { __u32 a; __u32 rsv[3]; };\n"
    new = "struct s { __u32 a; __u32 b; __u32 rsv[2]; };\n#define S_NAME_LENGTH 0x20\n"
    assert said(tmp_path, old, new)


def test_a_pointer_over_an_integer_is_half_of_it_on_32_bit_abis(tmp_path: Path) -> None:
    """A pointer that becomes an arm beside a __u64 is a warning on ILP32, a note on LP64."""
    old = "struct s { __u64 a; void *bitmap; __u32 end; };"
    new = "struct s { __u64 a; union { void *bitmap; __u64 padding2; __u64 addr; }; __u32 end; };"
    (found,) = [item for item in said(tmp_path, old, new) if item.rule == "member-overlaid"]
    assert found.severity is Severity.WARNING
    assert {"i386", "arm", "ppc", "x32"} <= set(found.abis)
    assert not {"x86_64", "s390x"} & set(found.abis)
    assert "upper half on big-endian" in found.consequence


def test_arms_that_have_always_been_alternatives_are_no_news(tmp_path: Path) -> None:
    """A new arm of an old union overlays nobody: its neighbours were alternatives before."""
    old = "union attr { struct { __u32 fd; __u32 n; } one; struct { __u32 x; } two; };"
    new = (
        "union attr { struct { __u32 fd; __u32 n; } one; struct { __u32 x; } two; "
        "struct { __u64 z; } three; };"
    )
    assert not said(tmp_path, old, new)


def test_padding_at_the_end_is_taken_on_wide_abis_and_grown_into_on_i386(tmp_path: Path) -> None:
    """One member is in padding on x86_64, without a gate, and makes i386's record larger."""
    old = "struct s { __u64 a; __u32 b; };\n#define X _IOW('!', 1, struct s)\n"
    new = "struct s { __u64 a; __u32 b; __u32 c; };\n#define X _IOW('!', 1, struct s)\n"
    found = {item.rule: item for item in said(tmp_path, old, new, PLACES)}
    assert found.keys() == {"reserved-consumed", "pad-named-or-added"}
    taken, grown = found["reserved-consumed"], found["pad-named-or-added"]
    assert not set(taken.abis) & set(grown.abis)
    assert set(grown.abis) == set(NARROW)
    assert sizes(grown, "i386") == (12, 16)
    assert sizes(grown, "riscv32") == (16, 16)
    assert "the number of X changes: the kernel answers old programs with ENOTTY" in (
        grown.consequence
    )


def test_a_record_that_grows_is_judged_by_its_size(tmp_path: Path) -> None:
    """A member in padding at the end is no riddle to a kernel that sees another size besides."""
    old = "struct s { __u64 a; __aligned_u64 x; __u32 b; };"
    new = "struct s { __u64 a; __aligned_u64 x; __u32 b; __u32 c; __u64 d; };"
    assert not said(tmp_path, old, new)


def test_a_record_that_begins_with_its_size_may_grow(tmp_path: Path) -> None:
    """Padding named at the end of a record with argsz is a note: programs say what they have."""
    old = "struct s { __u32 argsz; __u32 flags; __u64 a; __u32 b; };"
    new = "struct s { __u32 argsz; __u32 flags; __u64 a; __u32 b; __u32 pad; };"
    (found,) = said(tmp_path, old, new, PLACES)
    assert (found.severity, found.victims) == (Severity.NOTE, ())
    assert "argsz" in found.consequence


def test_every_finding_says_what_it_measured(tmp_path: Path) -> None:
    """A finding about a change has a kind, ABIs, and its numbers under each of these."""
    for old, new in permutations((MAINLINE, KVM_NEXT, FIX_UP, FINAL), 2):
        for item in said(tmp_path, old, new, OWN):
            assert item.kind
            assert item.abis
            assert all(under(item, abi) for abi in item.abis)
