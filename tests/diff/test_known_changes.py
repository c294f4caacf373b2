# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tells changes of real records, on models of them, as a maintainer would."""

from __future__ import annotations

import pytest

from abicheck.abis import all_abis
from abicheck.model import Breaks, Severity, Victim
from tests.diff.versions import (
    A4_AND_M68K,
    A8,
    EVERY,
    LP64,
    compared,
    only,
    places,
    said,
)

RUN = """struct run {
  __u8 head[32];
  union {
    struct {
      __u32 type;
%s
    } system_event;
    __u8 padding[256];
  };
};
"""
MAINLINE = RUN % "      __u64 flags;"
KVM_NEXT = RUN % "      __u32 ndata;\n      __u64 data[16];"
LINUX_NEXT = RUN % "      __u32 ndata;\n      __u64 flags;\n      __u64 data[16];"
FINAL = (
    RUN
    % "      __u32 ndata;\n      union {\n        __u64 flags;\n        __u64 data[16];\n      };"
)
FLAGS, DATA = "struct run.system_event.flags", "struct run.system_event.data"


def test_a_word_in_the_hole_before_the_flags_moves_them_where_there_was_no_hole() -> None:
    """system_event, broken to repaired: flags moves from 36 to 40 on i386 and its like only."""
    report = compared(MAINLINE, FINAL)
    finding = only(report, "pad-named-or-added")
    assert finding.subject == FLAGS
    assert set(finding.abis) == A4_AND_M68K
    assert places(finding) == dict.fromkeys(A8, (40, 40)) | dict.fromkeys(A4_AND_M68K, (36, 40))
    assert not {"field-moved", "field-removed-or-retyped", "struct-size-changed"} & {
        item.rule for item in report.findings
    }


def test_flags_that_become_data_are_gone() -> None:
    """system_event, mainline to kvm/next: the bytes of flags are data now, and programs break."""
    finding = only(compared(MAINLINE, KVM_NEXT), "field-removed-or-retyped")
    assert (finding.subject, finding.kind, finding.severity) == (FLAGS, "removed", Severity.ERROR)
    assert set(finding.abis) == EVERY
    assert "data" in finding.message
    assert Victim.SOURCE in finding.victims
    assert Victim.OLD_PROGRAM in finding.victims
    before = dict.fromkeys(A8, (40, None)) | dict.fromkeys(A4_AND_M68K, (36, None))
    assert places(finding) == before


def test_flags_put_back_before_the_data_move_them_everywhere() -> None:
    """system_event, kvm/next to linux-next: data moves from 40 to 48, and back to the final."""
    there = only(compared(KVM_NEXT, LINUX_NEXT), "field-moved")
    assert there.subject == DATA
    assert set(there.abis) == EVERY
    assert places(there) == dict.fromkeys(EVERY, (40, 48))
    assert "flags" in there.message
    back = only(compared(LINUX_NEXT, FINAL), "field-moved")
    assert places(back) == dict.fromkeys(EVERY, (48, 40))
    assert (back.breaks, back.severity) == (Breaks.BINARY, Severity.ERROR)


SIGNALS = """struct si {
  int si_signo;
  int si_errno;
  int si_code;
  union {
    int _pad[29];
    struct {
      void *_addr;
      short _addr_lsb;
      union {
        struct { void *l; void *u; } b;
%s
      };
    } _sigfault;
  } _sifields;
};
"""


def test_a_wide_arm_deep_inside_moves_the_union_and_not_on_i386() -> None:
    """siginfo: a 64-bit key moves _sifields from 12 to 16 on the narrow ABIs that 8-align it."""
    narrow = A8 - LP64
    finding = only(compared(SIGNALS % "", SIGNALS % "        __u64 _pkey;"), "field-moved")
    assert finding.subject == "struct si._sifields"
    assert set(finding.abis) == narrow
    assert {"x32", "arm", "riscv32", "mips", "ppc", "sparc", "s390", "parisc"} <= narrow
    assert not {"i386", "m68k", "sh", "arc", "csky", "arm-oabi"} & narrow
    expected = dict.fromkeys(LP64, (16, 16)) | dict.fromkeys(A4_AND_M68K, (12, 12))
    assert places(finding) == expected | dict.fromkeys(narrow, (12, 16))
    assert "_sifields._sigfault._pkey" in finding.message


