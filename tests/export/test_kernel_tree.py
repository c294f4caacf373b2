# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tests the virtual export of kernel trees, old and new, written here in miniature."""

from __future__ import annotations

import pytest

from abicheck import abis
from abicheck.export import Kind, World, open_exports
from tests.export.trees import DictTree

_SHARED = {
    "Makefile": "VERSION = 6\nPATCHLEVEL = 1\nSUBLEVEL = 300\nEXTRAVERSION =\n"
    "\techo \\#define LINUX_VERSION_MAJOR $(VERSION);\n",
    "include/uapi/linux/types.h": "#include <asm/types.h>\n",
    "include/uapi/linux/kvm.h": "#include <asm/kvm.h>\n",
    "include/uapi/linux/kvm_para.h": "#include <asm/kvm_para.h>\n",
    "include/uapi/linux/a.out.h": "#include <asm/a.out.h>\n",
    "include/uapi/asm-generic/types.h": "typedef unsigned int __u32;\n",
    "include/uapi/asm-generic/errno.h": "#define ENOSYS 38\n",
    "include/uapi/asm-generic/kvm_para.h": "\n",
    "include/uapi/asm-generic/unistd.h": "\n",
    "include/linux/kvm_host.h": "struct kvm { int inside; };\n",
}
_NO_EXPORT = """
ifeq ($(wildcard $(srctree)/arch/$(SRCARCH)/include/uapi/asm/{name}),)
ifeq ($(wildcard $(objtree)/arch/$(SRCARCH)/include/generated/uapi/asm/{name}),)
no-export-headers += {folder}{name}
endif
endif
"""
_CONDITIONAL = ("a.out.h", "kvm.h", "kvm_para.h")
_TABLE = """\
# comment
0\tcommon\tread\tsys_read
1\t64\twrite\tsys_write
2\t32\told\tsys_old
0x10\tx32\tnewer\tsys_newer
"""

NEW = {
    **_SHARED,
    "include/uapi/Kbuild": "".join(
        _NO_EXPORT.format(name=n, folder="linux/") for n in _CONDITIONAL
    ),
    "include/uapi/asm-generic/Kbuild": "mandatory-y += types.h\nmandatory-y += errno.h unistd.h\n",
    "arch/x86/include/uapi/asm/Kbuild": "generated-y += unistd_32.h\n"
    "generated-y += unistd_64.h unistd_x32.h\n",
    "arch/x86/include/uapi/asm/kvm.h": "struct kvm_regs { int x86; };\n",
    "arch/x86/include/uapi/asm/unistd.h": "#include <asm/unistd_64.h>\n",
    "arch/x86/entry/syscalls/syscall_32.tbl": "7\ti386\tonly32\tsys_only32\n",
    "arch/x86/entry/syscalls/syscall_64.tbl": _TABLE,
    "arch/arm64/include/uapi/asm/Kbuild": "syscall-y += unistd_64.h\ngeneric-y += kvm_para.h\n",
    "arch/arm64/include/uapi/asm/errno.h": "#define ENOSYS 1\n",
    "arch/arm64/kernel/Makefile.syscalls": "syscall_abis_32 +=\nsyscall_abis_64 += renameat x32\n",
    "scripts/syscall.tbl": _TABLE,
    "arch/riscv/include/uapi/asm/Kbuild": "syscall-y += unistd_32.h\nsyscall-y += unistd_64.h\n",
    "arch/riscv/include/uapi/asm/hwprobe.h": "\n",
    "arch/riscv/kernel/Makefile.syscalls": "syscalltbl = arch/riscv/tools/syscall_%.tbl\n",
    "arch/riscv/tools/syscall_32.tbl": "5\t32\tthirtytwo\tsys_a\n",
    "arch/riscv/tools/syscall_64.tbl": "6\t64\tsixtyfour\tsys_b\n",
    "arch/ia64/include/uapi/asm/Kbuild": "\n",
    "arch/ia64/include/uapi/asm/break.h": "\n",
    "arch/um/include/uapi/asm/odd.h": "\n",
    "arch/vapour/kernel/none.h": "\n",
}
"""The manner of Linux 6.11 and later, with an architecture nobody has a table row for."""

