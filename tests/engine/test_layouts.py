# SPDX-License-Identifier: GPL-2.0-or-later
"""From words to a report: which records, of which state of which tree, under which ABIs."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from abicheck import abis
from abicheck.engine import frontends
from abicheck.engine.layouts import LayoutRequest, layout
from abicheck.errors import InputError, UsageError
from abicheck.parse import libclang
from tests.engine.units import batched, new_harvester

if TYPE_CHECKING:
    from pathlib import Path

FEW = ("x86_64", "i386", "arm")


def _names(request: LayoutRequest) -> set[str]:
    return {record.name for record in layout(request).records}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three headers that belong to no tree."""
    (tmp_path / "a.h").write_text(
        "struct alpha { int a; struct { long b; } inner; struct { int c; } many[3]; };\n"
        "union alphabet { int a; };\ntypedef struct { int t; } alpha_t;\n"
    )
    (tmp_path / "b.h").write_text('#include "a.h"\nstruct beta { struct alpha a; };\n')
    (tmp_path / "c.h").write_text("struct gamma { int a;\n")
    return tmp_path


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("alpha",), {"struct alpha"}),
        (("struct alpha",), {"struct alpha"}),
        (("union alphabet",), {"union alphabet"}),
        (("alpha_t",), {"alpha_t"}),
        (("alpha*",), {"struct alpha", "union alphabet", "alpha_t"}),
        (("struct *",), {"struct alpha"}),
        (("*",), {"struct alpha", "union alphabet", "alpha_t"}),
        (("alpha.inner",), {"struct alpha.inner"}),
        (("alpha.many", "alpha_t"), {"struct alpha.many[0]", "alpha_t"}),
        (("[ab]lpha",), {"struct alpha"}),
    ],
)
def test_words_mean_records(words: tuple[str, ...], expected: set[str], folder: Path) -> None:
    """Tags, kinds, globs and dotted paths mean the records a C programmer takes them for."""
    assert _names(LayoutRequest(names=words, paths=(str(folder / "a.h"),), abis=FEW)) == expected


@pytest.mark.parametrize("word", ["alpah", "struct beta", "alpha.outer", "alpha_t.x", "gamma?"])
def test_words_that_mean_nothing(word: str, folder: Path) -> None:
    """A word that means no record is an error that names it; a near name is proposed."""
    request = LayoutRequest(names=(word,), paths=(str(folder / "a.h"),), abis=FEW)
    with pytest.raises(UsageError) as told:
        layout(request)
    assert f"'{word}'" in str(told.value)
    if word == "alpah":
        assert "did you mean 'alpha'?" in str(told.value)


@pytest.mark.parametrize(
    "word", ["", " ", "alpha.", ".inner", "alpha..b", "a;b", "$(x)", "a\nb\0", "{", "--"]
)
def test_words_that_cannot_be_names(word: str, folder: Path) -> None:
    """What is no name in C, nor a glob over names, is refused."""
    with pytest.raises(UsageError):
        layout(LayoutRequest(names=(word,), paths=(str(folder / "a.h"),), abis=FEW))


def test_a_broken_header_is_not_silent(folder: Path) -> None:
    """A record asked for that may lie in a header that fails is not said to be missing."""
    report = layout(LayoutRequest(names=("gamma",), paths=(str(folder / "c.h"),), abis=FEW))
    assert [(item.path, item.abis) for item in report.not_checked] == [("c.h", FEW)]


@pytest.mark.parametrize(
    ("word", "told", "where"),
    [
        ("alpha.inner.b", "b is a member of alpha.inner and no record of its own", "a.h"),
        ("alpha.inner.b", "b is a member of alpha.inner and no record of its own", "."),
        ("alpha.a", "ask for alpha", "a.h"),
        ("alpha.iner", "did you mean 'alpha.inner'?", "a.h"),
        ("alpha.iner", "did you mean 'alpha.inner'?", "."),
        ("inner", "did you mean 'alpha.inner'?", "a.h"),
        ("alpah.inner", "did you mean 'alpha'?", "a.h"),
    ],
)
def test_a_word_beside_a_record_is_led_to_it(
    word: str, told: str, where: str, folder: Path
) -> None:
    """A member that is no record, and a record in another one, are told by their paths."""
    (folder / "c.h").unlink()
    request = LayoutRequest(names=(word,), paths=(str(folder / where),), abis=FEW)
    with pytest.raises(UsageError, match=re.escape(told)):
        layout(request)


