# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tells that a change with one cause is one finding, and that growth is let be."""

from __future__ import annotations

import pytest

from abicheck.model import Breaks, Severity, Victim
from tests.diff.versions import HEADER, compared, only, places, said

ABIS = ("x86_64", "i386", "arm", "m68k")


def test_a_member_in_front_of_others_is_told_once_with_the_new_size() -> None:
    """What is put in front of a member moves it, and the size is a consequence of that."""
    ioctl = "#define ZONE_INFO _IOWR('z', 1, struct info)\n"
    old = "struct info { __u32 id; __u32 mode; __u64 mask; };\n" + ioctl
    new = "struct info { __u32 id; __u32 mode; __u32 code; __u32 why; __u64 mask; };\n" + ioctl
    report = compared(old, new, abis=ABIS)
    assert said(report) == [("field-moved", "moved", "struct info.mask")]
    told = only(report, "field-moved").consequence
    assert "info takes 24 bytes instead of 16" in told
    assert "the number of ZONE_INFO changes" in told


def test_what_is_new_behind_all_others_is_told_beside_a_move() -> None:
    """A swap does not explain a member at the end: the size has a finding of its own."""
    old = "struct info { __u32 id; __u32 mode; };\n"
    new = "struct info { __u32 mode; __u32 id; __u64 mask; };\n"
    rules = [rule for rule, _, _ in said(compared(old, new, abis=ABIS))]
    assert rules == ["field-moved", "struct-size-changed"]


def test_a_type_that_is_narrower_on_some_abis_is_one_finding_for_all() -> None:
    """A word that becomes a pointer parts 32-bit programs from their kernel, and is told once."""
    old, new = (f"struct info {{ __u32 a, b; {last}; }};\n" for last in ("__u64 fds", "int *fds"))
    report = compared(old, new, abis=("x86_64", "arm64", "x32", "arm"))
    (finding,) = report.findings
    assert (finding.rule, finding.severity) == ("field-removed-or-retyped", Severity.ERROR)
    assert {Victim.COMPAT, Victim.SOURCE} <= set(finding.victims)
    assert "takes 4 bytes on x32 and arm, 8 bytes before" in finding.message
    assert "info takes 12 bytes there instead of 16" in finding.consequence


def test_a_record_that_shrinks_for_programs_alone_parts_them_from_their_kernel() -> None:
    """Less room under the 32-bit ABIs is told to whoever runs those under a 64-bit kernel."""
    old, new = (f"struct info {{ __u32 a; __u32 w[{n}]; }};\n" for n in ("8", "sizeof(long)"))
    finding = only(compared(old, new, abis=("x86_64", "i386")), "struct-size-changed")
    assert (finding.abis, Victim.COMPAT in finding.victims) == (("i386",), True)


def test_a_member_that_aligns_some_and_pushes_others_is_one_finding() -> None:
    """A wider arm of a union moves the union on one ABI and what follows it on all."""
    body = "struct info { __u64 a; __u32 b; union { __u32 c; %s}; __u64 d; __u64 e; };\n"
    (finding,) = compared(body % "", body % "__u64 w; ", abis=("x86_64", "i386")).findings
    assert (finding.rule, finding.subject) == ("field-moved", "struct info.c")
    assert places(finding) == {"x86_64": (12, 16), "i386": (12, 12)}
    assert "from byte 12 to byte 16 on x86_64: it is 8-aligned by w" in finding.message
    assert finding.consequence.endswith("d moves by 4 bytes on i386")
    assert (finding.abis, Victim.COMPAT in finding.victims) == (("x86_64", "i386"), True)


def test_nameless_bits_at_the_end_are_as_new_as_they_are_old() -> None:
    """What moves the padding at a record's end is why the record is longer."""
    body = "struct info { __u32 a; __u32 b:1;%s __u32 :31; __u64 c; __u32 d; __u32 :32; };\n"
    report = compared(body % "", body % " __u32 e:1;", abis=("x86_64", "arm64"))
    assert said(report) == [("field-moved", "moved", "struct info.c")]


def test_words_that_become_bit_fields_are_one_finding() -> None:
    """Two neighbours of another width, and the place that the second one gets, are one change."""
    old = "struct info { __u32 id; __u16 fails; __u16 seen; };\n"
    new = "struct info { __u32 id; __u32 mode:2, seen:2, fails:4, more:24; };\n"
    finding = only(compared(old, new, abis=ABIS), "field-removed-or-retyped")
    assert finding.subject == "struct info.seen"
    assert "and fails has another width too" in finding.consequence
    assert len(compared(old, new, abis=ABIS).findings) == 1


