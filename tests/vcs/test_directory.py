# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds that nothing in a directory leads out of it, and nothing in it hangs us."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from abicheck.errors import InputError
from abicheck.vcs.directory import DirectoryTree
from abicheck.vcs.tree import MAX_FILE, Omitted

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder with one header, beside a file that is not in it."""
    (tmp_path / "secret.h").write_bytes(b"secret")
    root = tmp_path / "root"
    (root / "linux").mkdir(parents=True)
    (root / "linux/kvm.h").write_bytes(b"kvm")
    return root


def _tree(root: Path) -> DirectoryTree:
    return DirectoryTree(root, "root")


class TestLinks:
    """Links inside the tree are ways, links out of it are walls."""

    def test_links_inside_are_followed(self, root: Path) -> None:
        """A link to a file and one to a folder lead to the file's contents."""
        (root / "file.h").symlink_to("linux/kvm.h")
        (root / "asm").symlink_to("linux")
        tree = _tree(root)
        assert [tree.read(path) for path in ("file.h", "asm/kvm.h")] == [b"kvm", b"kvm"]
        assert tree.files() == ("file.h", "linux/kvm.h")
        assert tree.files("asm") == ("asm/kvm.h",)

    @pytest.mark.parametrize(
        "target",
        ["../secret.h", "linux/../../secret.h", "../root/linux/kvm.h", "/etc/passwd", "/"],
    )
    def test_links_that_leave_are_absent(self, root: Path, target: str) -> None:
        """A link that leaves the tree is absent, even where it would come back, and says so."""
        (root / "out.h").symlink_to(target)
        tree = _tree(root)
        assert tree.read("out.h") is None
        assert tree.blob("out.h") is None
        assert tree.files() == ("linux/kvm.h",)
        assert "leaves the tree" in (tree.refusal("out.h") or "")
        assert [omitted.path for omitted in tree.omitted()] == ["out.h"]

    def test_an_absolute_link_into_the_tree_leaves_it(self, root: Path) -> None:
        """An absolute link is a wall, for it means another place on another machine."""
        (root / "abs.h").symlink_to(root / "linux/kvm.h")
        assert _tree(root).read("abs.h") is None

    def test_a_ring_of_links_ends(self, root: Path) -> None:
        """Links that lead to each other are absent and do not hang the look-up."""
        (root / "a.h").symlink_to("b.h")
        (root / "b.h").symlink_to("a.h")
        (root / "self").symlink_to(".")
        tree = _tree(root)
        assert tree.read("a.h") is None
        assert tree.files() == ("linux/kvm.h",)
        assert tree.read("self/" * 50 + "linux/kvm.h") is None
        assert tree.read("self/" * 30 + "linux/kvm.h") == b"kvm"

    @pytest.mark.parametrize("path", ["../secret.h", "linux/../../secret.h", "/etc/passwd"])
    def test_a_path_that_leaves_is_absent(self, root: Path, path: str) -> None:
        """A path that climbs above the root or is absolute finds nothing."""
        tree = _tree(root)
        assert tree.read(path) is None
        assert tree.names(path.rpartition("/")[0] or "/") == ()


