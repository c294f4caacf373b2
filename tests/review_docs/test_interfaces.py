# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds what documents must mention to what those of a real kernel do mention."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from abicheck.checks.review.novelties import is_command
from abicheck.families.reservations import is_placeholder
from abicheck.families.scan import read_text
from abicheck.review.interfaces import read_interfaces
from abicheck.review.paths import expand
from abicheck.vcs.directory import DirectoryTree
from tests.review_docs.scenes import judged
from tests.review_docs.steps import step

if TYPE_CHECKING:
    from abicheck.review.interfaces import Interface

EMPTY = DirectoryTree(Path(__file__).parent, "a tree without headers")
INTERFACES = read_interfaces()
_LATER = {"hwprobe-riscv", "iommufd", "geniezone"}
"""Younger than Linux 6.1, or in no mainline."""
_GAPS = {"userfaultfd": 0.75, "speculation": 0.8, "kvm": 0.8, "seccomp": 0.85}
"""What is documented of interfaces whose documents are less complete."""


@pytest.mark.trees
@pytest.mark.parametrize("interface", INTERFACES, ids=lambda interface: interface.id)
def test_a_real_kernel_documents_what_must_be(interface: Interface, linux_tree: Path) -> None:
    """Of what an interface's documents must mention, those of Linux 6.1 mention nearly all."""
    if interface.id in _LATER:
        return
    tree = DirectoryTree(linux_tree, "6.1")
    headers = expand(tree, interface.headers)
    texts = tree.read_many(expand(tree, interface.documents))
    assert headers
    assert texts
    words = {word for text in texts.values() for word in re.findall(rb"\w+", text)}
    defined = (
        one
        for path in headers
        if (content := tree.read(path)) is not None
        for one in read_text(path, content).by_name.values()
    )
    wanted = [
        one.name
        for one in defined
        if interface.must_document(one.name, is_command=is_command(one))
        and not is_placeholder(one.name)
    ]
    lacking = [name for name in wanted if name.encode() not in words]
    share = 1 - len(lacking) / max(1, len(wanted))
    assert share >= _GAPS.get(interface.id, 0.95), sorted(lacking)


@pytest.mark.parametrize(
    ("header", "document", "name", "told"),
    [
        (
            "arch/arm64/include/uapi/asm/hwcap.h",
            "Documentation/arch/arm64/elf_hwcaps.rst",
            "HWCAP_NEW",
            True,
        ),
        (
            "arch/riscv/include/uapi/asm/hwprobe.h",
            "Documentation/arch/riscv/hwprobe.rst",
            "RISCV_HWPROBE_EXT_ZNEW",
            True,
        ),
        (
            "include/uapi/linux/ethtool_netlink.h",
            "Documentation/networking/ethtool-netlink.rst",
            "ETHTOOL_MSG_NEW_GET",
            True,
        ),
        ("include/uapi/linux/vfio.h", "Documentation/driver-api/vfio.rst", "VFIO_NEW", False),
    ],
)
@pytest.mark.parametrize("mentioned", [True, False])
def test_what_is_new_must_be_mentioned(
    header: str, document: str, name: str, told: bool, mentioned: bool
) -> None:
    """A new name of an interface whose document lists all of them must be in it."""
    value = "_IO(';', 100)" if name == "VFIO_NEW" else "9"
    old = {header: "#define OLD 1\n", document: "About OLD.\n"}
    new = {header: f"#define OLD 1\n#define {name} {value}\n"}
    if mentioned:
        new[document] = f"About OLD and {name}.\n"
    found = {item.rule for item in judged(step(EMPTY, old, new))}
    assert ("api-undocumented" in found) == (told and not mentioned)