def test_a_record_that_loses_its_last_member_is_told_once() -> None:
    """A member that is gone takes the record's size along."""
    old = "struct info { __u32 id; __u32 pad[3]; __u32 enabled; };\n"
    new = "struct info { __u32 id; __u32 pad[3]; };\n"
    report = compared(old, new, abis=ABIS)
    assert said(report) == [("field-removed-or-retyped", "removed", "struct info.enabled")]
    finding = report.findings[0]
    assert "info takes 16 bytes instead of 20" in finding.consequence
    assert (finding.breaks, Victim.OLD_PROGRAM in finding.victims) == (Breaks.BINARY, True)


def test_padding_that_gets_a_name_moves_the_open_end_behind_it() -> None:
    """An array without bits behind a new pad is told with the pad."""
    head = "struct item { __u64 a; };\nstruct info { __u64 id; __u32 n;%s struct item items[]; };\n"
    report = compared(head % "", head % " __u32 :32;", abis=ABIS)
    assert said(report) == [("pad-named-or-added", "resized", "struct info")]
    assert "items behind it moves along" in report.findings[0].consequence


HEAD = "struct head { __u16 id; __u16 version; __u32 next; };\n"
HALL = "struct hall { __u32 n; union { struct area x; __u8 raw[64]; }; };\n"
MARKED = "struct area { __u32 a; __u32 b; %schar end[]; } __attribute__((aligned(32)));"
GROWING = {
    "end marks where it ends": (MARKED % "", MARKED % "__u8 c; __u8 __reserved; __u64 d[4]; "),
    "size, beside magic, says": (
        "struct area { __u32 magic; __u32 size; __u64 a; };",
        "struct area { __u32 magic; __u32 size; __u64 a; __u64 b; };",
    ),
    "hdr_len, beside magic, says": (
        "struct area { __u16 magic; __u8 version; __u8 flags; __u32 hdr_len; };",
        "struct area { __u16 magic; __u8 version; __u8 flags; __u32 hdr_len; __u32 off; };",
    ),
    "the version in header says": (
        f"{HEAD}struct area {{ struct head header; __u64 a; }};",
        f"{HEAD}struct area {{ struct head header; __u64 a; __u64 b; }};",
    ),
    "data_size says how much of data is used": (
        "struct area { __u32 version; __u32 data_size; __u8 data[64]; };",
        "struct area { __u32 version; __u32 data_size; __u8 data[96]; };",
    ),
    "the padding in struct hall takes it up": (
        f"struct area {{ __u32 a; }};\n{HALL}",
        f"struct area {{ __u32 a; __u32 b; }};\n{HALL}",
    ),
}


@pytest.mark.parametrize("why", GROWING)
def test_growth_by_a_convention_is_a_note_that_names_it(why: str) -> None:
    """A record that says how far it goes may become longer, and nothing else is said of it."""
    finding = only(compared(*GROWING[why], abis=ABIS), "struct-size-changed")
    assert (finding.severity, finding.victims) == (Severity.NOTE, ())
    assert why in finding.consequence
    assert len(compared(*GROWING[why], abis=ABIS).findings) == 1


def test_a_size_in_an_ioctl_s_number_is_not_excused_by_a_length() -> None:
    """More room for data changes the number of the ioctl that takes the record."""
    text = (
        "struct area { __u32 data_size; __u8 data[%s]; };\n#define PUT _IOW('z', 1, struct area)\n"
    )
    finding = only(compared(text % 64, text % 96, abis=ABIS), "struct-size-changed")
    assert finding.severity is Severity.ERROR


@pytest.mark.parametrize("name", ["__align", "Reserved1", "reserved_a0", "rsvd", "expansion"])
def test_members_that_say_they_mean_nothing_are_nobody_s_loss(name: str) -> None:
    """A reserved member by any of its names is taken, neither moved nor gone."""
    old = f"struct info {{ __u32 id; __u8 {name}[4]; }};\n#define SET _IOW('z', 1, struct info)\n"
    new = old.replace(f"__u8 {name}[4]", f"__u16 mode; __u8 {name}[2]")
    report = compared(old, new, abis=ABIS)
    assert said(report) == [("reserved-consumed", "reserved-taken", "struct info.mode")]


