# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tests that typedefs and inline functions are compared, wherever they are used."""

from __future__ import annotations

import pytest

from abicheck.model import Breaks, Severity, Victim
from abicheck.report.diff.verdicts import Outcome, verdicts
from tests.diff.versions import HEADER, compared, only, said

ABIS = ("x86_64", "i386", "arm64")
WORDS = ("__u32", "__u64")
TOWN = "include/uapi/linux/town.h"
INCLUDE = "#include <linux/town.h>\n"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("typedef __u32 zone_t;\n", "zone_t is gone"),
        ("typedef void (*zone_fn)(int, void *);\n", "zone_fn is gone"),
        ("static __inline__ int zone_id(int a) { return a; }\n", "zone_id() is gone"),
        ("static __inline__ __attribute__((const)) int zid(int a) { return a; }\n", "zid() is"),
        ("typedef __u8 zone_t;\ntypedef __u32 zid_t;\n", "zone_t and zid_t are gone"),
    ],
)
def test_a_declaration_that_no_header_has_any_more_is_an_error(text: str, named: str) -> None:
    """What uses it does not compile, whether or not a record does."""
    finding = only(compared("#define Z 1\n" + text, "#define Z 1\n", abis=ABIS), REMOVED)
    assert (finding.severity, finding.breaks) == (Severity.ERROR, Breaks.SOURCE)
    assert finding.victims == (Victim.SOURCE,)
    assert finding.message.startswith(named)


REMOVED = "declaration-removed"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("static inline int zid(int a) { return a; }\n", "#define zid(a) (a)\n"),
        (
            "static inline int zid(int a) { return a; }\n",
            "static __always_inline int zid(int a) {}",
        ),
        ("typedef __u32 zid_t;\n", "#define zid_t __u32\n"),
        ("typedef __u32 zid_t;\n", "typedef unsigned int zid_t;\n"),
        ("#ifdef __KERNEL__\nstatic inline int zid(int a) { return a; }\n#endif\n", ""),
        ("/* typedef int zid_t; */\n", ""),
    ],
)
def test_a_name_that_is_kept_in_another_way_is_silent(old: str, new: str) -> None:
    """Programs go on compiling, and mean the same by it."""
    assert compared(f"#define Z 1\n{old}", f"#define Z 1\n{new}", abis=ABIS).findings == ()


def test_a_declaration_that_moves_to_another_header_is_silent() -> None:
    """Names are looked up in the whole tree, as constants are."""
    text = "typedef __u32 zid_t;\nstatic inline int zid(int a) { return a; }\n"
    report = compared({HEADER: text, TOWN: ""}, {HEADER: "", TOWN: text}, abis=ABIS)
    assert report.findings == ()


def test_a_typedef_left_to_one_architecture_is_no_error() -> None:
    """Its header says whose it is today."""
    old = "typedef __u32 zid_t;\n"
    report = compared(old, f"#ifdef __x86_64__\n{old}#endif\n", abis=ABIS)
    finding = only(report, REMOVED)
    assert (finding.severity, finding.abis) == (Severity.WARNING, ("i386", "arm64"))


@pytest.mark.parametrize(
    ("new", "severity", "breaks"),
    [
        ("__u64", Severity.ERROR, Breaks.BINARY),
        ("__s32", Severity.WARNING, Breaks.SOURCE),
        ("float", Severity.WARNING, Breaks.SOURCE),
        ("struct zone *", Severity.WARNING, Breaks.SOURCE),
    ],
)
def test_a_typedef_that_no_record_uses_is_compared(
    new: str, severity: Severity, breaks: Breaks
) -> None:
    """Programs declare things of it themselves."""
    report = compared("typedef __u32 zid_t;\n", f"typedef {new} zid_t;\n", abis=ABIS)
    finding = only(report, "typedef-changed")
    assert (finding.severity, finding.breaks, finding.subject) == (severity, breaks, "zid_t")


def test_a_typedef_is_another_type_where_the_word_behind_it_is() -> None:
    """``long`` for ``__s64`` changes 32-bit programs alone."""
    report = compared("typedef __s64 zid_t;\n", "typedef long zid_t;\n", abis=ABIS)
    finding = only(report, "typedef-changed")
    assert (finding.abis, finding.breaks) == (("i386",), Breaks.COMPAT)


@pytest.mark.parametrize("body", ["zid_t a; __u32 b;", "__u32 b; zid_t a;", "zid_t a[2]; __u8 b;"])
def test_what_changes_through_a_typedef_alone_is_told_with_it(body: str) -> None:
    """One cause is one finding, in the header of the cause; the others' verdicts follow it."""
    user = f"{INCLUDE}struct zone {{ {body} }};\n#define ZONE_GET _IOR('z', 1, struct zone)\n"
    old, new = ({HEADER: user, TOWN: f"typedef {word} zid_t;\n"} for word in ("__u32", "__u64"))
    report = compared(old, new, abis=ABIS)
    assert said(report) == [("typedef-changed", "typedef", "zid_t")]
    finding = only(report, "typedef-changed")
    assert "struct zone takes" in finding.consequence
    assert "the number of ZONE_GET changes" in finding.consequence
    assert {verdict.path: verdict.outcome for verdict in verdicts(report)} == {
        HEADER: Outcome.BREAKS,
        TOWN: Outcome.BREAKS,
    }


