# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tests that what is said beside a finding is as right as the finding."""

from __future__ import annotations

import pytest

from abicheck.model import Breaks, Severity, Victim
from abicheck.report import text as plain
from abicheck.report.diff import text
from abicheck.report.diff.verdicts import Outcome, verdicts
from tests.diff.versions import HEADER, compared, only

RETYPED = "field-removed-or-retyped"
ABIS = ("x86_64", "i386", "arm64", "arm")


def _text(old: str, new: str, *, whole: bool = False) -> str:
    return plain.render(text.lines(compared(old, new, abis=ABIS), whole=whole, width=80))


def test_growth_that_parts_a_compat_pair_is_an_error_whatever_the_convention() -> None:
    """A size member lets a record grow, but not into two layouts that one kernel must read."""
    old, new = (f"struct info {{ __u32 argsz; {more} }};\n" for more in ("", "__u64 cookie;"))
    report = compared(old, new, abis=ABIS)
    finding = only(report, "struct-size-changed")
    assert (finding.severity, finding.breaks) == (Severity.ERROR, Breaks.COMPAT)
    assert (finding.abis, finding.victims) == (("i386",), (Victim.COMPAT,))
    assert "i386 and its 64-bit kernel no longer agree" in finding.consequence
    assert "from 4 to 16 or 12 bytes" in finding.message
    assert [item.text for item in verdicts(report)] == ["breaks compat for i386 on x86_64"]


def test_growth_that_every_abi_lays_out_alike_stays_a_note() -> None:
    """The same member, aligned by its type, parts nobody."""
    old = "struct info { __u32 argsz; };\n"
    new = "struct info { __u32 argsz; __aligned_u64 cookie; };\n"
    report = compared(old, new, abis=ABIS)
    assert only(report, "struct-size-changed").severity is Severity.NOTE
    assert verdicts(report)[0].outcome is Outcome.COMPATIBLE


def test_the_line_quoted_is_the_new_one_where_it_stands_in_the_same_place() -> None:
    """A declaration that changed without moving is quoted as it is, a gone one as it was."""
    old = "struct info {\n  __u32 dev;\n  __u8 pad[12];\n};\n"
    finding = only(compared(old, old.replace("__u32 dev", "__s32 dev"), abis=ABIS), RETYPED)
    assert finding.excerpt is not None
    assert finding.excerpt.line.strip() == "__s32 dev;"
    shorter = old.replace("__u8 pad[12];", "/* no pad[12] */")
    (gone, *_) = compared(old.replace("pad", "key"), shorter, abis=ABIS).findings
    assert gone.excerpt is not None
    assert gone.excerpt.line.strip() == "__u8 key[12];"


def test_a_table_shows_the_types_of_the_new_version() -> None:
    """What has the new size is written with the new type."""
    bodies = ("__u32 dev;\n  __u8 pad[12];", "__u64 dev;\n  __u8 pad[8];")
    old, new = (f"struct info {{\n  __u32 flags[4];\n  {body}\n}};\n" for body in bodies)
    shown = _text(old, new)
    table = shown.partition("from old to new")[2]
    assert "__u64 dev;" in table
    assert "__u32 dev;" not in table
    assert "pad[8];" in table


def test_a_table_without_a_line_that_differs_is_not_shown() -> None:
    """A record that only lost its alignment is told by its finding, and by no empty table."""
    body = "struct info {\n  __u32 cap;\n  __u32 flags;\n}%s;\n"
    shown = _text(body % "", body % " __attribute__((packed))")
    assert "1-aligned, 4-aligned before" in shown
    assert "alike" not in shown


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("", " __attribute__((packed))", "Leave packed out."),
        (" __attribute__((packed))", "", "Leave packed there, as it was."),
        ("", " __attribute__((aligned(4)))", "Leave aligned out."),
    ],
)
def test_an_attribute_that_changes_the_alignment_is_what_to_take_back(
    old: str, new: str, said: str
) -> None:
    """Nobody is told to add an attribute against one that was added."""
    body = "struct info {\n  __u16 cap;\n  __u16 flags;\n}%s;\n"
    if "aligned" in new:
        body = body.replace("flags;", "flags, a, b;")
    finding = only(compared(body % old, body % new, abis=ABIS), "alignment-changed")
    assert finding.suggestion == said
    assert "attribute" not in finding.suggestion


