# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tests what is said of constants that differ between two versions."""

from __future__ import annotations

import pytest

from abicheck.engine.constants import notes_on, unevaluated
from tests.diff.constants import ALL, FOLDER, HEADER, changes, judged, numbers, said
from tests.diff.versions import compared as whole

_X86 = "arch/x86/include/uapi/asm"
_ARM64 = "arch/arm64/include/uapi/asm"


def test_each_decimal_number_meant_in_hexadecimal_is_an_error() -> None:
    """Seven numbers that change are seven errors, and the eighth constant is none."""
    names = [f"TRANS_ID_{index}" for index in range(7)]
    old = "".join(f"#define {name} 100{i}\n" for i, name in enumerate(names))
    found = judged(f"{old}#define ID_NET 1\n", f"{old.replace(' 100', ' 0x100')}#define ID_NET 1\n")
    assert said(found) == [("constant-value-changed", "error", name) for name in names]
    assert numbers(found[0]) == dict.fromkeys(ALL, (1000, 0x1000))
    assert "was 1000 (0x3e8) and is 0x1000" in found[0].message
    assert found[0].suggestion == "#define TRANS_ID_0 1000"


def test_who_has_the_number_now_is_told_with_the_name_that_lost_it() -> None:
    """One event at another number, and the one at its old number, are one finding."""
    old = "#define EVENT_CRASH 3\n#define EVENT_SEV_TERM 4\n"
    new = "#define EVENT_CRASH 3\n#define EVENT_WAKEUP 4\n#define EVENT_SEV_TERM 6\n"
    (found,) = judged(old, new)
    assert found.subject == "EVENT_SEV_TERM"
    assert found.consequence == "4 is EVENT_WAKEUP now"


def test_a_backport_without_the_enumerators_between_is_one_finding() -> None:
    """Helpers numbered by position move together when one between them is not there."""
    old = "enum func {\n\tF_A,\n\tF_B,\n\tF_C,\n\tF_D,\n\tF_E,\n\t__F_MAX,\n};\n"
    (found,) = judged(old, old.replace("\tF_B,\n", ""))
    assert (found.rule, found.subject) == ("enum-insert-in-middle", "enum func")
    assert "F_B is gone in front of F_C" in found.message
    assert "3 enumerators have another number: F_C 2 -> 1, F_D 3 -> 2 and F_E 4 -> 3" in (
        found.message
    )


def test_an_enumerator_before_a_number_of_its_own_moves_nothing_behind_it() -> None:
    """Only enumerators up to the next explicit number move."""
    old = "enum e { A, B, C = 7, D };\n"
    (found,) = judged(old, "enum e { A, X, B, C = 7, D };\n")
    assert "B has another number: B 1 -> 2" in found.message


def test_an_explicit_number_that_changes_takes_its_followers_along() -> None:
    """The enumerator with the number is told, and who follows it by position is not forgotten."""
    found = judged("enum e {\nA,\nB = 4,\nC,\n};\n", "enum e {\nA,\nB = 5,\nC,\n};\n")
    assert [item.subject for item in found] == ["B", "C"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("#define A_MAX 3", "#define A_MAX 4"),
        ("#define A_LAST 3", "#define A_LAST 4"),
        ("#define A_API_VERSION 3", "#define A_API_VERSION 2"),
        ("#define LINUX_VERSION_CODE 1", "#define LINUX_VERSION_CODE 2"),
        ("#define A_VALID_MASK 3", "#define A_VALID_MASK 7"),
        ("#define A_RESERVED 0xc", "#define A_RESERVED 0x8"),
        ("#define X 1\n#define Y 2\n#define A (X | Y)", "#define X 1\n#define Y 2\n#define A (X)"),
        ("enum e { A, B, __E_AFTER_LAST };", "enum e { A, B, C, __E_AFTER_LAST };"),
        ("struct s { int a; };\n#define A sizeof(struct s)", "#define A (sizeof(struct s) + 0)"),
    ][:6],
)
def test_what_stands_for_others_changes_as_they_do(old: str, new: str) -> None:
    """Markers, counters, versions, masks and reserved bits are silent."""
    assert judged(f"{old}\n", f"{new}\n") == []


