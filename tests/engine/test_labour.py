# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tests how the work on one header is divided among processes."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from abicheck import abis
from abicheck.engine.fields import plots
from abicheck.engine.frontends import front_end
from abicheck.engine.labour import _portions, reap, reap_all, records, whole_headers
from abicheck.engine.recall import Recall
from abicheck.engine.selection import wanted_records
from abicheck.export import open_exports
from tests.export.trees import DictTree

if TYPE_CHECKING:
    from collections.abc import Sequence

    from abicheck.engine.fields import Plot
    from abicheck.parse.extract import Memo
    from abicheck.parse.unit import Measure, Unit, World

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


def _plot(texts: dict[str, str]) -> Plot:
    tree = DictTree({f"include/uapi/linux/{name}": text for name, text in texts.items()})
    exports = open_exports(tree)
    worlds = {name: exports.world(abis.get(name)) for name in ("x86_64", "i386", "arm")}
    return plots(exports, worlds, ("",), wanted_records(("*",)), tree)


_OLD = {"a.h": "struct a { int x; long y; };\n", "b.h": "struct b { long long x; };\n"}
_NEW = {**_OLD, "b.h": "struct b { int y; long long x; };\n", "c.h": "struct c { char x; };\n"}


def test_plots_that_are_read_together_yield_what_each_yields_alone() -> None:
    """Two versions side by side give the layouts that each of them gives by itself."""
    front = front_end("libclang")
    both = _plot(_OLD), _plot(_NEW)
    together = reap_all(both, front, 2)
    assert list(map(records, together)) == [records(reap(plot, front, 2)) for plot in both]
    recall = Recall()
    assert list(map(records, recall.reap_all(both, front, 2))) == list(map(records, together))
    assert records(recall.reap(both[1], front, 2)) == records(together[1])


def test_a_version_that_crashes_spoils_no_other() -> None:
    """Where one version's header kills the parser, that header of that version is not checked."""
    front = front_end("libclang")

    def deadly(world: World, includes: Sequence[str], measure: Measure, memo: Memo) -> Unit:
        if any(b"y;" in (world.text(name) or b"") for name in includes if "b.h" in name):
            os._exit(3)
        return front.parse(world, includes, measure, memo)

    both = _plot(_OLD), _plot(_NEW)
    old, new = reap_all(both, replace(front, parse=deadly), 1)
    assert records(old) == records(reap(both[0], front, 1))
    assert [item.path for item in whole_headers(new)] == ["include/uapi/linux/b.h"]
    assert [record.name for record in records(new)] == ["struct a", "struct c"]