OLD = {
    **_SHARED,
    "include/uapi/linux/Kbuild": "".join(
        _NO_EXPORT.format(name=n, folder="") for n in _CONDITIONAL
    ),
    "include/uapi/asm-generic/Kbuild.asm": "mandatory-y += types.h\nmandatory-y += errno.h\n",
    "arch/arm/include/uapi/asm/Kbuild": "# UAPI\ninclude include/uapi/asm-generic/Kbuild.asm\n\n"
    "generated-y += unistd-common.h\ngenerated-y += unistd-oabi.h\ngenerated-y += unistd-eabi.h\n"
    "generic-y += kvm_para.h\n",
    "arch/arm/include/uapi/asm/types.h": "\n",
    "arch/arm/tools/syscall.tbl": "0\tcommon\tread\tsys_read\n1\toabi\told\tsys_old\n"
    "2\teabi\tnew\tsys_new\n",
}
"""The manner of Linux 4.19."""

OLDEST = {
    **_SHARED,
    "include/uapi/linux/Kbuild": "header-y += types.h\n"
    "ifneq ($(wildcard $(srctree)/arch/$(SRCARCH)/include/uapi/asm/kvm.h \\\n"
    "  $(srctree)/arch/$(SRCARCH)/include/asm/kvm.h),)\nheader-y += kvm.h\nendif\n",
    "include/uapi/linux/unlisted.h": "\n",
    "include/uapi/asm-generic/Kbuild.asm": "opt-header += kvm.h\nheader-y += types.h errno.h\n",
    "include/uapi/asm-generic/poll.h": "\n",
    "arch/arm64/include/asm/Kbuild": "generic-y += errno.h\ngeneric-y += bug.h poll.h\n",
    "arch/arm64/include/uapi/asm/Kbuild": "include include/uapi/asm-generic/Kbuild.asm\n",
    "arch/arm64/include/uapi/asm/kvm.h": "\n",
    "arch/arm64/include/uapi/asm/types.h": "\n",
    "arch/arm64/include/uapi/asm/unlisted.h": "\n",
    "arch/sparc/include/uapi/asm/Kbuild": "header-y += types.h\n",
    "arch/sparc/include/uapi/asm/types.h": "\n",
}
"""The manner of Linux 3.7 to 4.11: a header is exported because a Kbuild names it."""


def _world(texts: dict[str, str], abi: str) -> World:
    world = open_exports(DictTree(texts)).world(abis.get(abi))
    assert world is not None
    return world


def _numbers(world: World, include: str) -> dict[str, str]:
    text = world.text(include)
    assert text is not None
    lines = (line.split(None, 2) for line in text.decode().splitlines())
    return {line[1]: line[2] for line in lines if line[0] == "#define" and len(line) > 2}


def test_asm_comes_from_the_architecture_before_asm_generic() -> None:
    """A header of the architecture wins; a mandatory one it lacks is a wrapper of asm-generic."""
    world = _world(NEW, "arm64")
    assert world.origin("asm/errno.h") == "arch/arm64/include/uapi/asm/errno.h"
    assert world.text("asm/types.h") == b"#include <asm-generic/types.h>\n"
    paths = {header.include: header.path for header in world.headers()}
    assert paths["asm/types.h"] == "include/uapi/asm-generic/types.h"


def test_each_architecture_sees_its_own_asm_only() -> None:
    """asm/kvm.h of x86 is nothing to arm64, although both trees are one."""
    assert _world(NEW, "x86_64").text("asm/kvm.h") is not None
    assert _world(NEW, "arm64").text("asm/kvm.h") is None


@pytest.mark.parametrize(
    ("texts", "abi", "present"),
    [
        (NEW, "x86_64", {"kvm.h"}),
        (NEW, "arm64", {"kvm_para.h"}),
        (OLD, "arm", {"kvm_para.h"}),
    ],
)
def test_headers_are_held_back_where_their_asm_is_missing(
    texts: dict[str, str], abi: str, present: set[str]
) -> None:
    """no-export-headers under ifeq ($(wildcard ...),) is obeyed, for generated headers too."""
    world = _world(texts, abi)
    exported = {header.include for header in world.headers()}
    assert {name for name in _CONDITIONAL if f"linux/{name}" in exported} == present
    assert {name for name in _CONDITIONAL if world.text(f"linux/{name}") is not None} == present