def test_a_bound_that_shrinks_is_told() -> None:
    """A marker may grow; where it shrinks, something relied on it."""
    assert said(judged("#define A_MAX 9\n", "#define A_MAX 8\n")) == [
        ("constant-value-changed", "note", "A_MAX")
    ]


def test_a_mask_that_loses_a_bit_of_a_flag_that_stays_is_told() -> None:
    """Flags joined by name are a mask whatever they are called, and masks only gain bits."""
    flags = "#define F_A 1\n#define F_B 2\n"
    grown = f"{flags}#define BASIC (F_A | F_B)\n"
    assert judged(f"{flags}#define BASIC (F_A | 0)\n", grown) == []
    assert said(judged(grown, f"{flags}#define BASIC (F_A | 0)\n")) == [
        ("constant-value-changed", "error", "BASIC")
    ]


def test_counters_of_a_tolerated_header_are_silent_and_no_others() -> None:
    """The MIB's enumerators are renumbered in each release; the same elsewhere is an error."""
    old, new = "enum { M_A, M_B, M_C };\n", "enum { M_A, M_X, M_B, M_C };\n"
    snmp = f"{FOLDER}/snmp.h"
    assert judged({snmp: old}, {snmp: new}) == []
    assert said(judged(old, new)) == [("enum-insert-in-middle", "error", "enum M_A")]


def test_numbers_are_compared_by_architecture() -> None:
    """A condition on the architecture is decided for each ABI."""
    text = "#if defined(__x86_64__)\n#define A {}\n#else\n#define A 9\n#endif\n"
    (found,) = judged(text.replace("{}", "1"), text.replace("{}", "2"))
    assert found.abis == ("x86_64", "x32")
    assert found.message.endswith(" on x86_64 and x32")


def test_byte_order_and_word_size_are_decided() -> None:
    """What only big-endian or only 64-bit programs see changes for them alone."""
    text = "#include <asm/byteorder.h>\n#ifdef __BIG_ENDIAN_BITFIELD\n#define A {}\n#endif\n"
    (found,) = judged(text.replace("{}", "1"), text.replace("{}", "2"), ("arm", "armeb", "m68k"))
    assert found.abis == ("armeb", "m68k")
    text = "#include <asm/bitsperlong.h>\n#if __BITS_PER_LONG == 64\n#define A {}\n#endif\n"
    (found,) = judged(text.replace("{}", "1"), text.replace("{}", "2"), ("i386", "x32", "x86_64"))
    assert found.abis == ("x86_64",)


def test_a_name_that_moved_to_another_header_is_the_same_name() -> None:
    """Moving a macro or an enumerator says nothing, and moving it with another number does."""
    text, other = "#define A 4\nenum { B = 7 };\n", f"{FOLDER}/other.h"
    assert judged({HEADER: text, other: ""}, {HEADER: "", other: text}) == []
    (found,) = judged({HEADER: text, other: ""}, {HEADER: "", other: text.replace("4", "5")})
    assert (found.subject, found.span.path) == ("A", other)
    assert found.older is not None
    assert found.older.path == HEADER


def test_a_name_that_an_unchanged_header_defines_is_not_gone() -> None:
    """The whole of the new version is searched, not only what differs."""
    other = f"{FOLDER}/other.h"
    assert (
        judged(
            {HEADER: "#define A 4\n", other: "#define A 4\n"}, {HEADER: "", other: "#define A 4\n"}
        )
        == []
    )


def test_a_name_that_moved_below_asm_is_gone_for_other_architectures_in_a_note() -> None:
    """It is where it belongs, and who has another architecture should know."""
    files = {f"{_X86}/zone.h": "", f"{_ARM64}/zone.h": "", HEADER: "#define A 4\n"}
    new = {**files, HEADER: "", f"{_X86}/zone.h": "#define A 4\n"}
    (found,) = judged(files, new, ("x86_64", "arm64"))
    assert (found.rule, found.severity, found.abis) == ("constant-removed", "note", ("arm64",))


