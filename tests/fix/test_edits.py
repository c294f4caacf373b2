# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tests how edits go together, and that git makes the same of their patch."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from abicheck.engine.edits import applied, compose, split
from abicheck.model import Change, Edit
from abicheck.report import patch
from tests.report.findings import samples

if TYPE_CHECKING:
    from pathlib import Path

    from abicheck.model import Finding

_TEXT = b"one\ntwo\nthree\nfour\n"


def _finding(*edits: tuple[int, int, str], name: str = "struct s") -> Finding:
    made = tuple(Edit(path="a.h", line=line, count=n, text=text) for line, n, text in edits)
    return replace(samples.moved(), subject=name, edits=made)


def _outcome(text: bytes, *findings: Finding) -> tuple[bytes, list[str]]:
    draft = compose(findings, {"a.h": text})
    return applied(text, draft.edits.get("a.h", [])), [why for _, why in draft.refused]


def test_lines_go_in_and_out() -> None:
    """Edits count lines of the old text, whatever others put in front of them."""
    outcome = _outcome(_TEXT, _finding((3, 1, "3\n"), (1, 0, "0\n")), _finding((5, 0, "5\n")))
    assert outcome == (b"0\none\ntwo\n3\nfour\n5\n", [])


def test_the_first_of_two_wins() -> None:
    """Of two repairs that want one line, the second is refused whole, with the reason."""
    first, second = _finding((2, 2, "x\n")), _finding((1, 0, "y\n"), (3, 1, "z\n"))
    assert _outcome(_TEXT, first, second) == (
        b"one\nx\nfour\n",
        ["another repair changes line 3 too"],
    )


def test_two_texts_for_one_place_conflict() -> None:
    """Nobody can tell which of two texts is to come first."""
    _, refused = _outcome(_TEXT, _finding((2, 0, "x\n")), _finding((2, 0, "y\n")))
    assert len(refused) == 1


def test_one_repair_may_mend_two_findings() -> None:
    """The same edit asked for twice is made once."""
    text, refused = _outcome(_TEXT, _finding((2, 0, "x\n")), _finding((2, 0, "x\n"), name="n"))
    assert (text, refused) == (b"one\nx\ntwo\nthree\nfour\n", [])


def test_text_goes_before_a_replaced_line() -> None:
    """Putting text in front of a line and replacing the line go together."""
    text, _ = _outcome(_TEXT, _finding((2, 1, "2\n")), _finding((2, 0, "x\n")))
    assert text == b"one\nx\n2\nthree\nfour\n"


@pytest.mark.parametrize("edit", [(0, 1, ""), (5, 1, ""), (6, 0, "x\n"), (2, -1, "")])
def test_lines_that_are_not_there(edit: tuple[int, int, str]) -> None:
    """An edit beyond the text is refused, not made somewhere else."""
    text, refused = _outcome(_TEXT, _finding(edit))
    assert text == _TEXT
    assert len(refused) == 1


def test_a_file_that_is_not_there() -> None:
    """An edit of a file that the tree does not have is refused."""
    draft = compose([_finding((1, 0, "x\n"))], {})
    assert [why for _, why in draft.refused] == ["a.h cannot be read"]


def test_line_ends_stay_those_of_the_file() -> None:
    """What is put into a file with CR LF has CR LF."""
    text, _ = _outcome(b"one\r\ntwo\r\n", _finding((2, 0, "x\ny\n")))
    assert text == b"one\r\nx\r\ny\r\ntwo\r\n"


def test_no_newline_at_the_end() -> None:
    """Nothing is put behind a last line without a newline; in front of it all is well."""
    assert _outcome(b"one\ntwo", _finding((3, 0, "x\n")))[1] == ["a.h does not end with a newline"]
    assert _outcome(b"one\ntwo", _finding((2, 0, "x\n")))[0] == b"one\nx\ntwo"


_LINE = st.binary(max_size=6).map(lambda raw: raw.replace(b"\n", b"") + b"\n")
_EDIT = st.tuples(
    st.integers(1, 30), st.integers(0, 3), st.lists(st.sampled_from(["", "x", "y"]), max_size=3)
)
_NAMES = st.sampled_from(
    ["a.h", "with space.h", 'quo"te.h', "back\\slash.h", "t\tab.h", "\u00e9.h"]
)


@given(
    lines=st.lists(_LINE, min_size=1, max_size=30),
    edits=st.lists(_EDIT, min_size=1, max_size=5),
    name=_NAMES,
    whole=st.booleans(),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_git_makes_the_same_of_the_patch(
    tmp_path: Path,
    lines: list[bytes],
    edits: list[tuple[int, int, list[str]]],
    name: str,
    whole: bool,
) -> None:
    """Applied by git, the patch gives the very text that the edits give."""
    old = b"".join(lines) if whole else b"".join(lines) + b"end"
    asked = [
        _finding((line, count, "".join(f"{text}\n" for text in texts)), name=str(number))
        for number, (line, count, texts) in enumerate(edits)
    ]
    draft = compose(asked, {"a.h": old})
    made = tuple(draft.edits.get("a.h", ()))
    new = applied(old, made)
    if new == old:
        return
    file = tmp_path / name
    file.write_bytes(old)
    change = Change(path="a.h", name=name, old=old, new=new, edits=made)
    done = subprocess.run(
        ["git", "apply", "--whitespace=nowarn"],
        input=patch.unified([change]),
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    assert file.read_bytes() == new


def test_hunks_are_where_git_has_them(tmp_path: Path) -> None:
    """The numbers of lines in the patch are those that git counts."""
    old = b"".join(b"%d\n" % number for number in range(60))
    asked = [_finding((5, 0, "x\ny\n")), _finding((9, 2, "")), _finding((40, 1, "z\n"))]
    edits = tuple(compose(asked, {"a.h": old}).edits["a.h"])
    new = applied(old, edits)
    (tmp_path / "old").write_bytes(old)
    (tmp_path / "new").write_bytes(new)
    command = ["git", "diff", "--no-index", "old", "new"]
    printed = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).stdout
    made = patch.unified([Change(path="a.h", name="a.h", old=old, new=new, edits=edits)])

    def hunks(diff: bytes) -> list[bytes]:
        lines = diff.split(b"\n")
        return [line.split(b"@@")[1] for line in lines if line.startswith(b"@@")]

    assert hunks(made) == hunks(printed)
    assert len(hunks(made)) == 2


@given(st.binary(max_size=200))
def test_splitting_loses_nothing(text: bytes) -> None:
    """The lines of a text, put together, are the text."""
    assert b"".join(split(text)) == text


def test_a_patch_on_a_terminal_is_text() -> None:
    """A terminal gets no control character that a header holds."""
    change = Change(
        path="a.h",
        name="a.h",
        old=b"\x1b[2J\n",
        new=b"x\n\x1b[2J\n",
        edits=(Edit(path="a.h", line=1, count=0, text="x\n"),),
    )
    assert "\x1b" not in patch.shown(patch.unified([change]))