def test_one_abi_that_parses_is_enough_to_miss_a_name(tmp_path: Path) -> None:
    """A header that fails under some ABIs only still tells of a word that means nothing."""
    (tmp_path / "a.h").write_text("#ifdef __i386__\n#error no\n#endif\nstruct alpha { int a; };\n")
    request = LayoutRequest(names=("alpah",), paths=(str(tmp_path / "a.h"),), abis=FEW)
    with pytest.raises(UsageError, match="did you mean 'alpha'"):
        layout(request)
    assert layout(replace(request, names=("alpha",))).not_checked[0].abis == ("i386",)
    assert layout(replace(request, abis=("i386",))).not_checked[0].abis == ("i386",)


def test_a_header_that_no_abi_can_read_says_what_it_lacks(tmp_path: Path) -> None:
    """A header copied without its asm/ part is not said to lack a record."""
    (tmp_path / "a.h").write_text("#include <asm/thing.h>\nstruct alpha { int a; };\n")
    request = LayoutRequest(names=("alpha",), paths=(str(tmp_path / "a.h"),), abis=FEW)
    with pytest.raises(UsageError, match=r"a\.h can be read under no ABI: .* no asm/thing\.h"):
        layout(request)


def test_a_header_without_records_says_so(tmp_path: Path) -> None:
    """All records of a header that defines none are a note, not silence."""
    (tmp_path / "a.h").write_text("#define ALPHA 1\n")
    report = layout(LayoutRequest(paths=(str(tmp_path / "a.h"),), abis=FEW))
    assert report.notes == (f"no record is defined in {tmp_path / 'a.h'}",)


def test_a_header_of_other_abis_is_not_exported_for_this_one(fixture_tree: Path) -> None:
    """A header that the ABIs asked for do not have is not said to be none."""
    request = LayoutRequest(
        names=("kvm_run",), paths=(str(fixture_tree / "include/uapi/linux/kvm.h"),), abis=("m68k",)
    )
    with pytest.raises(UsageError, match=r"linux/kvm\.h is not exported for m68k"):
        layout(request)


def test_several_trees_in_one_run(folder: Path, fixture_tree: Path) -> None:
    """Headers of different trees go into one report, each read in its own tree."""
    header = fixture_tree / "include/uapi/linux/kvm.h"
    request = LayoutRequest(
        names=("kvm_run", "alpha"), paths=(str(header), str(folder / "a.h")), abis=FEW
    )
    report = layout(request)
    assert [(r.name, r.path) for r in report.records] == [
        ("struct kvm_run", "include/uapi/linux/kvm.h"),
        ("struct alpha", "a.h"),
    ]


def test_unknown_front_ends_and_libraries(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Without libclang pycparser parses, with a note; asked for by name, libclang is missed."""

    def missing() -> None:
        raise InputError("libclang cannot be loaded (no such file)")

    request = LayoutRequest(names=("alpha",), paths=(str(folder / "a.h"),), abis=FEW)
    usual = layout(request)
    monkeypatch.setattr(libclang, "library", missing)
    with pytest.raises(InputError, match="cannot be loaded"):
        layout(replace(request, frontend="libclang"))
    report = layout(request)
    assert "pycparser parses instead" in report.notes[0]
    sizes = [[group.layout.size for group in record.groups] for record in report.records]
    assert sizes == [[group.layout.size for group in record.groups] for record in usual.records]
    assert frontends.front_end("pycparser").note is None


def test_any_state_of_a_tree_reads_alike(fixture_tree: Path, tmp_path: Path) -> None:
    """The work tree, the index and the commit of one state give one and the same report."""
    root = tmp_path / "kernel"
    shutil.copytree(fixture_tree, root)
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "all"]):
        subprocess.run(["git", "-C", os.fspath(root), *command], check=True)
    request = LayoutRequest(paths=(str(root / "include/uapi"),), abis=FEW)
    work = layout(request)
    assert len(work.records) > 5
    for other in (replace(request, staged=True), replace(request, rev="HEAD")):
        assert replace(layout(other), source=work.source) == work
    (root / "include/uapi/linux/kvm.h").write_text("struct changed { int a; };\n")
    assert replace(layout(replace(request, rev="HEAD")), source=work.source) == work
    assert layout(request) != work


def test_the_number_of_processes_changes_nothing(fixture_tree: Path) -> None:
    """One process or seven, the report is the same."""
    request = LayoutRequest(paths=(str(fixture_tree),), jobs=1)
    assert layout(request) == layout(replace(request, jobs=7))


def test_abis_read_after_each_other(fixture_tree: Path) -> None:
    """What one ABI leaves for the next to use changes nothing: as if each had come first."""
    from abicheck.export import open_exports
    from abicheck.vcs.directory import DirectoryTree

    exports = open_exports(DirectoryTree(fixture_tree, "tree"))
    used = new_harvester()
    for abi in (*abis.all_abis(), *reversed(abis.all_abis())):
        world = exports.world(abi)
        if world is not None:
            assert batched(world, used)[0] == batched(world, new_harvester())[0]