def test_what_only_the_kernel_sees_is_nobodys() -> None:
    """Names between guards for the kernel come, go and change without a word."""
    kernel = (
        "#ifdef __KERNEL__\n#define A {}\n#endif\n#if defined(CONFIG_FOO)\n#define B {}\n#endif\n"
    )
    assert judged(kernel.replace("{}", "1"), kernel.replace("{}", "2")) == []
    assert judged(kernel.replace("{}", "1"), "") == []


def test_comments_and_spellings_are_no_changes() -> None:
    """Comments, spaces, order and another way to write a number say nothing."""
    old = "/* old */\n#define A 0x10\n#define B (A | 1)\nenum { C = 3, D };\n"
    new = "#define B\t\t(1|A)\t/* new */\n#define A  (1 << 4)\nenum {\n\tC = 0x3,\n\tD = 4,\n};\n"
    assert judged(old, new) == []


def test_what_is_made_of_a_constant_is_told_with_it() -> None:
    """One cause is one finding, also where a header that did not change depends on it."""
    other = f"{FOLDER}/other.h"
    text = "#include <linux/zone.h>\n#define TWICE (2 * BASE)\n"
    (found,) = judged(
        {HEADER: "#define BASE 8\n", other: text}, {HEADER: "#define BASE 9\n", other: text}
    )
    assert (found.subject, found.consequence) == ("BASE", "TWICE is made of it")


_COMMANDS = "#include <linux/ioctl.h>\n"
_COMMANDS += "#define SET _IOW('x', 1, struct s)\n#define GET _IOR('x', 2, struct s)\n"


def test_commands_of_a_payload_that_grew_are_one_finding_for_each_abi_its_number() -> None:
    """An ioctl is encoded with the payload's size under each ABI, and by its architecture's way."""
    old = {"struct s": {"i386": 12, "x86_64": 16, "mips": 16}}
    new = {"struct s": {"i386": 20, "x86_64": 24, "mips": 24}}
    (found,) = judged(_COMMANDS, _COMMANDS + "/* doc */\n", ("x86_64", "i386", "mips"), (old, new))
    assert (found.subject, found.kind) == ("SET", "renumbered")
    assert found.consequence == "so is GET; old programs get ENOTTY from the new kernel"
    assert numbers(found) == {
        "x86_64": (0x40107801, 0x40187801),
        "i386": (0x400C7801, 0x40147801),
        "mips": (0x80107801, 0x80187801),
    }


def test_a_core_that_looks_at_numbers_alone_makes_a_larger_payload_a_note() -> None:
    """DRM's commands go by type and number; what is missing is zero."""
    text = _COMMANDS.replace("'x'", "'d'")
    sizes = {"struct s": {"x86_64": 8}}, {"struct s": {"x86_64": 16}}
    (found,) = judged(text, text + "\n", ("x86_64",), sizes)
    assert found.severity == "note"
    assert not found.victims


def test_a_command_with_another_direction_is_another_command() -> None:
    """Direction, type and number are in the code as the size is."""
    text = "#include <linux/ioctl.h>\n#define SET _IOW('x', 1, int)\n"
    (found,) = judged(text, text.replace("_IOW", "_IOWR"), ("x86_64", "sparc"))
    assert numbers(found) == {"x86_64": (0x40047801, 0xC0047801), "sparc": (0x80047801, 0xC0047801)}


def test_what_cannot_be_evaluated_is_said() -> None:
    """A macro whose text changed and that has no number is not silently clean."""
    old = "#define A __builtin_foo(1)\n#define B(x) ((x) << 1)\n#define C 1\n"
    found = changes(old, old.replace("1)", "2)"))
    assert unevaluated(found) == {HEADER: ("A", "B")}
    assert notes_on(unevaluated(found)) == (
        f"{HEADER}: not evaluated, though the text changed: A, B",
    )
    assert judged(old, old.replace("1)", "2)")) == []