def test_a_result_is_no_reserved_word() -> None:
    """A bare ``res`` is what a completion says, and another sign of it is told."""
    old, new = (
        f"struct event {{ __u64 data; {word} res; __u32 n; }};\n" for word in ("__s32", "__u32")
    )
    finding = only(compared(old, new, abis=ABIS), "field-removed-or-retyped")
    assert (finding.subject, finding.victims) == ("struct event.res", (Victim.SOURCE,))


def test_a_capability_in_another_header_gates_what_is_new() -> None:
    """A record of asm/ is asked for by a constant of linux/ that is named as the record is."""
    record = "struct zone_run {{ __u32 id; __u32 {}; }};\n#define R _IOW('z', 1, struct zone_run)\n"
    first, second = "include/uapi/linux/one.h", "include/uapi/linux/two.h"
    old = {first: record.format("reserved"), second: "#define ZONE_CAP_OLD 1\n"}
    new = {
        first: record.format("mode"),
        second: "#define ZONE_CAP_OLD 1\n#define ZONE_CAP_MODE 2\n",
    }
    assert said(compared(old, new, abis=ABIS)) == []
    other = {**new, second: f"{old[second]}#define HALL_CAP_MODE 2\n"}
    assert [rule for rule, _, _ in said(compared(old, other, abis=ABIS))] == ["reserved-consumed"]


def test_advice_names_the_capability_that_came_with_a_change() -> None:
    """Of several new gates the only capability is named, of several capabilities none."""
    record = "struct zone_run { __u32 id; %s };\n#define R _IOW('z', 1, struct zone_run)\n"
    old, mended = (
        record % body for body in ("__u64 data;", "__u32 n; union { __u64 data, d[2]; };")
    )
    flag, one, two = (f"#define ZONE_{name} 1\n" for name in ("FLAG_A", "CAP_A", "CAP_B"))

    def advice(new: str) -> str:
        found = compared(old, new, "field-moved", abis=("x86_64", "i386")).findings
        return " ".join(str(finding.suggestion) for finding in found)

    assert "beside ZONE_CAP_A that" in advice(f"{flag}{one}{mended}")
    assert "beside what is new with it" in advice(f"{one}{two}{mended}")


def test_records_that_go_together_are_one_finding() -> None:
    """A driver's records in a header that stays are told once, at the first of them."""
    kept = "struct kept { __u32 a; };\n"
    gone = "".join(f"struct gone{n} {{ __u32 a; __u64 b[{n + 1}]; }};\n" for n in range(6))
    finding = only(compared(kept + gone, kept, abis=ABIS), "record-removed")
    assert finding.subject == "struct gone0"
    assert finding.message.startswith(
        "struct gone0, struct gone1, struct gone2 and 3 more are gone"
    )
    assert finding.message.endswith("no other header has them")


def test_a_record_that_one_architecture_loses_is_told_with_its_name() -> None:
    """Whom it concerns stands in the sentence, not in the table alone."""
    home = "arch/x86/include/uapi/asm/zone.h"
    arm = {"arch/arm64/include/uapi/asm/zone.h": "struct zone_key { __u32 a; };\n", HEADER: ""}
    old = {home: "struct zone_key { __u32 a; };\n", **arm}
    finding = only(compared(old, {**old, home: ""}, abis=("x86_64", "arm64")), "record-removed")
    assert "gone from asm/zone.h on x86_64" in finding.message


def test_a_member_taken_out_of_the_middle_is_one_finding() -> None:
    """What it moves says as well that it is gone, where it moves something on every ABI."""
    report = compared("struct s { __u32 a, b, c; };\n", "struct s { __u32 a, c; };\n", abis=ABIS)
    assert said(report) == [("field-moved", "moved", "struct s.c")]
    (finding,) = report.findings
    assert Victim.SOURCE in finding.victims
    assert "what uses b no longer compiles" in finding.consequence
    assert finding.suggestion == "\t__u32 b;"


def test_a_member_whose_loss_moves_others_on_some_abis_has_a_finding_of_its_own() -> None:
    """Where nothing moves, programs lose the name all the same."""
    old, new = (f"struct s {{ __u32 a; {b} __u64 c; }};\n" for b in ("__u32 b;", ""))
    assert [rule for rule, *_ in said(compared(old, new, abis=ABIS))] == [
        "field-moved",
        "field-removed-or-retyped",
    ]