def test_asm_generic_is_served_and_not_listed() -> None:
    """asm-generic/ can be included, but the headers of an ABI are counted without it."""
    world = _world(NEW, "x86_64")
    assert world.text("asm-generic/errno.h") == b"#define ENOSYS 38\n"
    assert not [h for h in world.headers() if h.include.startswith("asm-generic/")]


def test_headers_inside_the_kernel_are_out_of_reach() -> None:
    """include/linux is not exported: neither its text nor its path means anything."""
    exports = open_exports(DictTree(NEW))
    assert exports.header("include/linux/kvm_host.h") is None
    assert _world(NEW, "x86_64").text("linux/kvm_host.h") is None


def test_a_path_has_one_include_path() -> None:
    """Files below any include/uapi are included by what follows it."""
    exports = open_exports(DictTree(NEW))
    assert exports.kind is Kind.KERNEL
    assert exports.header("include/uapi/linux/kvm.h") == "linux/kvm.h"
    assert exports.header("arch/x86/include/uapi/asm/kvm.h") == "asm/kvm.h"
    assert exports.header("include/uapi/Kbuild") is None


def test_x86_has_three_system_call_headers_from_two_tables() -> None:
    """unistd_32.h takes i386 rows, unistd_64.h common and 64, x32 its own above the x32 bit."""
    world = _world(NEW, "i386")
    assert _numbers(world, "asm/unistd_32.h") == {"__NR_only32": "7"}
    assert _numbers(world, "asm/unistd_64.h") == {"__NR_read": "0", "__NR_write": "1"}
    assert _numbers(world, "asm/unistd_x32.h") == {
        "__NR_read": "(__X32_SYSCALL_BIT + 0)",
        "__NR_newer": "(__X32_SYSCALL_BIT + 0x10)",
    }


def test_the_shared_table_is_filtered_by_makefile_syscalls() -> None:
    """Since 6.11 the columns of scripts/syscall.tbl are named in Makefile.syscalls."""
    assert set(_numbers(_world(NEW, "arm64"), "asm/unistd_64.h")) == {
        "__NR_read",
        "__NR_write",
        "__NR_newer",
    }


def test_makefile_syscalls_may_name_another_table() -> None:
    """``syscalltbl`` with a ``%`` names one table per word size."""
    world = _world(NEW, "riscv64")
    assert _numbers(world, "asm/unistd_32.h") == {"__NR_thirtytwo": "5"}
    assert _numbers(world, "asm/unistd_64.h") == {"__NR_sixtyfour": "6"}


def test_arm_of_old_keeps_common_calls_apart() -> None:
    """With unistd-common.h, the headers of the two ABIs hold their own calls alone."""
    world = _world(OLD, "arm-oabi")
    assert _numbers(world, "asm/unistd-common.h") == {"__NR_read": "(__NR_SYSCALL_BASE + 0)"}
    assert set(_numbers(world, "asm/unistd-oabi.h")) == {"__NR_old"}
    assert set(_numbers(world, "asm/unistd-eabi.h")) == {"__NR_new"}


def test_mandatory_headers_of_old_trees_are_wrapped() -> None:
    """Kbuild.asm, included by the architecture's Kbuild, lists mandatory-y too."""
    world = _world(OLD, "arm")
    assert world.origin("asm/types.h") == "arch/arm/include/uapi/asm/types.h"
    assert world.text("asm/errno.h") == b"#include <asm-generic/errno.h>\n"


def test_the_oldest_trees_export_what_they_list() -> None:
    """header-y and opt-header decide; generic-y of the kernel's own asm/ gives the wrappers."""
    exported = {header.include for header in _world(OLDEST, "arm64").headers()}
    assert exported == {
        *("linux/types.h", "linux/kvm.h", "linux/version.h"),
        *("asm/types.h", "asm/kvm.h", "asm/errno.h"),
    }
    assert _world(OLDEST, "sparc64").text("linux/kvm.h") is None