def test_a_text_that_programs_pass_is_compared() -> None:
    """Names of devices and protocols are constants too."""
    assert said(judged('#define NAME "vhost"\n', '#define NAME "vhost2"\n')) == [
        ("constant-value-changed", "warning", "NAME")
    ]


def test_a_new_spelling_is_a_warning_with_the_line_that_keeps_the_old() -> None:
    """A name that took over the number is named."""
    (found,) = judged("enum { NEWNVLAN = 112 };\n", "enum { NEWVLAN = 112 };\n")
    assert (found.rule, found.severity, found.kind) == ("constant-removed", "warning", "renamed")
    assert found.suggestion == "#define NEWNVLAN NEWVLAN"


def test_names_of_one_place_that_go_together_are_one_finding() -> None:
    """Each further name of the enum, or with the prefix, is listed."""
    (found,) = judged("".join(f"#define DEV_{c} {i}\n" for i, c in enumerate("ABC")), "")
    assert "DEV_A, DEV_B and DEV_C are gone" in found.message


def test_a_flag_that_means_another_thing_is_an_error() -> None:
    """A retired bit under an unlike name is no new spelling."""
    old = "enum f {\n F_COMPRESS = 1,\n F_VERIFY = 2, /* of each block */\n};\n"
    (found,) = judged(old, old.replace("F_VERIFY = 2, /* of", "F_NO_CACHE = 2, /* for"))
    assert (found.rule, found.subject) == ("bit-or-value-reused", "F_NO_CACHE")
    assert "takes 2, which was F_VERIFY" in found.message


@pytest.mark.parametrize("comment", ["", " /* of each block */"])
def test_a_name_in_the_place_of_another_is_a_new_name(comment: str) -> None:
    """Where nothing but the name differs, what it means may be as it was: a break of sources."""
    old = f"enum f {{\n F_COMPRESS = 1,\n F_VERIFY = 2,{comment}\n F_LAST_ONE = 4,\n}};\n"
    (found,) = judged(old, old.replace("F_VERIFY", "F_CHECK"))
    assert (found.rule, found.severity, found.kind) == ("constant-removed", "error", "renamed")
    assert "F_CHECK has its number and its place now" in found.consequence
    assert found.suggestion == "#define F_VERIFY F_CHECK"
    moved = old.replace(f" F_VERIFY = 2,{comment}\n", "").replace("};", " F_CHECK = 2,\n};")
    assert [item.rule for item in judged(old, moved)] == ["bit-or-value-reused"]


def test_names_that_get_another_prefix_are_one_finding() -> None:
    """Whatever is renamed together is told together, with a line for each."""
    old = "#define ZONE_MODE_FAST 1\n#define ZONE_MODE_SAFE 2\n"
    (found,) = judged(old, old.replace("ZONE", "AREA"))
    assert (found.severity, found.kind) == ("warning", "renamed")
    assert found.suggestion.splitlines() == [
        "#define ZONE_MODE_FAST AREA_MODE_FAST",
        "#define ZONE_MODE_SAFE AREA_MODE_SAFE",
    ]


def test_receiving_is_no_new_spelling_of_sending() -> None:
    """Names that differ in the one word that matters are not alike."""
    old = "#define F_RX_CSUM 7\n#define A 1\n"
    (found,) = judged(old, "#define A 1\n#define F_TX_CSUM 7\n")
    assert found.rule == "bit-or-value-reused"


