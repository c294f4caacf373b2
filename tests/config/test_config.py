# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tests where configuration is found and what is said of a wrong one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from abicheck import config
from abicheck.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path


def test_the_nearest_file_above_holds(tmp_path: Path) -> None:
    """A folder's own file wins over one above it, and one above holds where there is none."""
    (tmp_path / ".abicheck.toml").write_text('fail-on = "warning"\n')
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    assert config.find(deep).fail_on == "warning"
    (tmp_path / "a" / "pyproject.toml").write_text('[tool.abicheck]\nfail-on = "note"\n')
    assert config.find(deep).fail_on == "note"


def test_a_pyproject_that_does_not_speak_of_abicheck_is_passed_over(tmp_path: Path) -> None:
    """Only a [tool.abicheck] makes a pyproject.toml ours."""
    (tmp_path / ".abicheck.toml").write_text('upstream = "origin/master"\n')
    below = tmp_path / "below"
    below.mkdir()
    (below / "pyproject.toml").write_text("[tool.other]\nx = 1\n")
    assert config.find(below).upstream == "origin/master"


def test_paths_start_at_the_file_s_folder(tmp_path: Path) -> None:
    """Folders and files named in the configuration lie beside it, wherever the run starts."""
    (tmp_path / ".abicheck.toml").write_text('accepted = "a.toml"\nextra-rules = ["mine"]\n')
    below = tmp_path / "below"
    below.mkdir()
    found = config.find(below)
    assert found.accepted == tmp_path / "a.toml"
    assert found.extra_rules == (tmp_path / "mine",)


def test_the_last_entry_that_covers_a_path_wins(tmp_path: Path) -> None:
    """A level for a folder replaces the general one, a later entry an earlier one."""
    file = tmp_path / ".abicheck.toml"
    file.write_text(
        '[rules]\nx = "error"\n'
        '[[per-path]]\npaths = ["drivers"]\nrules = { x = "note" }\n'
        '[[per-path]]\npaths = ["drivers/gpu/*.h"]\nrules = { x = "off" }\n'
    )
    found = config.read(file)
    assert found.level("x", "include/a.h") == "error"
    assert found.level("x", "drivers/a.h") == "note"
    assert found.level("x", "drivers/gpu/a.h") == "off"
    assert found.level("y", "drivers/gpu/a.h") is None


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('fail-on = "sometimes"\n', "fail-on"),
        ('fale-on = "error"\n', "fale-on"),
        ('[rules]\nx = "fatal"\n', "rules"),
        ("abis = 3\n", "abis"),
        ("[[per-path]]\npaths = []\nrules = {}\n", "paths"),
        ("rules = [\n", "TOML|Invalid|line"),
    ],
)
def test_a_wrong_key_is_named(tmp_path: Path, text: str, named: str) -> None:
    """One line says which file and which key is wrong."""
    file = tmp_path / ".abicheck.toml"
    file.write_text(text)
    with pytest.raises(ConfigError, match=named) as caught:
        config.find(tmp_path)
    assert str(file) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_two_files_in_one_folder_contradict_each_other(tmp_path: Path) -> None:
    """A folder with both kinds of file is refused: nobody could tell which one holds."""
    (tmp_path / ".abicheck.toml").write_text("")
    (tmp_path / "pyproject.toml").write_text("[tool.abicheck]\n")
    with pytest.raises(ConfigError, match="both"):
        config.find(tmp_path)


@pytest.mark.parametrize(
    "line",
    [
        'accepted = "/etc/hostname"',
        'accepted = "../accepted.toml"',
        'accepted = "away/accepted.toml"',
        'extra-rules = ["../rules"]',
        'extra-contexts = ["/etc/contexts.toml"]',
        'extra-interfaces = [".."]',
        'extra-boundaries = ["/"]',
        'rivals = ["../other:master"]',
        'rivals = ["/srv/git/other.git:master"]',
    ],
)
def test_only_a_configuration_that_the_user_names_leads_elsewhere(
    tmp_path: Path, line: str
) -> None:
    """A file that is found may be a stranger's: it opens nothing outside of its folder."""
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "away").symlink_to("/etc")
    (tree / ".abicheck.toml").write_text(line)
    with pytest.raises(ConfigError, match="--config"):
        config.find(tree)
    assert config.read(tree / ".abicheck.toml").folder == tree


def test_branches_are_no_files_elsewhere(tmp_path: Path) -> None:
    """Names of branches and of files below the folder are taken as they are."""
    text = 'rivals = ["kvm/next", "v6.1..x"]\naccepted = "abi/accepted.toml"'
    (tmp_path / ".abicheck.toml").write_text(text)
    assert config.find(tmp_path).rivals == ("kvm/next", "v6.1..x")
