# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds that family files are right, and that a wrong one says what is wrong."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from abicheck.datafiles import data_files
from abicheck.errors import ConfigError, UsageError
from abicheck.families.book import families_of, read_families, read_file
from abicheck.model.claims import FamilyKind

if TYPE_CHECKING:
    from pathlib import Path

_GOOD = """
[[family]]
id = "x.cap"
title = "capabilities"
kind = "ids"
headers = ["linux/x.h"]
names = 'X_CAP_\\w+'
"""
_WRONG = {
    "unknown key": (_GOOD + "colour = 1\n", "colour"),
    "unknown kind": (_GOOD.replace('"ids"', '"numbers"'), "kind is one of"),
    "missing names": (_GOOD.replace("names = 'X_CAP_\\w+'\n", ""), "names"),
    "no expression": (_GOOD.replace("X_CAP_\\w+", "X_(CAP"), "no regular expression"),
    "alias without reason": (
        _GOOD + "aliases = [{ names = ['X_CAP_A', 'X_CAP_B'], reason = '' }]\n",
        "reason",
    ),
    "alias of one": (
        _GOOD + "aliases = [{ names = ['X_CAP_A'], reason = 'because of it' }]\n",
        "names",
    ),
    "alias of a stranger": (
        _GOOD + "aliases = [{ names = ['X_CAP_A', 'Y'], reason = 'because of it' }]\n",
        "Y is declared, but is no member",
    ),
    "asm without arches": (_GOOD.replace("linux/x.h", "asm/x.h"), "needs arches"),
    "ioctl without magic": (_GOOD.replace('"ids"', '"ioctl"'), "needs magic"),
    "backwards": (
        _GOOD + "kept = [{ numbers = [[9, 5]], reason = 'because of it' }]\n",
        "run backwards",
    ),
    "twice": (_GOOD + _GOOD, "described twice"),
    "no TOML": ("[[family", "wrong.toml"),
}


@pytest.mark.parametrize(("text", "told"), _WRONG.values(), ids=list(_WRONG))
def test_a_wrong_file_says_what_is_wrong(text: str, told: str, tmp_path: Path) -> None:
    """Every contradiction in a family file is a configuration error that names it."""
    (tmp_path / "wrong.toml").write_text(text)
    with pytest.raises(ConfigError, match=re.escape(told)):
        read_families((), folders=(tmp_path,))


def test_a_folder_adds_to_our_families(tmp_path: Path) -> None:
    """Families of one's own stand beside those shipped."""
    (tmp_path / "x.toml").write_text(_GOOD)
    assert {"x.cap", "kvm.cap"} <= {f.id for f in read_families((), folders=(tmp_path,))}


def test_per_arch_makes_one_family_for_each(tmp_path: Path) -> None:
    """Numbers that differ by architecture are families of their own."""
    text = _GOOD.replace("linux/x.h", "asm/x.h") + 'arches = ["mips", "alpha"]\nper_arch = true\n'
    (tmp_path / "x.toml").write_text(text)
    assert [f.id for f in read_file(tmp_path / "x.toml")] == ["x.cap.mips", "x.cap.alpha"]


def test_an_id_names_what_is_below_it() -> None:
    """``kvm`` stands for all families of KVM, whatever file they stand in."""
    names = {family.id for family in read_families(("kvm",))}
    assert {"kvm.cap", "kvm.ioctl", "kvm.exit-reason"} <= names
    assert all(name.startswith("kvm.") for name in names)


def test_an_unknown_id_is_told_with_the_nearest() -> None:
    """A misspelt family is a usage error that helps."""
    with pytest.raises(UsageError, match=re.escape("kvm.cap")):
        read_families(("kvm.caps",))


def test_what_the_file_name_hides_is_found_all_the_same() -> None:
    """A family need not stand in the file its id begins with."""
    assert [family.id for family in read_families(("capability",))] == ["capability"]


def test_our_families_are_complete() -> None:
    """Everything shipped is valid; every kind is there, and each declared name has a reason."""
    families = read_families()
    assert {family.kind for family in families} == set(FamilyKind)
    assert len(families) > 250
    for family in families:
        assert family.title
        assert not family.title.endswith(".")
        reasons = [alias.reason for alias in (*family.aliases, *family.shares)]
        reasons += [renumbered.reason for renumbered in family.renumbered]
        assert all(len(reason) > 8 for reason in reasons)


def test_no_file_of_ours_contradicts_itself() -> None:
    """Our files are read without the checks that a user's have to pass; they pass them."""
    ours = list(data_files("families", ()))
    read = {family for path in ours for family in read_file(path)}
    assert read == set(read_families())


def test_the_families_of_a_header_are_those_that_reading_all_files_finds() -> None:
    """A header's families are the same, in the same order, as when every file is read."""
    every = read_families()
    for header in {header for family in every for header in family.headers}:
        assert families_of(header) == tuple(f for f in every if header in f.headers)


def test_a_header_that_no_family_lives_in_has_none() -> None:
    """A header that is only part of a family's header by name has no families."""
    assert families_of("linux/no-such-header.h") == families_of("linux/kv") == ()