def test_no_attribute_is_proposed_that_would_part_abis() -> None:
    """A member that carried each ABI's own alignment is not replaced by one number."""
    old = "struct info {\n  __u64 a;\n  __u32 b, c;\n};\n"
    new = "struct info {\n  __u32 a[2];\n  __u32 b, c;\n};\n"
    finding = only(compared(old, new, abis=ABIS), "alignment-changed")
    assert "aligned(" not in finding.suggestion


def test_of_records_that_hold_one_another_the_innermost_is_shown() -> None:
    """Holders in which nothing else moves have no table of their own, unless all is asked for."""
    body = (
        "struct events {\n%s  __u32 code;\n};\n"
        "struct regs {\n  __u64 head;\n  struct events events;\n};\n"
        "struct run {\n  __u64 id;\n"
        "  union {\n    struct regs regs;\n    __u8 pad[64];\n  } s;\n};\n"
    )
    old, new = body % "", body % "  __u32 nap;\n"
    shown = _text(old, new)
    assert shown.count("from old to new on") == 1
    assert "2 records that changed not shown" in shown
    assert _text(old, new, whole=True).count("from old to new on") > 1


def test_a_holder_in_which_more_moves_is_shown() -> None:
    """What stands behind the record that grew is elsewhere now."""
    body = (
        "struct events {\n%s  __u32 code;\n};\n"
        "struct regs {\n  struct events events;\n  __u32 tail;\n};\n"
    )
    shown = _text(body % "", body % "  __u32 nap;\n")
    assert shown.count("from old to new on") == 2


def test_what_breaks_nobody_comes_without_advice() -> None:
    """A note for the record names nothing to write instead."""
    grown = compared("struct info { __u32 argsz; };\n", "struct info { __u32 argsz, b; };\n")
    signed = compared("#define BIT (1 << 31)\n", "#define BIT (1U << 31)\n")
    found = (*grown.findings, *signed.findings)
    assert [item.victims for item in found] == [(), ()]
    assert [item.suggestion for item in found] == ["", ""]


def test_a_typedef_that_changed_is_what_to_leave_as_it_was() -> None:
    """Nobody is told to write the declaration that stands there."""
    body = "typedef %s zone_t;\nstruct info {\n  zone_t events;\n};\n"
    finding = only(compared(body % "__u32", body % "__u64", RETYPED, abis=ABIS), RETYPED)
    assert finding.suggestion == "Leave zone_t as it was: its declaration has changed."


def test_only_the_member_that_is_written_otherwise_has_another_alignment() -> None:
    """Members of the same type beside it are not named."""
    old = "struct heap { __u64 len; __u32 fd; __u32 fl; __u64 flags; };\n"
    finding = only(
        compared(old, old.replace("__u64 len", "__aligned_u64 len"), abis=ABIS),
        "alignment-changed",
    )
    assert finding.message.endswith(": len has another alignment")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("__u32 a; __u64 b;", "; new struct nap differs between i386 and x86_64"),
        ("__u64 b; __u32 a, c;", ""),
        ("void *p; __u64 b;", ""),
    ],
)
def test_a_new_record_that_a_compat_pair_lays_out_apart_is_named(body: str, said: str) -> None:
    """Nothing that was there breaks, and the header is still not called compatible only."""
    old = "struct kept { __u32 a; };\n"
    report = compared(old, f"{old}struct nap {{ {body} }};\n", abis=ABIS)
    (verdict,) = verdicts(report)
    assert verdict.text == f"compatible for all 4 ABIs{said}"
    assert verdict.outcome is (Outcome.DOUBTFUL if said else Outcome.COMPATIBLE)


