# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds the rules of ioctl commands, system calls and address ranges."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from abicheck.abis import get
from abicheck.engine.collide import CollideRequest, collide
from abicheck.families.blocks import read_blocks, trespassers
from abicheck.families.codes import scalar_size
from abicheck.families.discover import as_toml, propose
from abicheck.families.scan import read_text
from abicheck.families.window import below_upstream
from abicheck.model import Severity
from abicheck.model.claims import Alias, Extent, FamilyKind, Kept, Sheet
from tests.families.sheets import Ancestor, clashes, family, found, told

if TYPE_CHECKING:
    from pathlib import Path

    from abicheck.model.claims import Collision

_KVM = family(r"\w+", FamilyKind.IOCTL, magic=(0xAE,))
_MAGIC = "#define KVMIO 0xAE\n"


class TestCommands:
    """Ioctl commands."""

    def test_a_command_has_its_parts(self) -> None:
        """Type, number, direction and payload are read from the macro."""
        (only,) = found(f"{_MAGIC}#define KVM_GET_MSRS _IOWR(KVMIO, 0x88, struct kvm_msrs)\n", _KVM)
        assert only.number == 0xAE88
        assert only.ioctl is not None
        assert (only.ioctl.direction, only.ioctl.payload) == ("read/write", "struct kvm_msrs")

    def test_a_payload_whose_name_a_macro_makes(self) -> None:
        """A payload is told by the name that ``##`` makes of words, through two macros too."""
        text = (
            f"{_MAGIC}#define TAG(n) kvm_##n\n#define OF(n) struct TAG(n)\n"
            "#define KVM_A _IOW(KVMIO, 1, struct TAG(msrs))\n"
            "#define KVM_B _IOW(KVMIO, 2, OF(fpu))\n"
        )
        told = [d.ioctl.payload for d in found(text, _KVM) if d.ioctl is not None]
        assert told == ["struct kvm_msrs", "struct kvm_fpu"]

    def test_other_types_are_other_families(self) -> None:
        """A header may define commands of several types."""
        assert found("#define X _IO('v', 1)\n", _KVM) == ()

    def test_a_bare_number_is_decoded_where_names_are_known(self) -> None:
        """Generated bindings hold whole codes; their parts are compared all the same."""
        gzvm = family(r"GZVM_\w+", FamilyKind.IOCTL, magic=(0x92,))
        series = "#define GZVM_ENABLE_CAP _IOW(0x92, 0xa3, struct gzvm_enable_cap)\n"
        (only,) = clashes(
            {"series": series, "bindings": "#define GZVM_ENABLE_CAP 0x406892a0\n"}, gzvm
        )
        assert told(only) == ("name", "error", 0x92A3, ("GZVM_ENABLE_CAP",))

    def test_one_name_with_two_directions_collides(self) -> None:
        """The direction is part of the code: a program built for one tree fails on the other."""
        a = f"{_MAGIC}#define KVM_A _IOW(KVMIO, 0xd5, struct a)\n"
        b = f"{_MAGIC}#define KVM_A _IOWR(KVMIO, 0xd5, struct a)\n"
        (only,) = clashes({"a": a, "b": b}, _KVM)
        assert told(only) == ("name", "error", 0xAED5, ("KVM_A",))
        assert clashes({"a": a, "again": a}, _KVM) == ()

    def test_one_number_with_another_code_warns(self) -> None:
        """Direction or payload tell two commands apart; sharing a number is still unwise."""
        a = f"{_MAGIC}#define KVM_A _IOW(KVMIO, 0xd5, struct a)\n"
        b = f"{_MAGIC}#define KVM_B _IO(KVMIO, 0xd5)\n"
        (only,) = clashes({"a": a, "b": b}, _KVM)
        assert told(only)[:3] == ("number", "warning", 0xAED5)

    def test_one_code_with_two_names_collides(self) -> None:
        """The same direction and payload make the same code."""
        a = f"{_MAGIC}#define KVM_A _IO(KVMIO, 0xd5)\n"
        b = f"{_MAGIC}#define KVM_B _IO(KVMIO, 0xd5)\n"
        (only,) = clashes({"a": a, "b": b}, _KVM)
        assert told(only)[:3] == ("number", "error", 0xAED5)

    def test_a_declared_share_is_silent(self) -> None:
        """Commands of different descriptors may have one number for ever."""
        shares = (Alias(names=("KVM_A", "KVM_B"), reason="VM and vCPU"),)
        shared = family(r"\w+", FamilyKind.IOCTL, magic=(0xAE,), shares=shares)
        text = f"{_MAGIC}#define KVM_A _IO(KVMIO, 0xd5)\n#define KVM_B _IO(KVMIO, 0xd5)\n"
        assert clashes({"a": text}, shared) == ()

    def test_a_block_of_somebody_else_warns(self) -> None:
        """A command inside a block registered for another driver is pointed out."""
        foreign = (Kept(spans=((0x9200, 0x920F),), reason="registered for usbmon"),)
        gzvm = family(r"GZVM_\w+", FamilyKind.IOCTL, magic=(0x92,), foreign=foreign)
        (only,) = clashes({"a": "#define GZVM_CREATE_VM _IO(0x92, 0x01)\n"}, gzvm)
        assert told(only)[:3] == ("range", "warning", 0x9201)


