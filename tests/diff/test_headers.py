# SPDX-License-Identifier: GPL-2.0-or-later
"""This module shows which headers are compared, and that what is unchanged is not even parsed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from abicheck.config import Config
from abicheck.engine import labour
from abicheck.engine.diff import DiffRequest, diff, diff_trees
from abicheck.engine.diff import run as engine
from abicheck.engine.diff.plots import Plots
from abicheck.engine.lint import LintRequest, lint
from abicheck.errors import UsageError
from abicheck.model import Breaks, Severity
from abicheck.report import text as plain
from abicheck.report.diff import text as told
from abicheck.rulebook import read_rules
from abicheck.vcs.memory import MemoryTree
from tests.diff.versions import HEADER, compared, only, said

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from abicheck.engine.fields import Plot
    from abicheck.engine.frontends import FrontEnd
    from abicheck.engine.harvest import Harvest
    from abicheck.model import DiffReport

UAPI = "include/uapi/linux"
PLAIN = "struct plain {\n  __u32 a;\n  __u32 b;\n};\n"
USER = "#include <linux/inner.h>\nstruct user {\n  struct inner in;\n  __u32 last;\n};\n"
TYPED = b"typedef unsigned int __u32;\ntypedef unsigned long long __u64;\n"
INNER = "struct inner {\n  __u32 a;\n%s};\n"


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[set[str]]:
    """The headers that are parsed, of either version in turn."""
    seen: list[set[str]] = []

    def noting(
        plots: Sequence[Plot], front: FrontEnd, jobs: int, meanwhile: Callable[[], None]
    ) -> tuple[Harvest, ...]:
        seen.extend(set(plot.paths()) for plot in plots)
        return labour.reap_all(plots, front, jobs, meanwhile)

    monkeypatch.setattr(engine, "reap_all", noting)
    return seen


def test_only_what_differs_or_includes_it_is_parsed(parsed: list[set[str]]) -> None:
    """Of four headers, one changes and one includes it: those two are parsed on both sides."""
    old = {f"{UAPI}/{name}.h": PLAIN.replace("plain", name) for name in ("one", "two")}
    old |= {f"{UAPI}/inner.h": INNER % "", f"{UAPI}/user.h": USER}
    new = old | {f"{UAPI}/inner.h": INNER % "  __u32 b;\n"}
    report = compared(old, new)
    assert parsed == [{f"{UAPI}/inner.h", f"{UAPI}/user.h"}] * 2
    assert said(report) == [("struct-size-changed", "grew", "struct inner")]
    assert [header.path for header in report.headers] == [f"{UAPI}/inner.h", f"{UAPI}/user.h"]


def test_nothing_is_parsed_where_nothing_differs(parsed: list[set[str]]) -> None:
    """A tree is the same as itself, and that is known without reading C."""
    report = compared({HEADER: PLAIN}, {HEADER: PLAIN})
    assert not report.findings
    assert not report.headers
    assert not any(parsed)


def test_records_of_one_version_alone_are_shown() -> None:
    """A header that changed shows the records that are new in it or gone, not those that stay."""
    old = {HEADER: PLAIN + PLAIN.replace("plain", "gone").replace("__u32 a", "__u64 a")}
    new = {HEADER: PLAIN + PLAIN.replace("plain", "fresh").replace("__u32 b", "__u16 b")}
    (header,) = compared(old, new).headers
    shown = {pair.name: (pair.old is not None, pair.new is not None) for pair in header.records}
    assert shown == {"struct gone": (True, False), "struct fresh": (False, True)}


def test_a_record_that_moved_to_another_header_is_found() -> None:
    """Neither gone nor new: it is compared where it is now, and its members with it."""
    wide = PLAIN.replace("__u32 b", "__u64 b")
    old = {f"{UAPI}/one.h": PLAIN, f"{UAPI}/two.h": "struct other {\n  __u8 x;\n};\n"}
    new = {f"{UAPI}/one.h": "#include <linux/two.h>\n", f"{UAPI}/two.h": wide}
    report = compared(old, new)
    grown = only(report, "struct-size-changed")
    assert grown.span.path == f"{UAPI}/two.h"
    assert grown.older is not None
    assert grown.older.path == f"{UAPI}/one.h"
    assert [f.subject for f in report.findings if f.rule == "record-removed"] == ["struct other"]


def test_a_record_under_another_name_is_known_by_its_shape() -> None:
    """A tag that changes while every member stays is no removal."""
    report = compared({HEADER: PLAIN}, {HEADER: PLAIN.replace("plain", "plane")})
    assert not [f for f in report.findings if f.rule == "record-removed"]


def test_a_record_that_another_header_has_already_is_not_gone() -> None:
    """A second definition that goes leaves the first, whose header did not change."""
    old = {f"{UAPI}/one.h": PLAIN, f"{UAPI}/two.h": PLAIN}
    new = old | {f"{UAPI}/two.h": "struct other {\n  __u8 x;\n};\n"}
    assert not [f for f in compared(old, new).findings if f.rule == "record-removed"]


def test_comments_and_blanks_change_nothing() -> None:
    """Words about a member, and lines above it, yield no finding."""
    text = "/* What it is for. */\n\n" + PLAIN.replace("__u32 a;", "__u32 a;\t/* first */\n")
    assert not compared(PLAIN, text).findings


def test_a_path_narrows_what_is_judged() -> None:
    """Only what is asked for is told; it may be named as programs include it."""
    old = {f"{UAPI}/{name}.h": PLAIN.replace("plain", name) for name in ("one", "two")}
    new = {path: text.replace("__u32 b", "__u64 b") for path, text in old.items()}
    for word in (f"{UAPI}/two.h", "linux/two.h"):
        assert {f.span.path for f in compared(old, new, paths=(word,)).findings} == {
            f"{UAPI}/two.h"
        }
    with pytest.raises(UsageError, match=r"linux/three\.h"):
        compared(old, new, paths=("linux/three.h",))


def test_a_header_that_does_not_parse_is_not_checked_and_never_clean() -> None:
    """What cannot be read is said with its version, and nothing in it counts as gone."""
    report = compared(PLAIN, PLAIN + "struct broken {\n")
    assert [finding.rule for finding in report.findings] == ["header-broken"]
    assert {(item.path, item.reason.partition(":")[0]) for item in report.not_checked} == {
        (HEADER, "in new")
    }


def test_two_kinds_of_tree_are_compared_by_what_programs_include() -> None:
    """A header of a kernel tree and the same one exported do not differ, whatever their paths."""
    kernel = MemoryTree("kernel", {f"{UAPI}/zone.h": PLAIN.encode(), f"{UAPI}/types.h": b""})
    plain = MemoryTree("plain", {"linux/zone.h": PLAIN.encode(), "linux/types.h": b""})
    request = DiffRequest(rulebook=read_rules(), config=Config(), jobs=1)
    report = diff_trees(kernel, plain, request)
    assert not [f for f in report.findings if "zone" in f.span.path]
    assert not [header for header in report.headers if "zone" in header.path]


@pytest.mark.parametrize("path", [f"{UAPI}/zone.h", "linux/zone.h", UAPI, "include/uapi", "linux"])
@pytest.mark.parametrize("turned", [False, True])
def test_a_path_means_the_header_in_both_kinds_of_tree(path: str, turned: bool) -> None:
    """A path of one tree, or its include path, is compared with the other tree's own."""
    text = f"#include <linux/types.h>\n{PLAIN}"
    grown = text.replace("__u32 b", "__u64 b").encode()
    kernel = MemoryTree("kernel", {f"{UAPI}/zone.h": text.encode(), f"{UAPI}/types.h": TYPED})
    plain = MemoryTree("plain", {"linux/zone.h": grown, "linux/types.h": TYPED})
    old, new = (plain, kernel) if turned else (kernel, plain)
    request = DiffRequest(rulebook=read_rules(), config=Config(), paths=(path,), jobs=1)
    assert any("zone" in f.span.path for f in diff_trees(old, new, request).findings)