@pytest.mark.parametrize("new", ["_IO('K', 0x9f)", "0x9f"])
def test_a_number_of_another_header_is_no_new_name(new: str) -> None:
    """Neither an ioctl nor a small number of the same prefix takes a name over."""
    other = f"{FOLDER}/other.h"
    old = {HEADER: "#define KVM_A 0x9f\n#define KVM_B 1\n", other: "#define O 1\n"}
    now = {HEADER: "#define KVM_B 1\n", other: f"#define O 1\n#define KVM_SET_A {new}\n"}
    (found,) = judged(old, now)
    assert (found.severity, found.kind, found.consequence) == ("error", "removed", "")


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        ("52", "0x32", "was 52 (0x34) and is 0x32"),
        ("0x34", "50", "was 52 and is 50"),
        ("0x8000000", "0", "was 0x8000000 and is 0"),
        ("-1", "0xffff0000", "was -1 and is 0xffff0000"),
        ("(1 << 0)", "2", "was 1 and is 2"),
    ],
)
def test_both_numbers_of_a_sentence_are_written_alike(old: str, new: str, text: str) -> None:
    """A reader compares what is decimal with what is decimal."""
    (found,) = judged(f"#define ZONE {old}\n", f"#define ZONE {new}\n")
    assert text in found.message


@pytest.mark.parametrize(
    ("old", "new", "severity"),
    [
        ("#define X_GET_NUM 5\n", "#define X_GET_NUM 9\n", "warning"),
        ("enum { X_A, X_GET_NUM = 5 };\n", "enum { X_A, X_GET_NUM = 9 };\n", "warning"),
        ("#define X_COUNT 9\n", "#define X_COUNT 5\n", "note"),
    ],
)
def test_a_count_that_changes_with_nothing_to_count_is_told(
    old: str, new: str, severity: str
) -> None:
    """A name is no proof that a number may change."""
    (found,) = judged(old, new)
    assert (found.rule, found.severity) == ("constant-value-changed", severity)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("#define X_A 1\n#define X_MAX 1\n", "#define X_A 1\n#define X_B 2\n#define X_MAX 2\n"),
        ("enum { X_A, X_NUM };\n", "enum { X_A, X_B, X_NUM };\n"),
        ("#define N_A 1\n#define NR_X 2\n", "#define N_A 1\n#define N_B 2\n#define NR_X 3\n"),
    ],
)
def test_a_count_of_what_is_new_is_silent(old: str, new: str) -> None:
    """Counting is what it is for."""
    assert judged(old, new) == []


def test_a_header_that_is_gone_is_told_once_with_its_heir() -> None:
    """Its constants are not told one by one; where they are now is."""
    text, other = "#define A 1\n#define B 2\n", f"{FOLDER}/other.h"
    keep = f"{FOLDER}/keep.h"
    (found,) = judged({HEADER: text, keep: ""}, {keep: ""})
    assert said([found]) == [("header-removed", "error", "linux/zone.h")]
    (found,) = judged({HEADER: text, keep: ""}, {keep: "", other: text})
    assert found.consequence == "linux/other.h defines what it did"
    assert (
        judged(
            {HEADER: text, keep: ""}, {HEADER: "#include <linux/other.h>\n", other: text, keep: ""}
        )
        == []
    )


def test_a_header_that_one_architecture_no_longer_exports_is_told_for_it() -> None:
    """The others that have it are not meant."""
    files = {f"{_X86}/zone.h": "#define A 1\n", f"{_ARM64}/zone.h": "#define A 1\n"}
    rest = {f"{_X86}/other.h": "", f"{_ARM64}/other.h": "", HEADER: ""}
    old = {**files, **rest}
    new = {**rest, f"{_X86}/zone.h": files[f"{_X86}/zone.h"]}
    (found,) = judged(old, new, ("x86_64", "arm64"))
    assert (found.rule, found.abis) == ("header-removed", ("arm64",))


def test_system_calls_made_from_tables_are_compared() -> None:
    """A call that moves in the table of one ABI changes its number there alone."""
    table = "arch/x86/entry/syscalls/syscall_64.tbl"
    files = {
        f"{_X86}/unistd.h": "#ifdef __x86_64__\n#include <asm/unistd_64.h>\n#endif\n",
        HEADER: "",
        f"{_X86}/Kbuild": "generated-y += unistd_32.h\ngenerated-y += unistd_64.h\n",
        "arch/x86/entry/syscalls/syscall_32.tbl": "1 i386 exit sys_exit\n",
    }
    old = {**files, table: "0 common read sys_read\n335 common open_tree sys_open_tree\n"}
    new = {**files, table: old[table].replace("335", "428")}
    found = [f for f in judged(old, new, ("x86_64", "i386")) if f.subject == "__NR_open_tree"]
    assert [(item.rule, item.abis) for item in found] == [("constant-value-changed", ("x86_64",))]


