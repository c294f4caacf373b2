# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds the rules on numbers and hygiene to mistakes that real headers had."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.config import Config
from abicheck.engine.lint import LintRequest, lint
from abicheck.rulebook import read_rules

if TYPE_CHECKING:
    from pathlib import Path

    from abicheck.model import Finding

_GROUPS = ("hygiene", "numbers", "design")


def _judged(folder: Path, text: str) -> dict[tuple[str, str], Finding]:
    """What all rules of these groups say about a lone header, by rule and subject."""
    header = folder / "sample.h"
    header.write_text(f"#include <linux/types.h>\n#include <linux/ioctl.h>\n{text}")
    book = read_rules()
    names = tuple(rule.name for rule in book.rules if rule.group in _GROUPS and rule.enabled)
    report = lint(
        LintRequest(paths=(str(header),), rulebook=book, config=Config(), only=names, jobs=1)
    )
    assert not report.not_checked
    return {(finding.rule, finding.subject): finding for finding in report.findings}


def test_a_hypervisor_in_the_block_of_usbmon(tmp_path: Path) -> None:
    """Type 0x92 below 0x10 is usbmon's; what lies above it is free."""
    found = _judged(
        tmp_path,
        "#define GZVM_IOC_MAGIC 0x92\n#define GZVM_CREATE_VM _IO(GZVM_IOC_MAGIC, 0x01)\n"
        "#define GZVM_CHECK_EXTENSION _IO(GZVM_IOC_MAGIC, 0x03)\n"
        "#define GZVM_RUN _IO(GZVM_IOC_MAGIC, 0x80)\n",
    )
    assert found.keys() == {("ioctl-block-conflict", "GZVM_CREATE_VM")}
    (finding,) = found.values()
    assert finding.severity == "warning"
    assert "mon_bin.c" in finding.message
    assert finding.consequence.startswith("and 1 more")


def test_a_hypervisor_with_the_kernel_s_own_macros(tmp_path: Path) -> None:
    """BIT, GENMASK and a constant of another header are each told, a GET that is _IOW too."""
    found = _judged(
        tmp_path,
        "#define GZVM_REG_SIZE_MASK GENMASK(27, 24)\n#define GZVM_USER_MEM_READONLY BIT(0)\n"
        "#define GZVM_REG_ARM64_SVE (0x0015 << KVM_REG_ARM_COPROC_SHIFT)\n"
        "struct gzvm_one_reg {\n\t__u64 id;\n\t__u64 addr;\n\t__u64 flags;\n};\n"
        "#define GZVM_GET_ONE_REG _IOW(0x92, 0xab, struct gzvm_one_reg)\n",
    )
    assert {key: str(finding.severity) for key, finding in found.items()} == {
        ("kernel-only-macro", "GZVM_REG_SIZE_MASK: GENMASK"): "error",
        ("kernel-only-macro", "GZVM_USER_MEM_READONLY: BIT"): "error",
        ("not-self-contained", "sample.h: KVM_REG_ARM_COPROC_SHIFT"): "warning",
        ("ioctl-encoding", "GZVM_GET_ONE_REG"): "note",
    }


def test_helpers_of_bpf_numbered_by_place(tmp_path: Path) -> None:
    """The enum is told once, and not once it has numbers."""
    names = ("unspec", "map_lookup_elem", "map_update_elem", "map_delete_elem")
    implicit = ", ".join(f"BPF_FUNC_{name}" for name in names)
    found = _judged(tmp_path, f"enum bpf_func_id {{ {implicit}, __BPF_FUNC_MAX_ID }};\n")
    assert found.keys() == {("implicit-enum-number", "enum bpf_func_id")}
    explicit = ", ".join(f"BPF_FUNC_{name} = {at}" for at, name in enumerate(names))
    assert not _judged(tmp_path, f"enum bpf_func_id {{ {explicit}, __BPF_FUNC_MAX_ID }};\n")


def test_memory_flags_as_wide_as_long(tmp_path: Path) -> None:
    """Flags of a 32-bit member written as 1UL are a note, once for both."""
    found = _judged(
        tmp_path,
        "#define KVM_MEM_LOG_DIRTY_PAGES (1UL << 0)\n#define KVM_MEM_READONLY (1UL << 1)\n",
    )
    assert found.keys() == {("constant-type", "KVM_MEM_LOG_DIRTY_PAGES")}
    assert found.popitem()[1].severity == "note"


def test_commands_of_usbdevfs(tmp_path: Path) -> None:
    """The number depends on the pointer's size; the 32-bit form beside it is no collision."""
    found = _judged(
        tmp_path,
        "struct usbdevfs_ctrl {\n\t__u32 timeout;\n\t__u32 flags;\n\tvoid *data;\n};\n"
        "struct usbdevfs_ctrl32 {\n\t__u32 timeout;\n\t__u32 flags;\n\t__u32 data;\n};\n"
        "#define USBDEVFS_CONTROL _IOWR('U', 0, struct usbdevfs_ctrl)\n"
        "#define USBDEVFS_CONTROL32 _IOWR('U', 0, struct usbdevfs_ctrl32)\n"
        "#define USBDEVFS_REAPURB _IOW('U', 12, void *)\n",
    )
    assert {key: str(finding.severity) for key, finding in found.items()} == {
        ("ioctl-encoding", "USBDEVFS_CONTROL"): "note",
        ("ioctl-encoding", "USBDEVFS_REAPURB"): "warning",
    }
    codes = {
        abi: entry.text
        for entry in found["ioctl-encoding", "USBDEVFS_CONTROL"].evidence
        for abi in entry.abis
    }
    assert (codes["x86_64"], codes["i386"], codes["ppc"]) == (
        "0xc0105500",
        "0xc00c5500",
        "0xc00c5500",
    )