def test_the_header_of_a_typedef_that_changed_is_not_called_compatible() -> None:
    """What breaks in the headers that include it is said where it was caused, too."""
    words = "include/uapi/linux/words.h"
    use = "#include <linux/words.h>\nstruct info {\n  zone_t events;\n};\n"
    old, new = ({words: f"typedef {w} zone_t;\n", HEADER: use} for w in ("__u32", "__u64"))
    found = {item.path: item for item in verdicts(compared(old, new, abis=ABIS))}
    assert "changes what zone_t stands for, in every header that includes it" in found[words].text
    assert found[words].outcome is Outcome.BREAKS
    assert found[HEADER].outcome is Outcome.BREAKS


def test_a_width_that_moves_others_elsewhere_is_one_break_everywhere() -> None:
    """Where nothing moves behind it, a member of another width breaks compiled programs as well."""
    body = "struct event {\n  %s events;\n  __u64 data;\n}%s;\n"
    packed = "\n#ifdef __x86_64__\n__attribute__((packed))\n#endif\n"
    old, new = (body % (word, packed) for word in ("__u32", "__u64"))
    report = compared(old, new, abis=("x86_64", "arm64", "arm"))
    assert [item.text for item in verdicts(report)] == ["breaks compiled programs"]
    assert {item.breaks for item in report.findings} == {Breaks.BINARY}
    small = compared(old, new, abis=("x86_64", "arm"))
    assert {item.breaks for item in small.findings} == {Breaks.BINARY}


BPF = "include/uapi/linux/bpf.h"


@pytest.mark.parametrize(
    ("header", "name", "severity"),
    [
        (BPF, "struct bpf_list_node", Severity.ERROR),
        (BPF, "struct bpf_rb_node", Severity.ERROR),
        (BPF, "struct bpf_prog_info", Severity.NOTE),
        (BPF, "struct bpf_tunnel_key", Severity.NOTE),
        (BPF, "struct bpf_sock_ops", Severity.NOTE),
        ("arch/riscv/include/uapi/asm/kvm.h", "struct kvm_riscv_config", Severity.NOTE),
        ("arch/riscv/include/uapi/asm/kvm.h", "struct kvm_vcpu_init", Severity.ERROR),
    ],
)
def test_only_what_crosses_by_its_length_may_grow(
    header: str, name: str, severity: Severity
) -> None:
    """A header is no convention: each of its records has a way of its own to cross."""
    old, new = (f"{name} {{ __u64 a; {more} }};\n" for more in ("", "__u64 b;"))
    report = compared(
        {HEADER: "", header: old}, {HEADER: "", header: new}, abis=("riscv64", "x86_64")
    )
    finding = only(report, "struct-size-changed")
    assert finding.severity is severity
    assert ("length" in finding.consequence) == (name.endswith(("info", "key")))


def test_growth_is_judged_where_nothing_moves_besides() -> None:
    """A move on an ABI of its own is told as such, and does not take the convention away."""
    body = "struct info { __u32 argsz; __u16 id; %s __u32 b; %s};\n"
    old = body % ("__u16 ext;", "")
    new = body % ("union { __u16 ext; __be16 bits; };", "__u32 c; ")
    report = compared(old, new, abis=("arm", "arm-oabi", "x86_64"))
    assert only(report, "field-moved").abis == ("arm-oabi",)
    grown = only(report, "struct-size-changed")
    assert (grown.severity, grown.breaks, grown.victims) == (Severity.NOTE, Breaks.BINARY, ())