def test_a_path_of_a_checkout_is_known_beside_exported_headers() -> None:
    """Exported headers may have any path: that of an architecture's header is the checkout's."""
    inner = "arch/x86/include/uapi/asm/inner.h"
    kernel = MemoryTree("kernel", {f"{UAPI}/types.h": TYPED, inner: b""})
    exported = MemoryTree("exported", {"linux/types.h": TYPED, "asm/inner.h": b"int i;"})
    for trees in ((kernel, exported), (exported, kernel)):
        assert Plots(*trees, ["x86_64"], ()).include(inner) == "asm/inner.h"


def test_an_allowance_with_a_reason_takes_a_finding_out() -> None:
    """A comment above the member suppresses what a rule says of it, and is no finding itself."""
    old = PLAIN + "struct more {\n  __u32 x;\n};\n"
    note = "/* abicheck: allow(struct-size-changed) no program has it yet */\n"
    new = PLAIN + note + "struct more {\n  __u32 x;\n  __u32 y;\n};\n"
    report = compared(old, new)
    assert not report.findings
    assert [item.reason for item in report.suppressed] == ["no program has it yet"]


def test_folders_are_compared_by_their_names(tmp_path: Path) -> None:
    """Two folders of headers are opened by the words that a user gives."""
    for name, text in (("old", PLAIN), ("new", PLAIN.replace("__u32 b", "__u64 b"))):
        (tmp_path / name).mkdir()
        (tmp_path / name / "zone.h").write_text(f"#include <linux/types.h>\n{text}")
    request = DiffRequest(
        old=str(tmp_path / "old"),
        new=str(tmp_path / "new"),
        rulebook=read_rules(),
        config=Config(),
        jobs=1,
    )
    report = diff(request)
    assert (report.baseline, report.current) == ("old", "new")
    assert {f.subject.partition(".")[0] for f in report.findings} == {"struct plain"}