class TestSystemCalls:
    """System call tables."""

    def _collide(self, *trees: Path) -> dict[str, tuple[Collision, ...]]:
        request = CollideRequest(sources=tuple(map(str, trees)), families=("syscall",))
        return {r.family.id: r.collisions for r in collide(request).families}

    def _tree(self, root: Path, tables: dict[str, str]) -> Path:
        (root / "include" / "uapi").mkdir(parents=True)
        (root / "Kbuild").touch()
        for name, rows in tables.items():
            path = root / "arch" / "x86" / "entry" / "syscalls" / f"syscall_{name}.tbl"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(rows)
        return root

    def test_a_call_has_one_number_on_every_architecture(self, tmp_path: Path) -> None:
        """From 424 on, tables that differ in a call's number contradict each other."""
        tables = {"32": "471 i386 new_call sys_x\n", "64": "472 common new_call sys_x\n"}
        found = self._collide(self._tree(tmp_path / "a", tables))["syscall.common"]
        assert [(c.kind.value, c.severity.value, c.names) for c in found] == [
            ("name", "error", ("new_call",))
        ]

    def test_the_range_of_one_architecture_is_not_for_common_calls(self, tmp_path: Path) -> None:
        """A generic call at 335 on x86-64 and 387 on i386 stands in forbidden ranges."""
        tables = {"32": "387 i386 open_tree sys_x\n", "64": "335 common open_tree sys_x\n"}
        found = self._collide(self._tree(tmp_path / "a", tables))["syscall.common"]
        errors = [(c.kind.value, c.number) for c in found if c.severity is Severity.ERROR]
        assert sorted(errors) == [("name", 335), ("range", 335), ("range", 387)]

    def test_numbers_nobody_uses_are_nobodys(self, tmp_path: Path) -> None:
        """387 to 423 stay free on x86-64, for calls of its own too."""
        tables = {"32": "386 i386 rseq sys_x\n", "64": "400 64 own sys_x\n"}
        found = self._collide(self._tree(tmp_path / "a", tables))["syscall.common"]
        assert [(c.kind.value, c.number) for c in found] == [("range", 400)]

    def test_a_call_of_x86_64_alone_may_stand_there(self, tmp_path: Path) -> None:
        """The same number is right for a call that no other table has."""
        tables = {"32": "386 i386 rseq sys_x\n", "64": "335 64 uretprobe sys_x\n"}
        found = self._collide(self._tree(tmp_path / "a", tables))
        assert not any(c for rows in found.values() for c in rows)

    def test_two_trees_race_for_the_next_call_once(self, tmp_path: Path) -> None:
        """A number that two trees took in all their tables is one collision."""
        trees = [
            self._tree(
                tmp_path / name,
                {"32": f"471 i386 {name} sys_x\n", "64": f"471 common {name} sys_x\n"},
            )
            for name in ("first", "second")
        ]
        found = self._collide(*trees)["syscall.common"]
        assert [(c.kind.value, c.number, c.names) for c in found] == [
            ("number", 471, ("first", "second"))
        ]

    def test_alpha_counts_110_further(self, tmp_path: Path) -> None:
        """Alpha's number of a common call is the others' plus 110."""
        tree = self._tree(tmp_path / "a", {"64": "471 common new_call sys_x\n"})
        alpha = tree / "arch" / "alpha" / "kernel" / "syscalls" / "syscall.tbl"
        alpha.parent.mkdir(parents=True)
        alpha.write_text("581 common new_call sys_x\n")
        assert self._collide(tree)["syscall.common"] == ()
        alpha.write_text("582 common new_call sys_x\n")
        (found,) = self._collide(tree)["syscall.common"]
        assert found.kind.value == "name"

    def test_rows_of_different_abis_share_a_number(self, tmp_path: Path) -> None:
        """A table's number means one call for each ABI."""
        rows = "13 64 rt_sigaction sys_x\n13 x32 something sys_x\n512 x32 rt_sigaction sys_y\n"
        found = self._collide(self._tree(tmp_path / "a", {"64": rows}))
        assert not any(c for table in found.values() for c in table)


