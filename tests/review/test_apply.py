# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tests that patches are applied as git applies them, and nothing else happens."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from abicheck.engine.patched import diff_of, patched_tree
from abicheck.errors import InputError
from abicheck.review.patches import read_patch
from abicheck.vcs.apply import Diff, apply
from abicheck.vcs.directory import DirectoryTree
from abicheck.vcs.memory import MemoryTree
from abicheck.vcs.repository import Repository
from abicheck.vcs.revision import RevisionTree
from tests.conftest import ROOT
from tests.review.conftest import KVM

if TYPE_CHECKING:
    from abicheck.vcs.apply import Applied
    from abicheck.vcs.tree import Tree
    from tests.review.conftest import Kernel


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for temporary files that has to be empty at the end."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return folder


def one(tree: Tree, text: str | bytes) -> Applied:
    """What a patch makes of a tree."""
    data = text.encode() if isinstance(text, str) else text
    diff = diff_of(data, read_patch(data))
    (applied,) = apply(tree, [("patched", diff)]).states
    return applied


def state(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Every file below a folder, with the time it was written."""
    return {
        str(path.relative_to(folder)): (path.stat().st_mtime_ns, path.read_bytes())
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_series_makes_the_trees_of_its_commits(kernel: Kernel, tmp_path: Path) -> None:
    """Each patch of a series gives the very blobs that its commit has; nothing is written."""
    commits = kernel.git("rev-list", "--reverse", "mainline~4..mainline").split()
    paths = kernel.series(tmp_path / "mails", "mainline~4..mainline")
    kernel.git("checkout", "--quiet", "mainline~4")
    before = state(kernel.path)
    tree = DirectoryTree(kernel.path, "work tree")
    texts = [path.read_bytes() for path in paths]
    outcome = apply(tree, [("x", diff_of(text, read_patch(text))) for text in texts])
    for commit, applied in zip(commits, outcome.states, strict=True):
        assert applied.failed == {}
        assert applied.tree.blob(KVM) == kernel.git("rev-parse", f"{commit}:{KVM}").strip()
    assert state(kernel.path) == before
    assert [change.path for change in read_patch(outcome.whole)] == [KVM]


def test_all_kinds_of_changes(tmp_path: Path) -> None:
    """New, removed, renamed and re-moded files are as git has them afterwards."""
    tree = MemoryTree("x", {"a.h": b"1\n", "b.h": b"2\n3\n4\n", "c.h": b"5\n", "d.h": b"6\n"})
    text = (
        "diff --git a/a.h b/a.h\ndeleted file mode 100644\n--- a/a.h\n+++ /dev/null\n"
        "@@ -1 +0,0 @@\n-1\n"
        "diff --git a/b.h b/sub/e.h\nsimilarity index 60%\nrename from b.h\nrename to sub/e.h\n"
        "--- a/b.h\n+++ b/sub/e.h\n@@ -1,3 +1,3 @@\n 2\n-3\n+33\n 4\n"
        "diff --git a/c.h b/c.h\nold mode 100644\nnew mode 100755\n"
        "diff --git a/n.h b/n.h\nnew file mode 100644\n--- /dev/null\n+++ b/n.h\n"
        "@@ -0,0 +1 @@\n+7\n\\ No newline at end of file\n"
    )
    applied = one(tree, text)
    assert applied.failed == {}
    assert applied.tree.files() == ("c.h", "d.h", "n.h", "sub/e.h")
    assert applied.tree.read("sub/e.h") == b"2\n33\n4\n"
    assert applied.tree.read("n.h") == b"7"
    assert applied.tree.read("a.h") is None
    assert tree.files() == ("a.h", "b.h", "c.h", "d.h")


def test_what_fits_is_applied_where_a_part_does_not() -> None:
    """A file that does not fit stays as it was, and git's reason is kept; the others change."""
    tree = MemoryTree("x", {"a.h": b"1\n", "b.h": b"2\n"})
    text = "--- a/{0}\n+++ b/{0}\n@@ -1 +1 @@\n-{1}\n+9\n"
    applied = one(tree, text.format("a.h", "1") + text.format("b.h", "8"))
    assert applied.tree.read("a.h") == b"9\n"
    assert applied.tree.read("b.h") == b"2\n"
    assert list(applied.failed) == ["b.h"]


def test_a_rename_that_fits_beside_a_file_that_does_not() -> None:
    """Only what does not fit is said to fail."""
    tree = MemoryTree("x", {"a.h": b"1\n", "b.h": b"2\n"})
    text = (
        "diff --git a/a.h b/n.h\nsimilarity index 100%\nrename from a.h\nrename to n.h\n"
        "diff --git a/b.h b/b.h\n--- a/b.h\n+++ b/b.h\n@@ -1 +1 @@\n-8\n+9\n"
    )
    applied = one(tree, text)
    assert applied.tree.files() == ("b.h", "n.h")
    assert list(applied.failed) == ["b.h"]


def test_crlf_files_keep_their_ends() -> None:
    """A patch to a file with CR LF applies and keeps them."""
    tree = MemoryTree("x", {"a.h": b"1\r\n2\r\n"})
    applied = one(tree, b"--- a/a.h\n+++ b/a.h\n@@ -1,2 +1,2 @@\n 1\r\n-2\r\n+3\r\n")
    assert applied.tree.read("a.h") == b"1\r\n3\r\n"


@pytest.mark.parametrize(
    "path",
    [
        "../../evil.h",
        "/etc/evil.h",
        "a/../../evil.h",
        ".git/hooks/pre-commit",
        ".git/config",
        "sub/.git/config",
        ".GIT/config",
        "git~1/config",
        "./a.h",
        "a\u200c/../.git/x",
    ],
)
def test_names_that_lead_elsewhere(tmp_path: Path, path: str) -> None:
    """No patch makes a file outside the tree, or one of git's own."""
    text = f"--- /dev/null\n+++ b/{path}\n@@ -0,0 +1 @@\n+evil\n"
    try:
        applied = one(MemoryTree("x", {"a.h": b"1\n"}), text)
    except InputError:
        return
    assert applied.tree.files() == ("a.h",)
    assert not list(tmp_path.rglob("*evil*"))


def test_a_rename_onto_git(tmp_path: Path) -> None:
    """A rename onto a hook is refused by name."""
    text = (
        "diff --git a/a.h b/.git/hooks/post-checkout\nsimilarity index 100%\n"
        "rename from a.h\nrename to .git/hooks/post-checkout\n"
    )
    applied = one(MemoryTree("x", {"a.h": b"1\n"}), text)
    assert applied.tree.files() == ("a.h",)
    assert "invalid path" in " ".join(applied.failed.values())


def test_links_and_submodules_are_no_files() -> None:
    """A patch may make a link or a submodule: neither is followed, and both are said."""
    text = (
        "diff --git a/l.h b/l.h\nnew file mode 120000\n--- /dev/null\n+++ b/l.h\n"
        "@@ -0,0 +1 @@\n+/etc/passwd\n\\ No newline at end of file\n"
        "diff --git a/s b/s\nnew file mode 160000\n--- /dev/null\n+++ b/s\n"
        f"@@ -0,0 +1 @@\n+Subproject commit {'1' * 40}\n"
    )
    applied = one(MemoryTree("x", {"a.h": b"1\n"}), text)
    assert applied.tree.files() == ("a.h",)
    assert applied.tree.read("l.h") is None
    assert applied.tree.refusal("l.h") == "is a symbolic link"
    assert applied.tree.refusal("s") == "is a submodule"
    assert [item.path for item in applied.tree.omitted()] == ["l.h", "s"]


def test_a_file_below_a_new_link() -> None:
    """A link that a patch makes is no folder for its other files."""
    text = (
        "diff --git a/d b/d\nnew file mode 120000\n--- /dev/null\n+++ b/d\n"
        "@@ -0,0 +1 @@\n+..\n\\ No newline at end of file\n"
        "diff --git a/d/x.h b/d/x.h\nnew file mode 100644\n--- /dev/null\n+++ b/d/x.h\n"
        "@@ -0,0 +1 @@\n+evil\n"
    )
    applied = one(MemoryTree("x", {"a.h": b"1\n"}), text)
    assert applied.tree.read("x.h") is None
    assert "a.h" in applied.tree.files()


def test_binary_patches() -> None:
    """A literal binary patch is applied by git; one without its bytes is said not to apply."""
    tree = MemoryTree("x", {"a.h": b"1\n"})
    lost = (
        "diff --git a/x.bin b/x.bin\nindex 1..2 100644\nBinary files a/x.bin and b/x.bin differ\n"
    )
    assert "x.bin" in one(tree, lost).failed


def test_a_file_that_grows_beyond_all_bounds() -> None:
    """A file of more than 16 MiB is there and not served."""
    lines = "".join(f"+{'x' * 1000}\n" for _ in range(17_000))
    text = f"--- /dev/null\n+++ b/big.h\n@@ -0,0 +1,17000 @@\n{lines}"
    applied = one(MemoryTree("x", {}), text)
    assert applied.tree.read("big.h") is None
    assert applied.tree.refusal("big.h") == "has more than 16 MiB"


def test_too_many_files() -> None:
    """A patch that names more files than any series does is refused."""
    files = tuple((f"{n}.h", None) for n in range(20_001))
    with pytest.raises(InputError, match="20001 files"):
        apply(MemoryTree("x", {}), [("x", Diff(b"", files))])


def test_nothing_of_the_repository_is_executed(kernel: Kernel, tmp_path: Path) -> None:
    """Hooks, filters, textconv, fsmonitor and attributes of the reviewed repository do nothing."""
    trap = tmp_path / "trap"
    script = kernel.path / ".git" / "trap.sh"
    script.write_text(f"#!/bin/sh\ntouch {trap}\ncat\n")
    script.chmod(0o755)
    for hook in ("pre-applypatch", "post-index-change", "applypatch-msg", "reference-transaction"):
        place = kernel.path / ".git" / "hooks" / hook
        place.write_text(script.read_text())
        place.chmod(0o755)
    for key in ("filter.evil.clean", "filter.evil.smudge", "filter.evil.process"):
        kernel.git("config", key, str(script))
    for key in ("diff.evil.textconv", "diff.evil.command", "diff.external", "merge.evil.driver"):
        kernel.git("config", key, str(script))
    kernel.git("config", "core.fsmonitor", str(script))
    kernel.write(".gitattributes", "*.h filter=evil diff=evil merge=evil\n")
    (patch,) = kernel.series(tmp_path / "mails", "mainline~1..mainline")
    repository = Repository.discover(kernel.path)
    before = state(kernel.path)
    tree = RevisionTree(repository, "mainline~1")
    assert patched_tree(tree, patch.read_bytes(), "x").blob(KVM) is not None
    assert state(kernel.path) == before
    assert not trap.exists()


def test_the_users_configuration_does_not_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A user whose git overlooks blanks sees what everybody sees: the patch does not apply."""
    config = tmp_path / "gitconfig"
    config.write_text("[apply]\n\twhitespace = error-all\n\tignoreWhitespace = change\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    tree = MemoryTree("x", {"a.h": b"1 1\n"})
    assert one(tree, "--- a/a.h\n+++ b/a.h\n@@ -1 +1 @@\n-1  1\n+2\n").failed
    applied = one(tree, "--- a/a.h\n+++ b/a.h\n@@ -1 +1 @@\n-1 1\n+2 \n")
    assert applied.tree.read("a.h") == b"2 \n"


def test_nothing_is_left_behind(temporary: Path) -> None:
    """The private area is gone after success and after failure."""
    tree = MemoryTree("x", {"a.h": b"1\n"})
    one(tree, "--- a/a.h\n+++ b/a.h\n@@ -1 +1 @@\n-1\n+2\n")
    one(tree, "--- a/a.h\n+++ b/a.h\n@@ -1 +1 @@\n-7\n+2\n")
    with pytest.raises(InputError):
        patched_tree(tree, b"--- a/a.h\n+++ b/a.h\n@@ -1 +1 @@\n-7\n+2\n", "x")
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT])
def test_nothing_is_left_behind_by_signals(temporary: Path, number: signal.Signals) -> None:
    """A signal that ends the process removes the area first, and ends it as signals do."""
    code = (
        "import sys, time\n"
        "from abicheck.vcs.scratch import scratch_repository\n"
        "with scratch_repository() as folder:\n"
        "    (folder / 'x').write_text('x')\n"
        "    print(folder, flush=True)\n"
        "    time.sleep(60)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    with process:
        assert process.stdout
        folder = Path(process.stdout.readline().decode().strip())
        assert folder.parent == temporary
        assert folder.stat().st_mode & 0o077 == 0
        process.send_signal(number)
        assert process.wait(30) in {128 + number, -number}
    assert list(temporary.iterdir()) == []


def test_what_does_not_apply_says_which_hunk(kernel: Kernel) -> None:
    """The hunk, its line and the line it looks for in vain are named."""
    tree = RevisionTree(Repository.discover(kernel.path), "mainline~4")
    patch = kernel.git("diff", "mainline~1", "mainline").encode()
    with pytest.raises(InputError) as refused:
        patched_tree(tree, patch, "x.patch")
    text = str(refused.value)
    assert f"x.patch: {KVM}: the patch does not apply: hunk 1 of 1 (line " in text
    assert 'expects the line "#define KVM_CAP_' in text
