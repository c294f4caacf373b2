# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds the reading of patches to the git that writes them."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abicheck.review.fragments import fragments
from abicheck.review.patches import read_patch
from abicheck.review.prefixes import prefixed
from abicheck.review.steps import FileChange, Hunk
from tests.vcs.repos import create, git

if TYPE_CHECKING:
    from collections.abc import Sequence

LINES = st.lists(
    st.sampled_from(
        ["", "-- a/x", "++ b/x", "@@ -1 +1 @@", "diff --git a/y b/y", "\\ No newline", "x", "y\t"]
    ),
    max_size=30,
)


def patched(old: Sequence[str], change: FileChange) -> list[str]:
    """The old lines with all hunks applied at the places they name."""
    lines, shift = list(old), 0
    for hunk in change.hunks:
        before = [line[1:] for line in hunk.lines if not line.startswith("+")]
        after = [line[1:] for line in hunk.lines if not line.startswith("-")]
        at = (hunk.old_line - 1 if before else hunk.old_line) + shift
        assert lines[at : at + len(before)] == before
        lines[at : at + len(before)] = after
        shift += len(after) - len(before)
    return lines


@settings(max_examples=60)
@given(LINES, LINES)
def test_hunks_turn_the_old_file_into_the_new(old: list[str], new: list[str]) -> None:
    """Whatever the lines look like, also those that look like parts of a patch."""
    with tempfile.TemporaryDirectory() as folder:
        for name, lines in (("a", old), ("b", new)):
            place = Path(folder, name, "f")
            place.parent.mkdir()
            place.write_text("".join(f"{line}\n" for line in lines))
        done = subprocess.run(
            ["git", "diff", "--no-index", "--no-prefix", "a/f", "b/f"],
            cwd=folder,
            capture_output=True,
            check=False,
        )
    changes = read_patch(done.stdout)
    if old == new:
        assert changes == ()
        return
    (change,) = changes
    assert patched(old, change) == new


def test_added_lines_have_their_numbers() -> None:
    """``added`` counts in the new file."""
    hunk = Hunk(old_line=10, new_line=12, lines=(" a", "-b", "+c", " d", "+e"))
    assert hunk.added() == ((13, "c"), (15, "e"))


@pytest.mark.parametrize(
    ("text", "path", "old", "removed"),
    [
        ("diff --git a/x b/x\nold mode 100644\nnew mode 100755\n", "x", "x", False),
        ("diff --git a/x b/x\nnew file mode 100644\nindex 0..1\n", "x", None, False),
        ("diff --git a/x b/x\ndeleted file mode 100644\n", "x", "x", True),
        ("diff --git a/x y b/z\nrename from x y\nrename to z\n", "z", "x y", False),
        ("diff --git a/b b/b b/b b/b\nnew mode 100755\n", "b b/b", "b b/b", False),
        ('diff --git "a/\\303\\244" "b/\\303\\244"\nold mode 1\n', "ä", "ä", False),
        ("diff --git a/x b/x\nBinary files a/x and b/x differ\n", "x", "x", False),
        ("--- a/x\t2022-04-22\n+++ b/x\t2022-04-23\n@@ -1 +1 @@\n-a\n+b\n", "x", "x", False),
        ("--- /dev/null\n+++ b/x\n@@ -0,0 +1 @@\n+b\n", "x", None, False),
        ("--- a/x\n+++ /dev/null\n@@ -1 +0,0 @@\n-b\n", "x", "x", True),
    ],
)
def test_names(text: str, path: str, old: str | None, removed: bool) -> None:
    """Renames, quotes, blanks, deletions, new files, and diffs without git are told apart."""
    (change,) = read_patch(text.encode())
    assert (change.path, change.old_path, change.removed) == (path, old, removed)


def test_several_files_with_and_without_git() -> None:
    """A file ends where the next begins, whichever tool wrote it."""
    one = "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n"
    other = "diff --git a/y b/y\nindex 1..2 100644\n--- a/y\n+++ b/y\n@@ -1 +1 @@\n-a\n+b\n"
    mode = "diff --git a/z b/z\nold mode 100644\nnew mode 100755\n"
    paths = [change.path for change in read_patch((one + other + mode + one).encode())]
    assert paths == ["x", "y", "z", "x"]


def test_a_cut_patch_is_read_as_far_as_it_goes() -> None:
    """A hunk that promises more lines than there are ends with the text."""
    (change,) = read_patch(b"--- a/x\n+++ b/x\n@@ -1,9 +1,9 @@\n a\n+b\n")
    assert change.hunks[0].lines == (" a", "+b")


