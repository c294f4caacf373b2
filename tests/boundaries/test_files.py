# SPDX-License-Identifier: GPL-2.0-or-later
"""This module shows that every constraint on files of boundaries and interfaces bites."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from abicheck.errors import ConfigError
from abicheck.review.boundaries import read_boundaries
from abicheck.review.interfaces import read_interfaces
from abicheck.review.paths import expand, matches
from abicheck.vcs.directory import DirectoryTree

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

BOUNDARY = """
[[boundary]]
id = "x.y"
symbols = ["x_*"]
owners = ["drivers/x"]
why = "it is private to x."
instead = "Ask x for it."
references = ["x"]
"""
INTERFACE = """
[[interface]]
id = "x"
title = "X"
headers = ["include/uapi/linux/x.h"]
documents = ["Documentation/x.rst"]
documented = 'X_\\w+'
"""


def _folder(path: Path, text: str) -> Path:
    (path / "x.toml").write_text(text, encoding="utf-8")
    return path


def test_a_user_s_files_join_ours(tmp_path: Path) -> None:
    """Further folders add to the shipped boundaries and interfaces."""
    (tmp_path / "b").mkdir()
    (tmp_path / "i").mkdir()
    boundaries = read_boundaries((_folder(tmp_path / "b", BOUNDARY),))
    interfaces = read_interfaces((_folder(tmp_path / "i", INTERFACE),))
    assert {"x.y", "kvm.guest-pages"} <= {boundary.id for boundary in boundaries}
    assert {"x", "kvm"} <= {interface.id for interface in interfaces}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('symbols = ["x_*"]\n', "", "symbols"),
        ('["x_*"]', "[]", "symbols"),
        ('"x.y"', '"X Y"', "id"),
        ('"it is private to x."', '"no"', "why"),
        ('references = ["x"]\n', "references = []\n", "references"),
        ("id =", "colour = 1\nid =", "colour"),
        ("[[boundary]]", "[[", "x.toml"),
    ],
)
def test_a_wrong_boundary_is_refused(tmp_path: Path, old: str, new: str, told: str) -> None:
    """One bad value is refused with the file and the key."""
    _refused(read_boundaries, _folder(tmp_path, BOUNDARY.replace(old, new)), told)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("'X_\\w+'", "'X_('", "documented is no regular expression"),
        ('["Documentation/x.rst"]', "[]", "documents"),
        ('title = "X"\n', "", "title"),
        ("id =", "colour = 1\nid =", "colour"),
    ],
)
def test_a_wrong_interface_is_refused(tmp_path: Path, old: str, new: str, told: str) -> None:
    """One bad value is refused with the file and the key."""
    _refused(read_interfaces, _folder(tmp_path, INTERFACE.replace(old, new)), told)


def test_a_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    """A folder that is not there is named."""
    _refused(read_boundaries, tmp_path / "none", "none is no folder of boundaries")


def _refused(read: Callable[..., object], folder: Path, told: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(told)) as caught:
        read((folder,))
    assert str(folder) in str(caught.value)


def test_a_star_stays_within_a_folder(tmp_path: Path) -> None:
    """Globs match folders with all below them, and what expands is what matches."""
    for name in ("arch/x86/kvm/a.c", "arch/x86/mm/a.c", "arch/arm64/kvm/hyp/b.c", "virt/kvm/c.c"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    globs = ("arch/*/kvm", "virt/kvm")
    tree = DirectoryTree(tmp_path, "x")
    inside = {path for path in tree.files() if matches(path, globs)}
    assert inside == {"arch/x86/kvm/a.c", "arch/arm64/kvm/hyp/b.c", "virt/kvm/c.c"}
    assert expand(tree, globs) == ("arch/arm64/kvm", "arch/x86/kvm", "virt/kvm")
    assert expand(tree, ("arch/*/kvm/*.c",)) == ("arch/x86/kvm/a.c",)
    assert expand(tree, ("../*", "nothing/*")) == ()