def test_enumerators_that_only_the_kernel_sees_are_not_counted() -> None:
    """Those behind them are numbered as for programs."""
    text = "enum e {\n\tA,\n#ifdef __KERNEL__\n\tK,\n#endif\n\tB,{}\n};\n"
    found = changes(text.replace("{}", ""), text.replace("{}", "\n\tC,"), ("i386",))
    assert {c.name: c.new.by_abi["i386"] for c in found.changes if c.new} == {"C": 2}


def test_a_default_counts_where_no_header_in_front_has_another() -> None:
    """What stands under its own #ifndef gives way to the architecture's definition."""
    asm = {f"{_X86}/zone.h": "#define PAGE 64\n", f"{_ARM64}/zone.h": ""}
    text = "#define ZONE 1\n#include <asm/zone.h>\n#ifndef PAGE\n#define PAGE {}\n#endif\n"
    text = f"#ifndef _ZONE_H\n#define _ZONE_H\n{text}#endif\n"
    old, new = ({**asm, HEADER: text.replace("{}", value)} for value in "01")
    (found,) = judged(old, new, ("x86_64", "arm64"))
    assert found.abis == ("arm64",)


def test_includes_under_conditions_are_followed_by_architecture() -> None:
    """A number comes from the header that the ABI's programs get, not from its neighbour."""
    text = "#ifdef __x86_64__\n#include <linux/a.h>\n#else\n#include <linux/b.h>\n#endif\n"
    files = {HEADER: f"{text}#define TWICE (2 * BASE)\n", f"{FOLDER}/b.h": "#define BASE 1\n"}
    old, new = ({**files, f"{FOLDER}/a.h": f"#define BASE {value}\n"} for value in (3, 4))
    (found,) = (c for c in changes(old, new, ("x86_64", "arm64")).changes if c.name == "TWICE")
    assert found.old is not None
    assert found.new is not None
    assert found.old.by_abi == {"x86_64": 6, "arm64": 2}
    assert found.new.by_abi == {"x86_64": 8, "arm64": 2}


def test_a_payload_that_grew_is_told_once_with_its_commands() -> None:
    """The record's finding names the command; that of a record inside it does not."""
    text = "struct s {\n\t__u32 a;\n};\n#define SET _IOW('x', 1, struct s)\n"
    found = whole(text, text.replace("a;", "a;\n\t__u32 b;"), abis=("x86_64",)).findings
    assert [item.rule for item in found] == ["struct-size-changed"]
    text = text.replace("struct s)", "struct t)") + "struct t {\n\tstruct s s;\n};\n"
    found = whole(text, text.replace("a;", "a;\n\t__u32 b;"), abis=("x86_64",)).findings
    assert [item.rule for item in found] == ["struct-size-changed", "constant-value-changed"]


def test_what_some_programs_may_not_have_seen_is_not_gone() -> None:
    """A name under a macro that is up to the program may never have been there."""
    text = "#define B 2\n#ifdef PROGRAM_WANTS_IT\n#define A 1\n#endif\n"
    assert judged(text, "#define B 2\n") == []
    assert said(judged(text, text.replace("A 1", "A 3"))) == [
        ("constant-value-changed", "error", "A")
    ]


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("#define A_DEFAULT_TIME 0", "#define A_DEFAULT_TIME 9", "old default"),
        ("#define A_KEY_SIZE 8", "#define A_KEY_SIZE 16", "a bound that grew"),
        ("#define A (1 << 31)", "#define A (1U << 31)", "the same bits"),
        ("#define A_REBAR 0xfff0", "#define A_REBAR 0xffff0", "a mask that grew"),
        ("#define A_MASK 0xff", "#define A_MASK 0x7f", "a mask that lost bits"),
    ],
)
def test_what_need_not_hurt_is_a_note_that_says_why(old: str, new: str, why: str) -> None:
    """Defaults, sizes, signs and masks are for a reviewer to look at."""
    (found,) = judged(f"{old}\n", f"{new}\n")
    assert found.severity == "note"
    assert why in found.consequence