class TestRaces:
    """A name that changes between the look and the open gains nothing."""

    @pytest.mark.parametrize("victim", ["kvm.h", "linux"])
    def test_a_link_put_in_place_late_is_not_followed(
        self, root: Path, monkeypatch: pytest.MonkeyPatch, victim: str
    ) -> None:
        """A file or folder that turns into a link out after it was looked at stays closed."""
        outside = root.parent / "outside"
        outside.mkdir()
        (outside / "kvm.h").write_bytes(b"secret")
        real = os.stat

        def stat(name: str, *, dir_fd: int, follow_symlinks: bool) -> os.stat_result:
            status = real(name, dir_fd=dir_fd, follow_symlinks=follow_symlinks)
            if name == victim:
                place = root / ("linux/kvm.h" if victim == "kvm.h" else "linux")
                place.rename(root / "moved")
                place.symlink_to(outside / "kvm.h" if victim == "kvm.h" else outside)
            return status

        tree = _tree(root)
        with monkeypatch.context() as patch:
            patch.setattr(os, "stat", stat)
            text = tree.read("linux/kvm.h")
        assert text is None

    def test_a_fifo_put_in_place_late_does_not_hang(
        self, root: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A file that turns into a FIFO after it was looked at is absent at once."""
        real = os.stat

        def stat(name: str, *, dir_fd: int, follow_symlinks: bool) -> os.stat_result:
            status = real(name, dir_fd=dir_fd, follow_symlinks=follow_symlinks)
            if name == "kvm.h":
                (root / "linux/kvm.h").unlink()
                os.mkfifo(root / "linux/kvm.h")
            return status

        tree = _tree(root)
        with monkeypatch.context() as patch:
            patch.setattr(os, "stat", stat)
            text = tree.read("linux/kvm.h")
        assert text is None


class TestOddFiles:
    """What is no regular file of reasonable size is absent, with a reason."""

    def test_a_fifo_is_absent(self, root: Path) -> None:
        """A FIFO nobody writes to is absent and hangs nothing."""
        os.mkfifo(root / "pipe.h")
        tree = _tree(root)
        assert tree.read("pipe.h") is None
        assert tree.omitted() == (Omitted("pipe.h", "is not a regular file"),)

    def test_a_socket_and_a_link_to_a_device_are_absent(self, root: Path) -> None:
        """A socket is absent, and so is /dev/zero behind a link."""
        import socket

        with socket.socket(socket.AF_UNIX) as listener:
            here = Path.cwd()
            os.chdir(root)
            try:
                listener.bind("sock.h")
            finally:
                os.chdir(here)
        (root / "zero.h").symlink_to("/dev/zero")
        tree = _tree(root)
        assert tree.read_many(["sock.h", "zero.h", "linux"]) == {}
        assert [omitted.path for omitted in tree.omitted()] == ["sock.h", "zero.h"]

    def test_a_huge_file_is_absent_without_being_read(self, root: Path) -> None:
        """A file over the bound is absent with its reason, one at the bound is served."""
        for name, size in (("huge.h", 1 << 40), ("over.h", MAX_FILE + 1), ("full.h", MAX_FILE)):
            with (root / name).open("wb") as file:
                file.truncate(size)
        tree = _tree(root)
        assert tree.read("huge.h") is None
        assert tree.refusal("over.h") == "has more than 16 MiB"
        assert len(tree.read("full.h") or b"") == MAX_FILE

    @pytest.mark.parametrize("victim", ["kvm.h", "linux"])
    def test_what_we_may_not_read_is_refused(
        self, root: Path, monkeypatch: pytest.MonkeyPatch, victim: str
    ) -> None:
        """A file or folder the system keeps from us is absent with the system's reason."""
        real = os.open

        def deny(name: str | Path, flags: int, *, dir_fd: int | None = None) -> int:
            if name == victim:
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
            return real(name, flags, dir_fd=dir_fd)

        tree = _tree(root)
        with monkeypatch.context() as patch:
            patch.setattr(os, "open", deny)
            text, reason = tree.read("linux/kvm.h"), tree.refusal("linux/kvm.h")
        assert (text, reason) == (None, "cannot be read: Permission denied")

    def test_a_folder_that_opens_and_does_not_list_is_refused(
        self, root: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A folder whose names the system keeps from us is left out aloud, the rest is served."""
        (root / "closed").mkdir()
        real, closed = os.scandir, (root / "closed").stat()

        def deny(folder: int) -> object:
            if os.path.samestat(os.fstat(folder), closed):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
            return real(folder)

        tree = _tree(root)
        with monkeypatch.context() as patch:
            patch.setattr(os, "scandir", deny)
            found = tree.files(), tree.omitted(), tree.names("closed")
        reason = "cannot be read: Permission denied"
        assert found == (("linux/kvm.h",), (Omitted("closed/", reason),), ())

    def test_git_folders_are_absent(self, root: Path) -> None:
        """Nothing in .git is listed or read: its configuration may hold secrets."""
        (root / ".git").mkdir()
        (root / ".git/config").write_bytes(b"token")
        tree = _tree(root)
        assert tree.read(".git/config") is None
        assert tree.read("linux/../.git/config") is None
        assert tree.files() == ("linux/kvm.h",)
        assert tree.names() == ("linux",)

    def test_a_name_that_is_not_utf8_is_left_out_aloud(self, root: Path) -> None:
        """A header whose name is not UTF-8 is not served, and the listing says that it is left."""
        Path(os.fsdecode(os.fsencode(root) + b"/latin-\xe9.h")).write_bytes(b"")
        tree = _tree(root)
        assert tree.files() == ("linux/kvm.h",)
        assert tree.omitted() == (Omitted("latin-\\xe9.h", "has a name that is not UTF-8"),)

    def test_folders_are_deep_to_a_bound(self, root: Path) -> None:
        """Folders too deep are left out with a reason; the listing ends."""
        deep = root
        for _ in range(70):
            deep /= "d"
        deep.mkdir(parents=True)
        (deep / "x.h").write_bytes(b"")
        assert [omitted.reason for omitted in _tree(root).omitted()] == [
            "lies more than 64 folders deep"
        ]


class TestBounds:
    """A listing and a reading end, whatever the tree holds."""

    def test_too_many_files_are_an_error(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A listing that would look at too many names is one clear error."""
        for number in range(20):
            (root / f"{number}.h").write_bytes(b"")
        monkeypatch.setattr("abicheck.vcs.directory.MAX_FILES", 10)
        with pytest.raises(InputError, match="root: more than 10 files"):
            _tree(root).files()

    def test_too_much_text_is_an_error(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Reading more than the bound at once is one clear error."""
        monkeypatch.setattr("abicheck.vcs.directory.MAX_READ", 2)
        with pytest.raises(InputError, match="asked for at once"):
            _tree(root).read_many(["linux/kvm.h"])

    def test_no_descriptor_stays_open(self, root: Path) -> None:
        """Whatever is asked, every descriptor is closed again."""
        (root / "out.h").symlink_to("../secret.h")
        tree = _tree(root)
        count: Callable[[], int] = lambda: len(os.listdir("/proc/self/fd"))  # noqa: PTH208, E731
        before = count()
        tree.files(), tree.omitted(), tree.names("linux"), tree.read("out.h"), tree.read("x/y/z")
        assert count() == before


def test_a_root_that_is_no_directory_is_an_error(root: Path) -> None:
    """A tree cannot be made of a file or of nothing, and one that vanishes says so."""
    for path in (root / "linux/kvm.h", root / "absent"):
        with pytest.raises(InputError, match="is not a directory"):
            DirectoryTree(path, "x")
    tree = _tree(root)
    root.rename(root.parent / "elsewhere")
    with pytest.raises(InputError, match="No such file"):
        tree.read("linux/kvm.h")


def test_the_blob_id_is_gits(root: Path) -> None:
    """The id of a file's contents is the one git gives it."""
    # printf kvm | git hash-object --stdin
    assert _tree(root).blob("linux/kvm.h") == "918687784ac78592bac223118242d247453baadc"