def test_records_that_hold_what_changes_through_a_typedef_change_through_it_too() -> None:
    """A union of records with names of their own is laid out otherwise for the same reason."""
    inner = "struct fork { zid_t a; };\nstruct exit { zid_t a, b; };\n"
    outer = "struct event { __u32 what; union { struct fork fork; struct exit exit; } data; };\n"
    old, new = (f"typedef {word} zid_t;\n{inner}{outer}" for word in ("__u32", "__u64"))
    report = compared(old, new, abis=ABIS)
    assert said(report) == [("typedef-changed", "typedef", "zid_t")]
    assert "struct event takes 24 bytes instead of 12" in report.findings[0].consequence


def test_a_size_is_told_of_the_abis_that_see_it_change() -> None:
    """What takes as many bytes as before on 64-bit ABIs is not said to take more there."""
    old, new = (f"typedef {word} zid_t;\nstruct pair {{ zid_t a; __u64 b; }};\n" for word in WORDS)
    (finding,) = compared(old, new, abis=ABIS).findings
    assert "struct pair takes 16 bytes instead of 12 on i386" in finding.consequence


def test_a_typedef_made_of_another_is_its_consequence() -> None:
    """The root is told, with the record that names the other."""
    body = "typedef {} zid_t;\ntypedef zid_t zone_t;\nstruct zone {{ zone_t a; }};\n"
    report = compared(body.format("__u32"), body.format("__u64"), abis=ABIS)
    assert said(report) == [("typedef-changed", "typedef", "zid_t")]
    assert "struct zone takes 8 bytes instead of 4" in report.findings[0].consequence


def test_a_record_that_changes_besides_keeps_its_own_findings() -> None:
    """A typedef does not stand for a member that is gone."""
    body = "typedef {} zid_t;\nstruct zone {{ zid_t a; {} }};\n"
    report = compared(body.format("__u32", "__u32 b;"), body.format("__u64", ""), abis=ABIS)
    assert {finding.rule for finding in report.findings} >= {
        "typedef-changed",
        "field-removed-or-retyped",
    }


def test_records_are_told_where_the_rule_about_typedefs_is_not_asked() -> None:
    """What another rule would say is not lost for it."""
    body = "typedef {} zid_t;\nstruct zone {{ zid_t a; }};\n"
    texts = (body.format(word) for word in ("__u32", "__u64"))
    report = compared(*texts, "struct-size-changed", abis=ABIS)
    assert said(report) == [("struct-size-changed", "grew", "struct zone")]


def test_records_that_follow_a_constant_in_their_bounds_are_told_with_it() -> None:
    """IFNAMSIZ changes every record with a name in it: that is one mistake."""
    body = (
        f"{INCLUDE}struct req {{\n  char name[NAMSIZ];\n  __u32 flags;\n}};\n"
        "struct route {\n  struct req req;\n  __u64 id;\n};\n"
        "#define ZONE_GET _IOR('z', 1, struct req)\n"
        "#define ZONE_ROUTE _IOR('z', 2, struct route)\n"
    )
    old, new = ({HEADER: body, TOWN: f"#define NAMSIZ {n}\n"} for n in (16, 32))
    report = compared(old, new, abis=ABIS)
    assert said(report) == [("constant-value-changed", "value", "NAMSIZ")]
    told = report.findings[0].consequence
    assert "struct req takes 36 bytes instead of 20; struct route takes 48 bytes" in told
    assert "the numbers of ZONE_GET and ZONE_ROUTE change" in told
    assert {verdict.outcome for verdict in verdicts(report)} == {Outcome.BREAKS}


def test_a_bound_that_is_written_otherwise_is_the_record_s_own() -> None:
    """What the record's line says has changed: no constant made it so."""
    body = "#define NAMSIZ {}\nstruct req {{\n  char name[{}];\n}};\n"
    report = compared(body.format(16, "NAMSIZ"), body.format(32, "NAMSIZ * 2"), abis=ABIS)
    assert {f.subject for f in report.findings} == {"NAMSIZ", "struct req"}


def test_a_size_that_breaks_the_records_made_with_it_is_no_note() -> None:
    """A bound by itself may grow; a record of another size breaks programs."""
    body = "#define KEY_SIZE {}\nstruct key {{\n  __u8 key[KEY_SIZE];\n}};\n"
    alone = compared("#define KEY_SIZE 16\n", "#define KEY_SIZE 32\n", abis=ABIS)
    assert [f.severity for f in alone.findings] == [Severity.NOTE]
    (finding,) = compared(body.format(16), body.format(32), abis=ABIS).findings
    assert (finding.subject, finding.severity, finding.breaks) == (
        "KEY_SIZE",
        Severity.ERROR,
        Breaks.BINARY,
    )
    assert finding.victims[:2] == (Victim.OLD_PROGRAM, Victim.NEW_PROGRAM)


def test_a_typedef_that_an_architecture_now_takes_from_the_generic_header_is_kept() -> None:
    """Another architecture's new header with the name does not hide where it is."""
    asm = {arch: f"arch/{arch}/include/uapi/asm/zone.h" for arch in ("x86", "arm64")}
    text = "typedef __u32 zid_t;\n"
    generic = {"include/uapi/asm-generic/zone.h": text, HEADER: ""}
    old = {**generic, asm["x86"]: text, asm["arm64"]: ""}
    new = {**generic, asm["x86"]: "#include <asm-generic/zone.h>\n", asm["arm64"]: text}
    assert compared(old, new, abis=("x86_64", "arm64")).findings == ()