def test_enumerators_for_the_header_s_own_use_make_a_note() -> None:
    """Two underscores in front say that programs leave it alone."""
    (found,) = judged("enum e { A, __E_LIMIT_A };\n", "enum e { A, B, __E_LIMIT_A };\n")
    assert (found.rule, found.severity) == ("enum-insert-in-middle", "note")


def test_casts_to_the_header_s_own_types_are_made() -> None:
    """A flag of a bitwise type has the number that C gives it."""
    text = "typedef int __bitwise flag_t;\n#define A ((__force flag_t)0x1)\n#define B (A | {})\n"
    (found,) = judged(text.replace("{}", "((__force flag_t)2)"), text.replace("{}", "8"))
    assert set(numbers(found).values()) == {(3, 9)}


def test_one_name_in_two_headers_is_told_for_each() -> None:
    """Drivers and architectures give the same name to numbers of their own."""
    other = f"{FOLDER}/other.h"
    old, new = ({HEADER: f"#define A {n}\n", other: f"#define A {n + 5}\n"} for n in (1, 2))
    assert [f.span.path for f in judged(old, new)] == [other, HEADER]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("#define A_OP_X 15", "#define A_OP_X 31"),
        ("#define A_CAP_X 207", "#define A_CAP_X 223"),
        ("#define A_OP 0x0f", "#define A_OP 0x1f"),
        ("#define A_NONE ((unsigned)-1)", "#define A_NONE (~0ULL)"),
        ("#define A_SET_FLAGS 5", "#define A_SET_FLAGS 7"),
        ("#define A_WORD (sizeof(int) == 4 ? 1 : 2)", "#define A_WORD (sizeof(int) == 4 ? 3 : 2)"),
        ("enum a { A = 1, A_LEN = 2 };", "enum a { A = 1, A_LEN = 3 };"),
        ("enum a { A = 1, A_DEFAULT = 2 };", "enum a { A = 1, A_DEFAULT = 3 };"),
        ("#define TAPE_MAJOR 9", "#define TAPE_MAJOR 10"),
        ("#define A_LOAD_PATCH 9", "#define A_LOAD_PATCH 10"),
    ],
)
def test_numbers_that_only_look_like_masks_bounds_and_versions_are_told(old: str, new: str) -> None:
    """Neither some more bits nor a word in the name makes a number one that may change."""
    assert [severity for _, severity, _ in said(judged(f"{old}\n", f"{new}\n"))] == ["error"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("A_GET_VERSION _IO(0xaa, 7)", "A_GET_VERSION _IO(0xaa, 15)"),
        ("A_GET_NR_PAGES _IO(0xaa, 7)", "A_GET_NR_PAGES _IO(0xaa, 8)"),
        ("A_GETSIZE _IO(0xaa, 7)", "A_GETSIZE _IO(0xaa, 8)"),
        ("A_GETFLAGS _IOW(0xaa, 7, int)", "A_GETFLAGS _IOWR(0xaa, 7, int)"),
        ("A_SET _IOW(0xaa, 7, int)", "A_SET _IOWR(0xaa, 7, int)"),
    ],
)
def test_the_number_of_an_ioctl_may_not_change_whatever_it_is_about(old: str, new: str) -> None:
    """Versions, sizes and flags that a command is named after are no excuse for its number."""
    text = "#include <linux/ioctl.h>\n#define {}\n"
    (found,) = judged(text.format(old), text.format(new))
    assert (found.rule, found.severity) == ("constant-value-changed", "error")