def test_padding_of_another_name_is_no_loss() -> None:
    """What is called padx000 is padding: members that programs read are told without it."""
    old = "struct block { __u8 padx000[8]; __u64 mask; __u8 padx001[8]; };\n"
    new = "struct block { __u8 _pad_002[8]; __u8 _pad_003[16]; };\n"
    finding = only(compared(old, new, abis=ABIS), RETYPED)
    assert finding.subject == "struct block.mask"
    assert "padx" not in finding.message + finding.consequence


def test_a_header_that_holds_what_breaks_is_not_called_compatible() -> None:
    """The finding stands at the inner record; whoever includes the holder meets it too."""
    inner, outer = "include/uapi/linux/inner.h", "include/uapi/linux/outer.h"
    middle = "include/uapi/linux/middle.h"
    users = {
        middle: "#include <linux/inner.h>\nstruct middle { struct inner in; };\n",
        outer: "#include <linux/middle.h>\nstruct outer { __u64 id; struct middle m; };\n",
    }
    old, new = (f"struct inner {{ {word} sp; __u64 pc; }};\n" for word in ("__u64", "__u32"))
    report = compared({inner: old, **users}, {inner: new, **users}, abis=("x86_64", "arm64"))
    assert {f.subject for f in report.findings} == {"struct inner.sp"}
    assert {verdict.path: verdict.outcome for verdict in verdicts(report)} == dict.fromkeys(
        (inner, middle, outer), Outcome.BREAKS
    )


def test_a_larger_array_is_no_record_with_nothing_in_it() -> None:
    """Where no member is new, no record is proposed that would hold the new ones."""
    old, new = (
        f"struct init {{ __u32 target; __u32 features[{n}]; }};\n"
        "#define INIT _IOW('z', 1, struct init)\n"
        for n in (7, 8)
    )
    finding = only(compared(old, new, abis=ABIS), "struct-size-changed")
    assert finding.suggestion.startswith("Keep the record as it is")


def test_both_values_of_a_constant_are_written_alike() -> None:
    """A command that gets a payload has both numbers in hexadecimal."""
    text = "#define ZONE_PUT _IO%s\n"
    shown = _text(text % "('z', 4)", text % "W('z', 4, int)")
    assert "0x7a04 -> 0x40047a04" in shown


def test_what_is_no_header_of_a_program_s_own_has_a_line_too() -> None:
    """A constant of an asm-generic header is told with the header that has it."""
    inner, user = "include/uapi/asm-generic/zone.h", "arch/x86/include/uapi/asm/zone.h"
    old, new = (
        {inner: f"#define ZONE {n}\n", user: "#include <asm-generic/zone.h>\n"} for n in (1, 2)
    )
    report = compared(old, new, abis=("x86_64",))
    shown = plain.render(text.lines(report, whole=False, width=80))
    assert f"{inner}: breaks compiled programs" in shown
    assert "old to new: 1 header changed: 1 error" in shown


def test_references_stand_apart_from_a_table() -> None:
    """A finding without advice has a line without words in front of what to read."""
    shown = _text("struct info { __u32 argsz; };\n", "struct info { __u32 argsz; __u32 n; };\n")
    assert "\n\n  see     " in shown


def test_an_enumerator_that_is_gone_is_missed_by_who_compiles_again() -> None:
    """What its loss moves is one finding, which names those who use the name as well."""
    old = "enum { ZONE_A, ZONE_B, ZONE_C, };\n"
    gone = only(compared(old, old.replace(" ZONE_B,", ""), abis=ABIS), "enum-insert-in-middle")
    assert gone.victims == (Victim.OLD_PROGRAM, Victim.NEW_PROGRAM, Victim.SOURCE)
    assert gone.consequence == "what uses ZONE_B no longer compiles"
    other = old.replace(" ZONE_B,", " ZONE_D, ZONE_E,")
    both = only(compared(old, other, abis=ABIS), "enum-insert-in-middle")
    assert "ZONE_D and ZONE_E are new and ZONE_B is gone in front of ZONE_C" in both.message
