# SPDX-License-Identifier: GPL-2.0-or-later
"""This module shows that every constraint on a rule's file bites."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from abicheck.config import Config
from abicheck.engine.lint import LintRequest, lint
from abicheck.errors import ConfigError, UsageError
from abicheck.rulebook import read_rules
from abicheck.rulebook.book import read_rule

if TYPE_CHECKING:
    from pathlib import Path

GOOD = {
    "name": '"a-rule"',
    "catalogue": '"L99"',
    "summary": '"A sentence of a few words."',
    "severity": '"warning"',
    "breaks": '"hygiene"',
    "enabled": "true",
    "since": '"0.1"',
    "check": '"compat.offset"',
    "scope": '"record"',
    "message": '"something about {member}"',
    "help": '"Write something else."',
    "references": '["a book"]',
    "params": "{ limit = 3 }",
}
BAD = {
    "name": '"A Rule"',
    "catalogue": '"99"',
    "summary": '"short"',
    "severity": '"fatal"',
    "breaks": '"everything"',
    "enabled": '"yes"',
    "since": '"soon"',
    "check": '"offset"',
    "scope": '"world"',
    "message": "3",
    "help": '""',
    "references": "[]",
    "params": "{ limit = 3.5 }",
    "unknown": "1",
}


def _write(folder: Path, keys: dict[str, str]) -> Path:
    place = folder / "group" / "a-rule"
    place.mkdir(parents=True)
    path = place / "rule.toml"
    path.write_text("".join(f"{key} = {value}\n" for key, value in keys.items()))
    return path


def test_a_good_file_is_read(tmp_path: Path) -> None:
    """A file that keeps to the schema becomes a rule with its values."""
    rule = read_rule(_write(tmp_path, GOOD))
    assert (rule.name, rule.group, rule.catalogue) == ("a-rule", "group", "L99")
    assert rule.parameter("limit") == 3


@pytest.mark.parametrize("key", BAD)
def test_a_bad_value_of_any_key_is_refused(tmp_path: Path, key: str) -> None:
    """One bad value in a good file is refused, and the message names file and key."""
    path = _write(tmp_path, {**GOOD, key: BAD[key]})
    with pytest.raises(ConfigError, match=re.escape(str(path))) as caught:
        read_rule(path)
    assert key in str(caught.value)


@pytest.mark.parametrize("key", ["name", "summary", "severity", "check", "scope", "references"])
def test_a_missing_key_is_refused(tmp_path: Path, key: str) -> None:
    """A file without a key that rules need is refused by its name."""
    path = _write(tmp_path, {name: value for name, value in GOOD.items() if name != key})
    with pytest.raises(ConfigError, match=key):
        read_rule(path)


@pytest.mark.parametrize("text", [b"name = ", b"\xff\xfe", b"[rule\n"])
def test_what_is_no_toml_is_refused_in_one_line(tmp_path: Path, text: bytes) -> None:
    """Broken TOML and bytes that are no UTF-8 end in one line that names the file."""
    path = _write(tmp_path, GOOD)
    path.write_bytes(text)
    with pytest.raises(ConfigError, match=re.escape(str(path))) as caught:
        read_rule(path)
    assert "\n" not in str(caught.value)


def test_a_rule_in_a_folder_of_another_name_is_refused(tmp_path: Path) -> None:
    """The folder's name is the rule's."""
    path = _write(tmp_path, {**GOOD, "name": '"another"'})
    with pytest.raises(ConfigError, match="folder"):
        read_rule(path)


def test_a_user_s_rules_join_ours(tmp_path: Path) -> None:
    """A folder of further rules adds to the shipped ones."""
    _write(tmp_path, GOOD)
    book = read_rules((tmp_path,))
    assert book.get("a-rule").group == "group"
    assert book.get("L01").name == "u64-compat-offset"


def test_two_rules_of_one_name_are_refused(tmp_path: Path) -> None:
    """A user's rule cannot take the name of a shipped one."""
    place = tmp_path / "mine" / "u64-compat-offset"
    place.mkdir(parents=True)
    keys = {**GOOD, "name": '"u64-compat-offset"'}
    text = "".join(f"{key} = {value}\n" for key, value in keys.items())
    (place / "rule.toml").write_text(text)
    with pytest.raises(ConfigError, match="already"):
        _ = read_rules((tmp_path,)).rules


def test_an_unknown_rule_is_named_with_the_nearest() -> None:
    """A misspelt rule's error offers the one that was meant."""
    with pytest.raises(UsageError, match="u64-compat-offset"):
        read_rules().get("u64-compat-ofset")


HEADER = "struct s { unsigned int a; unsigned long long b; };\nstruct t { char c; int d; };\n"


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"message": '"something about {nonsense}"'}, "'nonsense'; 'compat.offset' tells {member}"),
        ({"message": '"something about {member.x}"'}, "no attribute 'x'"),
        ({"message": '"something about {member:d}"'}, "format code 'd'"),
        ({"message": '"something about {"'}, "message: "),
        ({"check": '"compat._sides"'}, "does not judge a record"),
        ({"check": '"compat.offset"', "scope": '"header"'}, "does not judge a header"),
        ({"check": '"compat.amount"'}, "does not judge a record"),
    ],
)
@pytest.mark.parametrize("headers", [1, 4], ids=["here", "in-children"])
def test_a_rule_that_cannot_work_is_refused_in_one_line(
    tmp_path: Path, changes: dict[str, str], told: str, headers: int
) -> None:
    """A message without such a field, and a mechanism for something else, are no bugs of ours."""
    _write(tmp_path / "rules", GOOD | {"enabled": "true"} | changes)
    for number in range(headers):
        (tmp_path / f"{number}.h").write_text(HEADER)
    request = LintRequest(
        paths=(str(tmp_path),),
        rulebook=read_rules((tmp_path / "rules",)),
        config=Config(),
        only=("a-rule",),
        abis=("x86_64", "i386"),
        jobs=2,
    )
    with pytest.raises(ConfigError, match=r"rule\.toml") as caught:
        lint(request)
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


def test_rules_are_read_when_one_is_asked_for(tmp_path: Path) -> None:
    """A book takes no time before it is opened: then a folder that is missing is told."""
    book = read_rules((tmp_path / "missing",))
    with pytest.raises(ConfigError, match="no folder of rules"):
        book.get("L01")