def test_a_record_that_went_to_an_architecture_is_found_whichever_abis_are_compared() -> None:
    """What s390 alone has today is a note for x86, although nobody asked about s390."""
    home = "arch/s390/include/uapi/asm/zone.h"
    x86 = {"arch/x86/include/uapi/asm/zone.h": "#define X 1\n"}
    record = "struct zone_key { __u32 a; __u32 b; };\n"
    old = {**x86, home: "#define S 1\n", "include/uapi/linux/zone.h": f"#define Z 1\n{record}"}
    new = {**x86, home: record, "include/uapi/linux/zone.h": "#define Z 1\n"}
    finding = only(compared(old, new, abis=("x86_64", "i386")), "record-removed")
    assert finding.severity is Severity.NOTE
    assert "asm/zone.h has it" in finding.message


def test_commands_that_become_plain_numbers_are_one_finding() -> None:
    """A driver that takes its commands to another core renumbers them for one reason."""
    old = "".join(f"#define ZONE_{n} _IOW('z', {n}, int)\n" for n in range(5))
    new = "".join(f"#define ZONE_{n} {n}\n" for n in range(5))
    finding = only(compared(old, new, abis=ABIS), "constant-value-changed")
    assert finding.subject == "ZONE_0"
    assert "and ZONE_1, ZONE_2, ZONE_3 and ZONE_4 are renumbered with it" in finding.consequence


def test_numbers_that_change_on_their_own_are_each_a_finding() -> None:
    """Nothing joins two constants but the header that they stand in."""
    report = compared("#define A 1\n#define B 2\n", "#define A 5\n#define B 9\n", abis=ABIS)
    assert [item.subject for item in report.findings] == ["A", "B"]


@pytest.mark.parametrize("text", ["#define PV_SIZE 64\n", "enum { PV_SIZE = 64 };\n"])
def test_a_constant_that_went_to_the_asm_of_an_architecture_left_out_is_not_lost(text: str) -> None:
    """Which ABIs are asked about does not decide whether a name is gone from the tree."""
    home = "arch/s390/include/uapi/asm/zone.h"
    x86 = {"arch/x86/include/uapi/asm/zone.h": "#define X 1\n"}
    old = {HEADER: "#include <asm/zone.h>\n" + text, home: "", **x86}
    new = {**old, HEADER: "#include <asm/zone.h>\n", home: text}
    finding = only(compared(old, new, abis=("x86_64", "i386")), "constant-removed")
    assert finding.severity is Severity.NOTE
    assert "is gone on x86_64 and i386" in finding.message
    assert finding.consequence.startswith("asm/zone.h has it still, for other ABIs")
    gone = only(compared(old, {**new, home: ""}, abis=("x86_64", "i386")), "constant-removed")
    assert gone.severity is Severity.ERROR


def test_a_constant_for_an_architecture_left_out_that_stays_in_its_header_is_not_lost() -> None:
    """A header that all share may say for which architecture it defines a name."""
    old = "#define PV_SIZE 64\n"
    new = f"#ifdef __s390x__\n{old}#endif\n"
    finding = only(compared(old, new, abis=("x86_64",)), "constant-removed")
    assert finding.severity is Severity.WARNING
    assert "linux/zone.h has it still" in finding.consequence


def test_arrays_that_become_flexible_where_they_are_make_one_note_for_a_header() -> None:
    """Nothing is laid out otherwise: who maintains the header hears of it once."""
    body = "".join(f"struct s{n} {{ __u32 count; __u8 data[0]; }};\n" for n in range(6))
    report = compared(body, body.replace("[0]", "[]"), abis=ABIS)
    finding = only(report, "flex-array-conversion")
    assert (finding.severity, finding.subject) == (Severity.NOTE, "struct s0.data")
    assert "so do struct s1.data, struct s2.data, struct s3.data and 2 more" in finding.consequence


def test_an_array_that_loses_its_element_is_told_by_itself() -> None:
    """Its record has another size, whatever else is converted in the header."""
    old = "struct s { __u32 a; __u8 d[0]; };\nstruct t { __u32 a; __u32 d[1]; };\n"
    report = compared(old, old.replace("[0]", "[]").replace("[1]", "[]"), abis=ABIS)
    told = [(f.subject, f.severity) for f in report.findings]
    assert told == [("struct s.d", Severity.NOTE), ("struct t.d", Severity.WARNING)]


def test_a_name_that_an_architecture_s_own_header_loses_is_lost() -> None:
    """What other architectures have in theirs is no help to its programs."""
    homes = [f"arch/{arch}/include/uapi/asm/zone.h" for arch in ("x86", "s390")]
    old = dict.fromkeys(homes, "#define NCC 8\n") | {HEADER: ""}
    report = compared(old, {**old, homes[0]: "#define X 1\n"}, abis=("x86_64", "i386"))
    assert only(report, "constant-removed").severity is Severity.ERROR
