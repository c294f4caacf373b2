# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tests the file of accepted findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abicheck.errors import ConfigError
from abicheck.suppress import Acceptance, read_accepted, write_accepted

if TYPE_CHECKING:
    from pathlib import Path

TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
ENTRIES = st.lists(
    st.builds(
        Acceptance,
        path=TEXT,
        rule=TEXT,
        subject=TEXT,
        fingerprint=TEXT,
        reason=TEXT.filter(lambda text: text.strip() != ""),
    ),
    max_size=6,
    unique_by=lambda entry: entry.fingerprint,
)


@given(entries=ENTRIES)
def test_what_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, entries: list[Acceptance]
) -> None:
    """Whatever characters they hold, entries come back as they were, sorted."""
    file = tmp_path_factory.mktemp("accepted") / "accepted.toml"
    write_accepted(file, entries)
    assert read_accepted(file) == tuple(sorted(entries))


def test_the_file_is_the_same_in_whatever_order_entries_come(tmp_path: Path) -> None:
    """One entry is one line and lines are sorted, so that branches merge."""
    entries = [
        Acceptance(path=path, rule="r", subject="s", fingerprint=path * 3, reason="old")
        for path in ("b.h", "a.h", "c.h")
    ]
    write_accepted(tmp_path / "one", entries)
    write_accepted(tmp_path / "other", reversed(entries))
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()
    assert (tmp_path / "one").read_text().count("\n") == 2 + len(entries)


@pytest.mark.parametrize(
    "text",
    [
        "accepted = 3\n",
        '[accepted]\n"f" = { path = "p", rule = "r", subject = "s" }\n',
        '[accepted]\n"f" = { path = "p", rule = "r", subject = "s", reason = " " }\n',
        '[accepted]\n"f" = { path = "p", rule = "r", subject = "s", reason = "x", more = "y" }\n',
        "not toml\n",
        "x = 1\n",
        '["f"]\npath = "p"\n',
        "accepted = " + "[" * 10000 + "\n",
        "\xff\n",
    ],
)
def test_a_wrong_file_is_one_clear_line(tmp_path: Path, text: str) -> None:
    """A file that was edited into nonsense is refused by its name, not read in part."""
    file = tmp_path / "accepted.toml"
    file.write_bytes(text.encode("latin-1"))
    with pytest.raises(ConfigError, match=r"accepted\.toml") as caught:
        read_accepted(file)
    assert "\n" not in str(caught.value)
