# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tests what a review says of files that stand in a header's place and are none."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.review.conftest import Kernel
    from tests.review.test_review import Run

NEW = "include/uapi/linux/probe.h"
DOCUMENT = "Documentation/virt/kvm/api.rst"


def _link(target: str) -> Callable[[Kernel], None]:
    def make(kernel: Kernel) -> None:
        (kernel.path / NEW).symlink_to(target)
        kernel.git("add", NEW)

    return make


def _submodule(kernel: Kernel) -> None:
    key = kernel.git("rev-parse", "HEAD").strip()
    kernel.git("update-index", "--add", "--cacheinfo", f"160000,{key},{NEW}")


def _unread(run: Run, *words: str) -> dict[str, str]:
    """By path, why it was not checked."""
    done = run("review", *words, "--format", "json")
    found = {item["path"]: item["reason"] for item in json.loads(done.out)["whole"]["not_checked"]}
    assert done.code == (2 if found else 0), done
    return found


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (_link("/etc/passwd"), "is a link that leaves the tree, which is not followed"),
        (_link("../../../../x.h"), "leaves the tree"),
        (_link("gone.h"), "is a symbolic link to nothing in this tree, which is not followed"),
        (_link("../linux"), "is a symbolic link to a folder, which is not followed"),
        (_submodule, "is a submodule, which is not followed"),
    ],
)
def test_what_is_no_header(
    kernel: Kernel, run: Run, make: Callable[[Kernel], None], told: str
) -> None:
    """A link out of the tree or to nothing, and a submodule, are told as what they are."""
    kernel.branch("topic", "mainline")
    make(kernel)
    assert _unread(run, "--staged") == {NEW: told}
    kernel.git("commit", "--quiet", "--message", "uapi: probe")
    assert _unread(run, "HEAD") == {NEW: told}
    (kernel.path.parent / "x.mbox").write_text(kernel.git("format-patch", "-1", "--stdout"))
    kernel.git("checkout", "--quiet", "--force", "mainline")
    found = _unread(run, str(kernel.path.parent / "x.mbox"))
    assert found.keys() == {NEW}
    assert "not followed" in found[NEW]


def test_elsewhere_it_is_nobody_s_business(kernel: Kernel, run: Run) -> None:
    """A link or a submodule that is in no header's place is not told."""
    kernel.branch("topic", "mainline")
    (kernel.path / "passwd").symlink_to("/etc/passwd")
    kernel.commit("a link")
    assert _unread(run, "HEAD") == {}


def test_a_header_behind_a_link_is_read(kernel: Kernel, run: Run) -> None:
    """A link to another header of the tree is that header under one more name, and is checked."""
    kernel.branch("topic", "mainline")
    kernel.write(
        "include/uapi/linux/real.h",
        "#include <linux/types.h>\nstruct probe { __u32 type; __u64 flags; };\n",
    )
    (kernel.path / NEW).symlink_to("real.h")
    kernel.commit("uapi: probe")
    done = run("review", "HEAD", "--format", "json")
    report = json.loads(done.out)["whole"]
    assert report["not_checked"] == []
    assert NEW in {item["path"] for item in report["findings"]}


@pytest.mark.parametrize("size", [(1 << 20) - 64, (1 << 20) + 64])
def test_a_document_that_is_too_large(kernel: Kernel, run: Run, size: int) -> None:
    """A document of more than a mebibyte is told as not checked, one of less is read."""
    kernel.branch("topic", "mainline")
    kernel.write(DOCUMENT, "x" * size)
    kernel.commit("docs")
    kernel.replace("include/uapi/linux/kvm.h", "#define KVMIO 0xAE\n", "#define KVMIO 0xAF\n")
    kernel.commit("kvm: another type")
    done = run("review", "HEAD", "--format", "json", "--rule", "document-contradicts-header")
    found = json.loads(done.out)["whole"]["not_checked"]
    told = [(item["path"], item["reason"][:20]) for item in found]
    large = [(DOCUMENT, "has more than 1 MiB:")]
    assert told == (large if size > 1 << 20 else [])