def test_the_repair_of_the_union_moves_it_back() -> None:
    """siginfo repaired with an int: 16 to 12 on the same ABIs."""
    old, new = SIGNALS % "        __u64 _pkey;", SIGNALS % "        int _pkey;"
    finding = only(compared(old, new), "field-moved")
    assert set(finding.abis) == A8 - LP64
    assert set(places(finding).values()) == {(16, 16), (12, 12), (16, 12)}


STATS = "struct stats {\n  __u64 cpu[4];\n%s  __u64 blkio_count;\n  __u64 swapin_count;\n%s};\n"


def test_members_in_the_middle_move_all_that_follow() -> None:
    """taskstats 15: two delays at 32 move blkio_count to 48 and what follows by the same bytes."""
    broken = STATS % ("  __u64 delay_max;\n  __u64 delay_min;\n", "")
    report = compared(STATS % ("", ""), broken)
    finding = only(report, "field-moved")
    assert finding.subject == "struct stats.blkio_count"
    assert set(places(finding).values()) == {(32, 48)}
    assert "1 later member moves by the same 16 bytes" in finding.consequence
    assert "stats takes 64 bytes instead of 48" in finding.consequence
    assert report.findings == (finding,)
    again = compared(broken, STATS % ("", "  __u64 delay_max;\n  __u64 delay_min;\n"))
    assert {item.rule for item in again.findings} == {"field-moved"}
    end = compared(STATS % ("", ""), STATS % ("", "  __u64 delay_max;\n"))
    assert {item.rule for item in end.findings} == {"struct-size-changed"}


INFO = """struct info {
  char name[16];
  __u32 ifindex;
  __u32 gpl_compatible:1;
%s  __u64 netns_dev;
  __u64 netns_ino;
  __aligned_u64 ksyms;
} __attribute__((aligned(8)));
"""


def test_a_named_rest_of_a_bit_field_moves_members_on_m68k_alone() -> None:
    """bpf_prog_info: 31 unnamed bits move netns_dev by 2 bytes, where no unit was filled up."""
    report = compared(INFO % "", INFO % "  __u32 :31;\n")
    moved = [f for f in report.findings if f.kind == "moved" or "moves" in f.message]
    assert [set(f.abis) for f in moved] == [{"m68k"}]
    assert places(moved[0])["m68k"] == (22, 24)
    assert places(moved[0])["i386"] == (24, 24)


def test_a_member_split_in_two_is_gone_and_the_alignment_with_it() -> None:
    """virtio_net_hdr_v1_hash: offsets and size stay, alignment falls to 2, hash_value is gone."""
    head = "struct h {\n  __u8 flags;\n  __u8 gso_type;\n  __u16 f[5];\n"
    body = head + "%s  __le16 report;\n  __le16 padding;\n};\n"
    old = body % "  __le32 hash_value;\n"
    new = body % "  __le16 hash_value_lo;\n  __le16 hash_value_hi;\n"
    report = compared(old, new)
    aligned = only(report, "alignment-changed")
    assert set(aligned.abis) == EVERY - {"m68k", "arm-oabi"}
    assert "2-aligned, 4-aligned before" in aligned.message
    gone = only(report, "field-removed-or-retyped")
    assert (gone.subject, gone.kind) == ("struct h.hash_value", "removed")
    assert "hash_value_lo and hash_value_hi" in gone.message
    assert len(report.findings) == 2


def test_an_explicit_pad_in_place_of_an_attribute_is_a_matter_of_m68k() -> None:
    """__ptrace_syscall_info: offsets agree everywhere; the alignment is another on m68k: a note."""
    old = "struct p {\n  __u8 op;\n  __u32 arch __attribute__((aligned(4)));\n  __u64 ip;\n};\n"
    new = "struct p {\n  __u8 op;\n  __u8 pad[3];\n  __u32 arch;\n  __u64 ip;\n};\n"
    aligned = only(compared(old, new, "alignment-changed"), "alignment-changed")
    assert (aligned.abis, aligned.severity) == (("m68k",), Severity.NOTE)
    report = compared(old, new)
    assert all(item.severity is Severity.NOTE for item in report.findings)


