# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds what counts as borrowing a private function."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abicheck.checks.review.facts import StepFacts
from abicheck.engine.rules import Judge
from abicheck.review.added import AddedFile, words
from abicheck.review.boundaries import read_boundaries
from abicheck.review.steps import FileChange, Hunk
from abicheck.rulebook import read_rules
from abicheck.vcs.directory import DirectoryTree
from tests.review_docs.steps import step

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abicheck.model import Finding

EMPTY = DirectoryTree(Path(__file__).parent, "a tree without code")
OUTSIDE = "drivers/virt/geniezone/gzvm_mmu.c"
BOUNDARIES = read_boundaries()


def _found(
    old: Mapping[str, str | None], new: Mapping[str, str | None], *, partial: bool = False
) -> tuple[Finding, ...]:
    made = step(EMPTY, old, new, partial=partial)
    judge = Judge([read_rules().get("borrowed-private-interface")])
    return tuple(judge.step(StepFacts(step=made, boundaries=BOUNDARIES)))


@pytest.mark.parametrize("partial", [False, True])
@pytest.mark.parametrize(
    "code",
    [
        "pfn = gfn_to_pfn_memslot(slot, gfn);",
        "fn = symbol_get(gfn_to_page);",
        "struct kvm_memory_slot slot;",
        "gfn_to_\\\npfn(kvm, gfn);",
        "ops.release = kvm_release_pfn_dirty;",
        "#define TOUCH(x) __kvm_gpc_refresh(x)",
        'f("x"); gfn_to_pfn(a, b); /* y */',
    ],
)
def test_a_name_in_added_code_is_a_use(code: str, partial: bool) -> None:
    """Calls, pointers, types, macros and names over two lines count, with and without the tree."""
    assert len(_found({}, {OUTSIDE: f"{code}\n"}, partial=partial)) == 1


@pytest.mark.parametrize("partial", [False, True])
@pytest.mark.parametrize(
    "code",
    [
        "/* gfn_to_pfn(kvm, gfn) */",
        "// gfn_to_pfn \\\ngfn_to_page",
        'pr_info("gfn_to_pfn");',
        "my_gfn_to_pfn(a); gfn_to_pfn2(b); gfn_to_pfnx;",
        "static u64 gfn_to_pfn(u64 gfn)\n{\n\treturn gfn_to_pfn(gfn);\n}",
        "u64 *gfn_to_page(u64 gfn);",
        "/*\n * gfn_to_pfn\n gfn_to_page\n */",
    ],
)
def test_what_only_looks_like_a_use_is_none(code: str, partial: bool) -> None:
    """Comments, strings, longer names and functions of the file's own are no use."""
    assert _found({}, {OUTSIDE: f"{code}\n"}, partial=partial) == ()


@pytest.mark.parametrize(
    "path",
    ["virt/kvm/x.c", "arch/arm64/kvm/hyp/x.c", "include/linux/kvm_host.h", "drivers/xen/x.c"],
)
def test_an_owner_may(path: str) -> None:
    """A file of the owner's uses what is its own."""
    assert _found({}, {path: "gfn_to_pfn(kvm, gfn);\n"}) == ()


def test_a_document_is_no_code() -> None:
    """What is named outside of C files is not used."""
    assert _found({}, {"Documentation/x.rst": "gfn_to_pfn(kvm, gfn);\n"}) == ()


@pytest.mark.parametrize(
    ("old", "new", "uses"),
    [
        ({OUTSIDE: "gfn_to_pfn(a);\n"}, {OUTSIDE: "x;\ngfn_to_pfn(a);\n"}, 0),
        ({OUTSIDE: "gfn_to_pfn(a);\n"}, {OUTSIDE: "gfn_to_pfn(b);\n"}, 0),
        ({"net/a.c": "gfn_to_pfn(a);\n"}, {"net/a.c": "", "net/b.c": "gfn_to_pfn(a);\n"}, 0),
        ({"net/a.c": "gfn_to_pfn(a);\n"}, {"net/a.c": None, "net/b.c": "gfn_to_pfn(a);\n"}, 0),
        (
            {"virt/kvm/a.c": "gfn_to_pfn(a);\n"},
            {"virt/kvm/a.c": "", OUTSIDE: "gfn_to_pfn(a);\n"},
            1,
        ),
        ({OUTSIDE: "gfn_to_pfn(a);\n"}, {OUTSIDE: "gfn_to_pfn(a);\ngfn_to_pfn(b);\n"}, 1),
        ({OUTSIDE: "gfn_to_pfn(a);\n"}, {OUTSIDE: "gfn_to_page(a);\n"}, 1),
    ],
)
def test_only_new_uses_count(
    old: dict[str, str | None], new: dict[str, str | None], uses: int
) -> None:
    """Lines that move or change a little are not new; lines that leave the owner are."""
    assert len(_found(old, new)) == uses