class TestWhoseNumbers:
    """Numbers that belong to somebody else, or soon will."""

    _REGISTER = (
        "====  =====  =======================\n"
        "0x92  00-0F  drivers/usb/mon/mon_bin.c\n"
        "'V'   all    linux/vt.h             conflict!\n"
        "0xAE  00-1F  linux/kvm.h\n"
        "             linux/other.h\n"
    )

    def test_the_register_is_read(self) -> None:
        """Codes, letters, ranges, further files and known conflicts are understood."""
        rows = [(b.type, b.first, b.last, b.files, b.shared) for b in read_blocks(self._REGISTER)]
        assert rows == [
            (0x92, 0, 0x0F, ("drivers/usb/mon/mon_bin.c",), False),
            (ord("V"), 0, 0xFF, ("linux/vt.h",), True),
            (0xAE, 0, 0x1F, ("linux/kvm.h", "linux/other.h"), False),
        ]

    def test_a_command_in_a_block_of_others_is_a_warning(self) -> None:
        """What the register gives to another file is not for the taking."""
        gzvm = family(r"GZVM_\w+", FamilyKind.IOCTL, magic=(0x92,))
        text = "#define GZVM_CREATE_VM _IO(0x92, 0x01)\n#define GZVM_RUN _IO(0x92, 0x80)\n"
        sheets = [Sheet(trees=("gzvm",), definitions=found(text, gzvm))]
        blocks = read_blocks(self._REGISTER)
        (only,) = trespassers(sheets, blocks, frozenset())
        assert told(only) == ("range", "warning", 0x9201, ("GZVM_CREATE_VM",))
        (known,) = trespassers(sheets, blocks, frozenset({0}))
        assert known.severity is Severity.NOTE

    @pytest.mark.parametrize(("number", "warned"), [(101, True), (50, True), (0xFFBADAB1, False)])
    def test_a_vendor_stays_out_of_upstreams_range(self, number: int, warned: bool) -> None:
        """A number just above upstream's last, or in its holes, will be upstream's one day."""
        upstream = "".join(f"#define CAP_{n} {n}\n" for n in range(100) if n != 50)
        texts = {"mainline": upstream, "android14": f"{upstream}#define CAP_VENDOR {number}\n"}
        sheets = [Sheet(trees=(tree,), definitions=found(text)) for tree, text in texts.items()]
        roles = {"mainline": "upstream", "android14": "downstream"}
        rows = [(c.number, c.names) for c in below_upstream(family(), sheets, roles, [])]
        assert rows == ([(number, ("CAP_VENDOR",))] if warned else [])
        roles["android14"] = "branch"
        assert list(below_upstream(family(), sheets, roles, [])) == []