def test_a_signature_is_no_line_of_the_patch() -> None:
    """The ``-- `` below a mail is not taken for a line that goes."""
    (change,) = read_patch(b"--- a/x\n+++ b/x\n@@ -1 +1,2 @@\n a\n+b\n-- \n2.39.5\n")
    assert change.hunks[0].lines == (" a", "+b")


def test_names_that_do_not_fit_together() -> None:
    """Without the lines of a rename, two different names above nothing are no file."""
    assert read_patch(b"diff --git a/x b/yyy\nindex 1..2\n") == ()


def test_fragments_keep_what_is_whole() -> None:
    """Constants, reservations and whole records stay at their lines; a cut record goes."""
    lines = (
        " \t__u32 cut;",
        " };",
        " #define X_A 1",
        "+/* #define X_B 2 */",
        "+#define X_C \\",
        "+\t3",
        " struct x_one {",
        "-\t__u32 a;",
        "+\t__u64 a;",
        " };",
        " struct x_two {",
        " \t__u32 a;",
    )
    hunk = Hunk(old_line=5, new_line=7, lines=lines)
    old, new = fragments(FileChange(path="x.h", old_path="x.h", hunks=(hunk,)))
    assert old is not None
    assert new is not None
    include, *_ = new.decode().split("\n")
    assert include.startswith("#include <linux/types.h>")
    assert new.decode().split("\n")[8:] == [
        "#define X_A 1",
        "/* #define X_B 2 */",
        "#define X_C \\",
        "\t3",
        "struct x_one {",
        "\t__u64 a;",
        "};",
        "",
    ]
    assert old.decode().split("\n")[6:] == [
        "#define X_A 1",
        "struct x_one {",
        "\t__u32 a;",
        "};",
        "",
    ]


def test_fragments_of_new_and_removed_files() -> None:
    """A side on which there is no file has no text."""
    hunk = Hunk(old_line=0, new_line=1, lines=("+#define X_A 1",))
    assert fragments(FileChange(path="x.h", old_path=None, hunks=(hunk,)))[0] is None
    gone = FileChange(path="x.h", old_path="x.h", removed=True, hunks=(hunk,))
    assert fragments(gone)[1] is None


def test_a_line_number_nobody_has() -> None:
    """A hunk far behind every header's end makes no text as long as it says."""
    hunk = Hunk(old_line=10**12, new_line=10**12, lines=("+#define X_A 1",))
    _, new = fragments(FileChange(path="x.h", old_path="x.h", hunks=(hunk,)))
    assert new is not None
    assert len(new) < 1000


@pytest.mark.parametrize("options", [["--no-prefix"], ["--src-prefix=i/", "--dst-prefix=w/"], []])
def test_names_without_their_first_folder(tmp_path: Path, options: list[str]) -> None:
    """Whatever git was told to write before names, what is read and applied is the same change."""
    where = create(tmp_path / "old")
    files = {"a/x.h": "1\n-- a\n2\n", "sp ace/y.h": "1\n" * 9, "\u00e4/z.h": "1\n", "gone.h": "1\n"}
    for path, text in files.items():
        (where / path).parent.mkdir(exist_ok=True)
        (where / path).write_text(text)
    git(where, "add", ".")
    git(where, "commit", "--quiet", "-m", "old")
    (where / "b").mkdir()
    (where / "b/y.h").write_text(files["sp ace/y.h"] + "2\n")
    (where / "sp ace/y.h").unlink()
    (where / "a/x.h").write_text("1\n3\n")
    (where / "\u00e4/z.h").write_text("2\n")
    (where / "gone.h").unlink()
    (where / "new.h").write_text("7\n")
    git(where, "add", ".")
    patch = git(where, "diff", "--cached", "-M", *options)
    changes = {(c.old_path, c.path, c.removed) for c in read_patch(patch)}
    assert changes == {
        ("a/x.h", "a/x.h", False),
        ("sp ace/y.h", "b/y.h", False),
        ("\u00e4/z.h", "\u00e4/z.h", False),
        ("gone.h", "gone.h", True),
        (None, "new.h", False),
    }
    wanted = git(where, "write-tree")
    git(where, "reset", "--quiet", "--hard")
    git(where, "apply", "--cached", text=prefixed(patch))
    assert git(where, "write-tree") == wanted
