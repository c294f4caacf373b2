# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tests that findings show the source that was judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from abicheck.config import Config
from abicheck.engine.lint import LintRequest, lint
from abicheck.rulebook import read_rules

if TYPE_CHECKING:
    from pathlib import Path

    from abicheck.model import Excerpt

_TEXT = "#include <linux/types.h>\nstruct sample {{\n\t__u32 a;\n\t{comment}__u64 b;\n}};\n"


def _excerpt(folder: Path, text: bytes) -> Excerpt:
    header = folder / "sample.h"
    header.write_bytes(text)
    report = lint(
        LintRequest(
            paths=(str(header),),
            abis=("i386", "x86_64"),
            rulebook=read_rules(),
            config=Config(),
            only=("u64-compat-offset",),
            jobs=1,
        )
    )
    header.unlink()
    (finding,) = report.findings
    assert finding.excerpt is not None
    return finding.excerpt


@pytest.mark.parametrize(
    "comment", ["", "/* caf\u00e9 \U0001f600 */ "], ids=["ascii", "beyond ascii"]
)
def test_the_line_and_the_one_before(tmp_path: Path, comment: str) -> None:
    """The excerpt's column counts characters, whatever the compiler counts."""
    found = _excerpt(tmp_path, _TEXT.format(comment=comment).encode())
    assert found.before == "\t__u32 a;"
    assert found.line == f"\t{comment}__u64 b;"
    assert found.line[found.column :] == "b;"


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    """Bytes that are not UTF-8 are shown as such, and the place stays right."""
    found = _excerpt(tmp_path, _TEXT.format(comment="/* caf\u00e9 */ ").encode("latin-1"))
    assert found.line[found.column :] == "b;"
    assert "\ufffd" in found.line


def test_line_ends_are_left_out(tmp_path: Path) -> None:
    """A carriage return before the newline is no part of the line."""
    found = _excerpt(tmp_path, _TEXT.format(comment="").replace("\n", "\r\n").encode())
    assert (found.before, found.line) == ("\t__u32 a;", "\t__u64 b;")


def test_long_lines_are_cut(tmp_path: Path) -> None:
    """However long a line is, a report holds the beginning of it only."""
    found = _excerpt(tmp_path, _TEXT.format(comment=f"/* {'x' * 5000} */ ").encode())
    assert len(found.line) < 300
    assert found.column > 5000