class TestRanges:
    """Addresses with sizes."""

    _GPA = family(
        r"\w+_GPA",
        FamilyKind.RANGES,
        sizes=(Extent(names=r"GICD_\w+", size=0x10000),),
    )

    def test_addresses_whose_bytes_overlap_collide(self) -> None:
        """What begins inside another's range collides with it, across trees too."""
        dist = "#define GICD_BASE_GPA 0x8000000ULL\n"
        (only,) = clashes({"a": dist, "b": "#define UCALL_GPA 0x800f000\n"}, self._GPA)
        assert told(only) == ("overlap", "error", 0x800F000, ("GICD_BASE_GPA", "UCALL_GPA"))

    def test_what_a_tree_moved_away_does_not_race(self) -> None:
        """An address that one tree kept and the other gave to something else is one change."""
        old = "#define GICD_BASE_GPA 0x8000000\n"
        new = "#define GITS_BASE_GPA 0x8000000\n#define GICD_BASE_GPA 0x8020000\n"
        texts = {"v1": old, "v2": new}
        ancestor = Ancestor(old, self._GPA)
        assert clashes(texts, self._GPA, ancestry=ancestor) == ()
        assert clashes(texts, self._GPA, upstream=("v1", "v2")) == ()
        (only,) = clashes(texts, self._GPA, ancestry=Ancestor("", self._GPA))
        assert only.names == ("GICD_BASE_GPA", "GITS_BASE_GPA")

    def test_an_address_that_both_trees_give_anew_collides(self) -> None:
        """What one tree adds collides with what the other moves there, however old the latter."""
        old = "#define GICD_BASE_GPA 0x8000000\n"
        texts = {
            "a": f"{old}#define UCALL_GPA 0x8020000\n",
            "b": "#define GICD_BASE_GPA 0x8020000\n",
        }
        (only,) = clashes(texts, self._GPA, ancestry=Ancestor(old, self._GPA))
        assert only.names == ("GICD_BASE_GPA", "UCALL_GPA")

    def test_neighbours_do_not_overlap(self) -> None:
        """A range ends before its last byte plus one."""
        text = "#define GICD_BASE_GPA 0x8000000ULL\n#define UCALL_GPA 0x8010000\n"
        assert clashes({"a": text}, self._GPA) == ()

    def test_another_name_for_an_address_is_an_alias(self) -> None:
        """An address defined as another one is the same range."""
        text = "#define GICD_BASE_GPA 0x8000000\n#define DIST_GPA GICD_BASE_GPA\n"
        assert clashes({"a": text}, self._GPA) == ()


class TestProposals:
    """Families for headers that have none."""

    _TEXT = (
        "#define ACME_MAGIC 0xA7\n"
        "#define ACME_CREATE _IO(ACME_MAGIC, 0)\n#define ACME_RUN _IO(ACME_MAGIC, 1)\n"
        "#define ACME_STOP _IOW(ACME_MAGIC, 2, int)\n"
        "#define ACME_CAP_A 1\n#define ACME_CAP_B 2\n#define ACME_CAP_C 3\n"
        "#define ACME_F_X (1 << 0)\n#define ACME_F_Y (1 << 1)\n#define ACME_F_Z (1 << 3)\n"
        "enum acme_mode { ACME_MODE_ONE, ACME_MODE_TWO, ACME_MODE_THREE, ACME_MODE_MAX };\n"
    )

    def test_a_vendor_header_gets_families(self) -> None:
        """Commands, capabilities, flags and enums are told apart."""
        found = propose("linux/acme.h", read_text("linux/acme.h", self._TEXT.encode()))
        kinds = {p.family.id: p.family.kind.value for p in found}
        assert kinds == {
            "acme.ioctl": "ioctl",
            "acme.acme-cap": "ids",
            "acme.acme-f": "bits",
            "acme.acme-mode": "ids",
        }

    def test_a_proposal_is_a_family_file(self, tmp_path: Path) -> None:
        """What is proposed can be kept as it is and finds the same members."""
        from abicheck.families.book import read_file

        found = propose("linux/acme.h", read_text("linux/acme.h", self._TEXT.encode()))
        (tmp_path / "acme.toml").write_text("\n".join(map(as_toml, found)))
        assert [f.id for f in read_file(tmp_path / "acme.toml")] == [p.family.id for p in found]


def test_a_capability_of_one_architecture_is_one(tmp_path: Path) -> None:
    """A capability in an architecture's own header takes a number of the same space."""
    for path, name in (
        ("include/uapi/linux", "KVM_CAP_A"),
        ("arch/riscv/include/uapi/asm", "KVM_CAP_B"),
    ):
        (tmp_path / path).mkdir(parents=True)
        (tmp_path / path / "kvm.h").write_text(f"#define {name} 240\n")
    (tmp_path / "Kbuild").touch()
    report = collide(CollideRequest(sources=(str(tmp_path),), families=("kvm.cap",)))
    (only,) = report.families[0].collisions
    assert (only.kind.value, only.number, only.names) == (
        "duplicate",
        240,
        ("KVM_CAP_A", "KVM_CAP_B"),
    )


@pytest.mark.parametrize(("abi", "size"), [("x86_64", 8), ("i386", 4), ("x32", 8), ("mipsn32", 4)])
def test_the_kernel_s_long_is_wide_on_x32(abi: str, size: int) -> None:
    """__kernel_long_t and __kernel_ulong_t have 8 bytes on x32, as asm/posix_types_x32.h says."""
    names = ("__kernel_long_t", "__kernel_ulong_t")
    assert {scalar_size(name, get(abi)) for name in names} == {size}