def test_what_a_header_asked_for_includes_is_judged_with_it() -> None:
    """The cause is told where it is, although only the header that shows it was asked for."""
    old = {f"{UAPI}/inner.h": INNER % "", f"{UAPI}/user.h": USER, f"{UAPI}/one.h": PLAIN}
    new = old | {f"{UAPI}/inner.h": INNER % "  __u32 b;\n", f"{UAPI}/one.h": "struct x;\n"}
    report = compared(old, new, paths=("linux/user.h",))
    assert said(report) == [("struct-size-changed", "grew", "struct inner")]


def test_a_record_that_went_to_one_architecture_is_gone_from_the_others_as_a_note() -> None:
    """Programs of other architectures never had a use for it."""
    asm = "arch/x86/include/uapi/asm/zone.h"
    other = {f"arch/{arch}/include/uapi/asm/zone.h": "" for arch in ("x86", "arm64")}
    old = {f"{UAPI}/zone.h": "#include <asm/zone.h>\n" + PLAIN, **other}
    new = old | {f"{UAPI}/zone.h": "#include <asm/zone.h>\n", asm: PLAIN}
    report = compared(old, new, "record-removed", abis=("x86_64", "i386", "arm64"))
    gone = only(report, "record-removed")
    assert (gone.abis, gone.severity) == (("arm64",), Severity.NOTE)
    assert "asm/zone.h has it" in gone.message


def test_lint_does_not_call_an_allowance_of_a_change_unused(tmp_path: Path) -> None:
    """One version cannot tell what a comment about two of them is good for."""
    header = tmp_path / "zone.h"
    note = "/* abicheck: allow(struct-size-changed) no program has it yet */\n"
    header.write_text(f"#include <linux/types.h>\n{note}{PLAIN}")
    request = LintRequest(
        paths=(str(header),),
        rulebook=read_rules(),
        config=Config(),
        only=("unused-allowance",),
        jobs=1,
    )
    assert not lint(request).findings


BROKEN = "struct area { struct nobody x; };\n"


def test_a_header_that_never_parsed_and_is_the_same_is_a_remark() -> None:
    """What fails in both versions as it did, for what it includes, is not this change's affair."""
    other = "include/uapi/linux/other.h"
    whole = {HEADER: "#include <linux/other.h>\n" + BROKEN, other: "struct other { __u32 a; };\n"}
    grown = {**whole, other: "struct other { __u32 a; __u32 b; };\n"}
    report = compared(whole, grown, abis=("x86_64", "arm"))
    assert report.not_checked == ()
    assert report.notes == (f"not checked in either version, and the same in both: {HEADER}",)
    assert [item.subject for item in report.findings] == ["struct other"]