def test_a_zero_length_array_that_becomes_flexible_breaks_compiling_only() -> None:
    """bpf_lpm_trie_key: a note about sources, and no word of layout."""
    body = "struct key {\n  __u32 prefixlen;\n  __u8 data[%s];\n};\n"
    report = compared(body % "0", body % "")
    finding = only(report, "flex-array-conversion")
    assert (finding.severity, finding.breaks) == (Severity.NOTE, Breaks.SOURCE)
    assert len(report.findings) == 1


def test_an_arm_that_grows_within_its_padding_hurts_nobody() -> None:
    """gzvm_vcpu_run: 256 of 256 bytes are used, and no finding is more than a note."""
    body = (
        "struct run {\n  __u64 reason;\n  union {\n"
        "    struct { __u32 exception; __u32 error_code; %s} exception;\n"
        "    struct { __u32 type; __u32 ndata; __u64 data[16]; } event;\n"
        "    char padding[256];\n  };\n};\n"
    )
    report = compared(body % "", body % "__u64 fault_gpa; __u64 reserved[30]; ")
    assert report.findings
    assert all(item.severity is Severity.NOTE for item in report.findings)
    assert not any(item.kind in ("moved", "grew") for item in report.findings)


ATTR = "#define ZONE_ATTR_SIZE_VER0 8\n%sstruct zone_attr {\n  __u32 type;\n  __u32 flags;\n%s};\n"


@pytest.mark.parametrize(
    ("constants", "rules"),
    [
        ("#define ZONE_ATTR_SIZE_VER1 16\n", {"struct-size-changed"}),
        ("", {"struct-size-changed", "size-version-constant"}),
        ("#define ZONE_ATTR_SIZE_VER1 12\n", {"struct-size-changed", "size-version-constant"}),
    ],
)
def test_growth_needs_a_true_name_for_its_size(constants: str, rules: set[str]) -> None:
    """perf_event_attr: with a constant that is the new size, growth is a note; else an error."""
    report = compared(ATTR % ("", ""), ATTR % (constants, "  __u64 config;\n"))
    found = [
        f for f in report.findings if f.rule in {"struct-size-changed", "size-version-constant"}
    ]
    assert {item.rule for item in found} == rules
    is_note = all(item.severity is Severity.NOTE for item in found)
    assert is_note is (len(rules) == 1)


def test_a_wide_member_after_an_int_differs_by_what_a_mirror_packs() -> None:
    """vcpu_runstate_info: packing it moves the entry time from 8 to 4 where it was 8-aligned."""
    body = "struct info {\n  int state;\n  __u64 entry;\n  __u64 time[4];\n}%s;\n"
    report = compared(body % "", body % " __attribute__((packed))")
    moved = only(report, "field-moved")
    assert set(moved.abis) == A8
    assert set(places(moved).values()) == {(8, 4), (4, 4)}
    assert "packed" in moved.message
    assert "info takes 44 bytes instead of 48" in moved.consequence


def test_what_grows_inside_other_records_is_told_once_with_its_holders() -> None:
    """A record held by value: the cause is told where it is, and the holder is only named."""
    body = (
        "struct inner {\n  __u32 a;\n%s};\n"
        "struct outer {\n  __u32 first;\n  struct inner in;\n  __u32 last;\n};\n"
    )
    report = compared(body % "", body % "  __u32 b;\n")
    assert said(report) == [("struct-size-changed", "grew", "struct inner")]
    assert "struct outer" in report.findings[0].consequence
    assert {pair.name for h in report.headers for pair in h.records} == {
        "struct inner",
        "struct outer",
    }


