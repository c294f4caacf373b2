# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tests how the work on one header is divided among processes."""

from __future__ import annotations

import pytest

from abicheck import abis
from abicheck.engine.fields import plots
from abicheck.engine.labour import _portions
from abicheck.engine.selection import wanted_records
from abicheck.export import open_exports
from tests.export.trees import DictTree

KVM = "include/uapi/linux/kvm.h"


@pytest.mark.parametrize(("names", "hands"), [(41, 2), (3, 1), (0, 0)])
def test_the_abis_that_have_a_header_are_dealt_evenly(names: int, hands: int) -> None:
    """Each process gets as many parses as the other, and three parses need no second one."""
    shown = "a.h" if names else "b.h"
    tree = DictTree({"include/uapi/linux/a.h": "", "include/uapi/linux/b.h": ""})
    exports = open_exports(tree)
    chosen = [abi.name for abi in abis.all_abis()][:names]
    worlds = {name: exports.world(abis.get(name)) for name in chosen}
    wanted = wanted_records(("*",))
    paths = (f"include/uapi/linux/{shown}",) if names else ()
    portions = list(_portions(plots(exports, worlds, paths, wanted, tree), 2))
    sizes = [len(portion.headers) for portion in portions]
    assert len(sizes) == hands
    assert sum(sizes) == names
    assert not sizes or max(sizes) - min(sizes) <= 1


def test_abis_without_the_header_are_no_work() -> None:
    """Of many ABIs, only those that export the header are counted."""
    texts = {KVM: "", "include/uapi/Kbuild": ""}
    texts |= {f"arch/{arch}/include/uapi/asm/types.h": "" for arch in ("x86", "arm64", "mips")}
    texts |= {"arch/x86/include/uapi/asm/kvm.h": "", "arch/mips/include/uapi/asm/kvm.h": ""}
    kbuild = "ifeq ($(wildcard $(srctree)/arch/$(SRCARCH)/include/uapi/asm/kvm.h),)\n"
    texts["include/uapi/Kbuild"] = f"{kbuild}no-export-headers += linux/kvm.h\nendif\n"
    tree = DictTree(texts)
    exports = open_exports(tree)
    worlds = {abi.name: exports.world(abi) for abi in abis.all_abis()}
    plot = plots(exports, worlds, (KVM,), wanted_records(("*",)), tree)
    first, second = _portions(plot, 2)
    assert all(first.headers.values())
    assert all(second.headers.values())
    assert abs(len(first.headers) - len(second.headers)) <= 1