def test_a_header_that_changed_and_parses_in_neither_version_is_one_entry() -> None:
    """One header with one reason is one entry, which says that both versions have it."""
    report = compared(BROKEN, BROKEN + "#define MORE 1\n", abis=("x86_64", "arm"))
    (item,) = report.not_checked
    assert (item.path, item.abis) == (HEADER, ("x86_64", "arm"))
    assert item.reason.startswith("in both versions: ")
    assert report.notes == ()


def test_an_abi_that_the_kernel_gave_up_is_a_remark() -> None:
    """Headers that no longer know 31-bit programs of s390 do not change records for them."""
    width = "arch/s390/include/uapi/asm/bitsperlong.h"
    both = "#ifdef __s390x__\n#define {0} 64\n#else\n#define {0} 32\n#endif\n"
    narrow = both.format("__BITS_PER_LONG")
    old = {width: narrow, HEADER: "struct area { __u32 a; };\n"}
    new = {width: "#define __BITS_PER_LONG 64\n", HEADER: "struct area { __u32 a; __u32 b; };\n"}
    report = compared(old, new, abis=("s390x", "s390"))
    assert {abi for item in report.findings for abi in item.abis} == {"s390x"}
    assert (
        "not compared: the current headers no longer know 32-bit programs of s390" in report.notes
    )


ZONE = f"{UAPI}/zone.h"
BAD = "struct zone { nosuch_t id; };\n"


def _broken(old: dict[str, str], new: dict[str, str]) -> DiffReport:
    return compared(old, new, abis=("x86_64", "i386"))


def test_a_header_that_no_longer_compiles_is_a_finding_of_its_own() -> None:
    """What includes it does not compile: not only is it unknown what else has changed."""
    report = _broken({ZONE: PLAIN}, {ZONE: BAD})
    (finding,) = report.findings
    assert (finding.rule, finding.severity, finding.breaks) == (
        "header-broken",
        Severity.ERROR,
        Breaks.SOURCE,
    )
    assert finding.message == "linux/zone.h no longer compiles: unknown type name 'nosuch_t'"
    assert (finding.span.path, finding.abis) == (ZONE, ("x86_64", "i386"))
    assert report.not_checked


def test_a_mistake_in_a_header_is_one_finding_whoever_includes_it() -> None:
    """Other headers that meet the error follow from it, in the text as well."""
    users = {f"{UAPI}/user{n}.h": "#include <linux/zone.h>\n" for n in range(30)}
    report = _broken({ZONE: PLAIN, **users}, {ZONE: BAD, **users})
    (finding,) = report.findings
    assert finding.subject == "linux/zone.h"
    assert "27 more" in finding.consequence
    assert len({item.path for item in report.not_checked}) == 31
    shown = plain.render(told.lines(report, whole=False, width=80))
    assert shown.count("unknown type name") == 2
    assert f"not checked: {UAPI}/" in shown
    assert "and 30 more under" in shown


@pytest.mark.parametrize("old", [BAD, None])
def test_a_header_that_never_compiled_is_only_not_checked(old: str | None) -> None:
    """Nobody loses anything by it."""
    other = {f"{UAPI}/other.h": PLAIN}
    before = other if old is None else {**other, ZONE: old}
    report = _broken(before, {**other, ZONE: BAD + "#define X 1\n"})
    assert report.findings == ()
    assert report.not_checked


def test_headers_that_are_added_are_counted_as_such() -> None:
    """Nothing has changed by them, and they are not nothing."""
    other = {f"{UAPI}/other.h": PLAIN}
    assert "1 header added: 0 errors" in told.summary(_broken(other, {**other, ZONE: PLAIN}))
    both = _broken(other, {f"{UAPI}/other.h": f"#define A 1\n{PLAIN}", ZONE: PLAIN})
    assert "1 header changed, 1 added: 0 errors" in told.summary(both)


def test_a_header_that_only_others_include_is_told_when_it_is_new() -> None:
    """Programs have no name for it, and a reader who added it looks for it."""
    added = "include/uapi/asm-generic/zone.h"
    report = _broken({ZONE: PLAIN}, {ZONE: PLAIN, added: PLAIN})
    assert any(added in note for note in report.notes)