def test_a_missing_table_leaves_its_header_out() -> None:
    """generated-y without the table it is generated from exports nothing."""
    texts = {path: text for path, text in NEW.items() if not path.endswith("syscall_32.tbl")}
    world = _world(texts, "x86_64")
    assert world.text("asm/unistd_32.h") is None
    assert "asm/unistd_32.h" not in {header.include for header in world.headers()}


def test_version_comes_from_the_makefile() -> None:
    """The code's last byte is capped at 255, as long-lived stable trees need."""
    text = _world(NEW, "x86_64").text("linux/version.h")
    assert text is not None
    assert f"LINUX_VERSION_CODE {6 << 16 | 1 << 8 | 255}\n".encode() in text
    assert b"LINUX_VERSION_SUBLEVEL 300\n" in text


def test_compiler_headers_are_empty() -> None:
    """headers_install drops ``#include <linux/compiler.h>``; here the header reads as empty."""
    world = _world(NEW, "x86_64")
    assert world.text("linux/compiler.h") == world.text("linux/compiler_types.h") == b""
    assert "linux/compiler.h" not in {header.include for header in world.headers()}


def test_an_architecture_the_tree_lacks_has_no_world() -> None:
    """In a tree that has architectures, one that is missing exports nothing."""
    exports = open_exports(DictTree(NEW))
    assert exports.world(abis.get("sparc64")) is None
    assert exports.world(abis.get("x32")) is not None


def test_architectures_without_an_abi_are_named() -> None:
    """ia64 is told of; um has no uapi, and a folder without exported headers is nothing."""
    assert open_exports(DictTree(NEW)).unknown_archs == ("ia64",)


def test_abis_of_one_architecture_share_their_world() -> None:
    """x86_64, i386 and x32 see the same texts; arm64 does not."""
    exports = open_exports(DictTree(NEW))
    worlds = [exports.world(abis.get(name)) for name in ("x86_64", "i386", "x32", "arm64")]
    identities = [world.identity for world in worlds if world is not None]
    assert identities[0] == identities[1] == identities[2] != identities[3]


def test_worlds_of_two_trees_are_never_taken_for_one() -> None:
    """Equal texts in two trees give two identities, also when one tree is gone."""
    identities = [_world(NEW, "x86_64").identity for _ in range(20)]
    assert len(set(identities)) == len(identities)


def test_a_prelude_holds_what_the_world_has() -> None:
    """asm/ucontext.h is parsed after others; of these, one the world lacks is left out."""
    assert _world(NEW, "x86_64").prelude("asm/ucontext.h") == ("stddef.h",)
    assert _world(NEW, "x86_64").prelude("linux/kvm.h") == ()


def test_a_vendor_tree_of_uapi_headers_alone_is_a_kernel_tree() -> None:
    """include/uapi without linux/types.h or arch/: every ABI sees it over our system root."""
    exports = open_exports(DictTree({"include/uapi/linux/gzvm.h": "#include <linux/types.h>\n"}))
    world = exports.world(abis.get("m68k"))
    assert world is not None
    assert not world.has_asm
    assert world.origin("linux/types.h") == "<system root>/linux/types.h"
    assert [header.include for header in world.headers() if "gzvm" in header.path] == [
        "linux/gzvm.h"
    ]


def test_texts_are_read_when_asked_for_and_once() -> None:
    """Opening a world reads Kbuild files and tables, no header; a header is read once."""
    tree = DictTree(NEW)
    world = open_exports(tree).world(abis.get("x86_64"))
    assert world is not None
    assert "arch/x86/include/uapi/asm/kvm.h" not in tree.reads
    for _ in range(3):
        world.text("linux/kvm.h")
    assert tree.reads.count("include/uapi/linux/kvm.h") == 1
    world.preload(["asm/kvm.h", "linux/kvm.h"])
    world.text("asm/kvm.h")
    assert tree.reads.count("arch/x86/include/uapi/asm/kvm.h") == 1