def test_an_ioctl_that_takes_a_grown_record_answers_old_programs_with_enotty() -> None:
    """A size in an ioctl's number: growth is an error that names the ioctl and what it answers."""
    body = "struct q {\n  __u32 id;\n  __u32 flags;\n%s};\n#define Q_GET _IOWR('z', 1, struct q)\n"
    finding = only(compared(body % "", body % "  __u64 more;\n"), "struct-size-changed")
    assert finding.severity is Severity.ERROR
    assert "Q_GET" in finding.consequence
    assert "ENOTTY" in finding.consequence


def test_a_size_in_the_record_is_no_help_where_the_ioctl_s_number_has_it_too() -> None:
    """Old programs get ENOTTY before the kernel has read a byte of argsz; versions are for that."""
    body = "struct q {\n  __u32 argsz;\n%s};\n#define Q_GET _IOWR('z', 1, struct q)\n"
    finding = only(compared(body % "", body % "  __u32 more;\n"), "struct-size-changed")
    assert finding.severity is Severity.ERROR
    assert "ENOTTY" in finding.consequence
    sized = body + "#define Q_SIZE_VER0 4\n"
    version = "#define Q_SIZE_VER1 8\n"
    finding = only(compared(sized % "", sized % "  __u32 more;\n" + version), "struct-size-changed")
    assert finding.severity is Severity.NOTE


@pytest.mark.parametrize("element", ["__u8", "struct pair"])
def test_bounds_of_arrays_of_arrays_may_not_change_places(element: str) -> None:
    """As many bytes, but [1][0] stands elsewhere for old programs."""
    body = "struct pair {\n  __u8 a, b;\n};\nstruct m {\n  %s cells%s;\n};\n"
    old, new, flat = (body % (element, bounds) for bounds in ("[2][3]", "[3][2]", "[6]"))
    finding = only(compared(old, new), "field-removed-or-retyped")
    assert (finding.subject, finding.breaks) == ("struct m.cells", Breaks.BINARY)
    finding = only(compared(old, flat), "field-removed-or-retyped")
    assert finding.breaks is Breaks.SOURCE


def test_every_abi_is_compared() -> None:
    """The report speaks of the whole table of ABIs."""
    assert compared(MAINLINE, FINAL).abis == tuple(abi.name for abi in all_abis())


def test_growth_by_convention_is_none_for_records_that_hold_it() -> None:
    """A record with its size in front may grow, but not in the middle of another one."""
    body = (
        "struct head {\n  __u32 argsz;\n%s};\nstruct tail {\n  struct head h;\n};\n"
        "struct whole {\n  struct tail t;\n  __u32 last;\n};\n"
    )
    finding = only(compared(body % "", body % "  __u32 more;\n"), "struct-size-changed")
    assert finding.severity is Severity.ERROR
    assert "what follows it in struct whole moves" in finding.consequence
    alone = body.replace("  __u32 last;\n", "")
    finding = only(compared(alone % "", alone % "  __u32 more;\n"), "struct-size-changed")
    assert finding.severity is Severity.NOTE


def test_a_union_moves_what_follows_where_each_record_is_a_word() -> None:
    """bpf_tunnel_key: ARM OABI aligns the new union to 4; it moves, and the label with it: once."""
    body = "struct key {\n  __u8 tos;\n  __u8 ttl;\n%s  __u32 label;\n  __u32 last;\n};\n"
    new = "  union {\n    __u16 ext;\n    __be16 flags;\n  };\n"
    moved = only(compared(body % "  __u16 ext;\n", body % new), "field-moved")
    assert (moved.subject, moved.abis) == ("struct key.ext", ("arm-oabi",))
    assert places(moved)["arm-oabi"] == (2, 4)
    assert "2 later members move along" in moved.consequence


def test_a_typedef_with_another_sign_changes_the_members_declared_with_it() -> None:
    """The record's own text is as it was, and what its member says is not."""
    body = "typedef %s zone_id_t;\nstruct zone {\n  zone_id_t id;\n};\n"
    (finding,) = compared(body % "__u32", body % "__s32").findings
    assert (finding.rule, finding.breaks) == ("typedef-changed", Breaks.SOURCE)
    assert finding.consequence == "struct zone changes with it"
    assert not compared(body % "__u32", body % "unsigned int").findings