def test_a_hunk_may_begin_inside_a_comment() -> None:
    """With the file at hand a comment is one even where the hunk does not show its start."""
    head = "/*\n" + "text;\n" * 20
    old, new = f"{head}more\n*/\n", f"{head}gfn_to_pfn(x);\nmore\n*/\n"
    assert _found({OUTSIDE: old}, {OUTSIDE: new}) == ()
    assert _found({OUTSIDE: old}, {OUTSIDE: new}, partial=True) == ()
    long = "\n".join([head, *["words;"] * 20, "*/\n"])
    changed = long.replace("words;", "gfn_to_pfn(x);\nwords;", 1)
    assert _found({OUTSIDE: long}, {OUTSIDE: changed}) == ()
    starred = "\n".join(["/*", *[" * words;"] * 20, " */\n"])
    changed = starred.replace(
        " * words;\n" * 10, " * words;\n" * 10 + " * see gfn_to_pfn there\n", 1
    )
    assert _found({OUTSIDE: starred}, {OUTSIDE: changed}, partial=True) == ()


def test_one_finding_for_a_file_and_a_boundary() -> None:
    """Uses of one kind in one file are one finding, at the first, that names the others."""
    code = "a;\ngfn_to_pfn(x);\nkvm_release_pfn_dirty(y);\ngfn_to_pfn(z);\n"
    (found,) = _found({}, {OUTSIDE: code})
    assert found.span.line == 2
    assert "kvm_release_pfn_dirty (line 3)" in found.consequence
    assert "gfn_to_pfn (" not in found.consequence


@pytest.mark.parametrize(
    ("export", "path", "uses"),
    [
        ('EXPORT_SYMBOL_FOR_MODULES(kvm_write_guest, "vfio-zone");', "drivers/vfio/zone.c", 0),
        ('EXPORT_SYMBOL_FOR_MODULES(kvm_write_guest, "vfio-zone");', "drivers/vfio/zone/a.c", 0),
        ('EXPORT_SYMBOL_GPL_FOR_MODULES(kvm_write_guest, "zone,b-*");', "net/b_x.c", 0),
        ('EXPORT_SYMBOL_FOR_MODULES(kvm_write_guest, "vfio_zone");', "net/vfio-zone.c", 0),
        ('EXPORT_SYMBOL_FOR_MODULES(kvm_write_guest, "vfio-zone");', "drivers/vfio/other.c", 1),
        ("EXPORT_SYMBOL_FOR_KVM_INTERNAL(kvm_write_guest);", "drivers/vfio/zone.c", 1),
        ("EXPORT_SYMBOL_GPL(kvm_write_guest);", "drivers/vfio/zone.c", 1),
        ("", "drivers/vfio/zone.c", 1),
    ],
)
def test_a_module_that_an_export_names_may(export: str, path: str, uses: int) -> None:
    """An export to named modules lets just those in, and every other export is told."""
    found = _found({"virt/kvm/kvm_main.c": f"{export}\n"}, {path: "kvm_write_guest(x);\n"})
    assert len(found) == uses
    assert all((export.partition("(")[0] in item.consequence) for item in found)


@pytest.mark.parametrize("boundary", BOUNDARIES, ids=lambda boundary: boundary.id)
def test_a_boundary_keeps_its_symbols_from_somebody(boundary: object) -> None:
    """Every symbol of every boundary is found where it does not belong, and not at its owner's."""
    assert boundary in BOUNDARIES
    (one,) = (b for b in BOUNDARIES if b is boundary)
    outside = (one.within or ("net/strange",))[0].replace("*", "x").removesuffix(".c") + "/a.c"
    outside = outside if one.forbids(outside) else (one.within or ("net",))[0]
    for symbol in one.symbols:
        name = symbol.replace("*", "x")
        found = _found({}, {outside: f"{name}(1);\n"})
        assert any(item.subject == f"{name} in {outside}" for item in found), symbol
        for owner in one.owners:
            path = (
                f"{owner.replace('*', 'x').removesuffix('.h')}{'.h' if '.h' in owner else '/a.c'}"
            )
            assert not one.forbids(path)


_PIECES = st.lists(
    st.sampled_from(["a", "gfn", "/*", "*/", "//", '"', "'", "\\\n", "\n", " ", "(", "x.y", "->"]),
    max_size=30,
)


@given(_PIECES)
def test_a_whole_file_s_names_are_those_of_its_one_hunk(pieces: list[str]) -> None:
    """A new file reads alike as a text and as the one hunk that adds it."""
    text = "".join(pieces)
    lines = tuple(f"+{line}" for line in text.split("\n"))
    change = FileChange(
        path="a.c", old_path=None, hunks=(Hunk(old_line=0, new_line=1, lines=lines),)
    )
    inside = "*/" in text and ("/*" not in text or text.index("*/") < text.index("/*"))
    starred = text.lstrip().startswith(("* ", "*/", "*\n")) or text.strip() == "*"
    if not inside and not starred:
        assert AddedFile(change).words == tuple(words(text))
