# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds that shipped families see names that no release has yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from abicheck.engine.collide import CollideRequest, collide
from abicheck.model import Severity

if TYPE_CHECKING:
    from pathlib import Path

_HEADERS = {
    "fuse.opcode": ("linux/fuse.h", "enum fuse_opcode {{ FUSE_LOOKUP = 1, FUSE_{0} = 60 }};"),
    "fuse.init-flag": ("linux/fuse.h", "#define FUSE_HAS_{0} (1ULL << 50)"),
    "prctl.option": ("linux/prctl.h", "#define PR_SET_{0} 90"),
    "fanotify.event": ("linux/fanotify.h", "#define FAN_{0} 0x20000000"),
    "fanotify.init": ("linux/fanotify.h", "#define FAN_REPORT_{0} 0x8000"),
    "fanotify.mark": ("linux/fanotify.h", "#define FAN_MARK_{0} 0x800"),
    "netlink.proto": ("linux/netlink.h", "#define NETLINK_{0} 23"),
    "rtnl.ifla": ("linux/if_link.h", "enum {{ IFLA_UNSPEC, IFLA_ADDRESS, IFLA_{0} }};"),
    "tcp.sockopt": ("linux/tcp.h", "#define TCP_{0} 50"),
    "sched.policy": ("linux/sched.h", "#define SCHED_{0} 8"),
    "kvm.tdx-cmd": ("asm/kvm.h", "enum kvm_tdx_cmd_id {{ KVM_TDX_A = 0, KVM_TDX_{0} }};"),
}


def _tree(root: Path, header: str, text: str) -> str:
    path = root / ("arch/x86/include/uapi" if header.startswith("asm/") else "include/uapi")
    (path / header).parent.mkdir(parents=True)
    (path / header).write_text(text + "\n")
    return str(root)


@pytest.mark.parametrize("identity", list(_HEADERS))
def test_a_new_name_is_a_member(identity: str, tmp_path: Path) -> None:
    """Two series that give one number to two names nobody has heard of collide."""
    header, text = _HEADERS[identity]
    trees = tuple(_tree(tmp_path / name, header, text.format(name)) for name in ("FIRST", "SECOND"))
    report = collide(CollideRequest(sources=trees, families=(identity,)))
    (only,) = report.families[0].collisions
    assert only.severity is Severity.ERROR
    assert {"FIRST" in name or "SECOND" in name for name in only.names} == {True}


def test_enums_without_a_tag_are_apart(tmp_path: Path) -> None:
    """Attributes of a nested enum are not those of the link, whatever their prefix."""
    text = "enum { IFLA_UNSPEC, IFLA_ADDRESS };\nenum { IFLA_NEST_UNSPEC, IFLA_NEST_FIRST };"
    tree = _tree(tmp_path / "tree", "linux/if_link.h", text)
    report = collide(CollideRequest(sources=(tree,), families=("rtnl.ifla",)))
    assert report.families[0].collisions == ()
