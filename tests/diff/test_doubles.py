# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tests what is said of numbers that a change gives a second time."""

from __future__ import annotations

import pytest

from abicheck.model import Finding, Severity
from tests.diff.versions import compared

RULES = ("duplicate-number", "number-overlap", "reservation-violated")
OVERLAP = "number-overlap"
KVM = "include/uapi/linux/kvm.h"
FUSE = "include/uapi/linux/fuse.h"
VFIO = "include/uapi/linux/vfio.h"
TABLE = "arch/x86/entry/syscalls/syscall_64.tbl"

CAPS = "#define KVM_CAP_IRQCHIP 0\n#define KVM_CAP_HLT 1\n"
FLAGS = "#define FUSE_ASYNC_READ (1 << 0)\n#define FUSE_POSIX_LOCKS (1 << 1)\n"
BITS = "#define VFIO_DEVICE_FLAGS_RESET (1 << 0)\n#define VFIO_DEVICE_FLAGS_PCI (1 << 1)\n"
CODES = "#define KVMIO 0xAE\n#define KVM_RUN _IO(KVMIO, 0x80)\n"
CALLS = "450\tcommon\tset_mempolicy_home_node\tsys_set_mempolicy_home_node\n"


def told(path: str, old: str, new: str) -> tuple[Finding, ...]:
    """What the rules about numbers say of a file that becomes another one."""
    besides = {KVM: CAPS} if path == TABLE else {}
    return compared(besides | {path: old}, besides | {path: new}, *RULES, abis=("x86_64",)).findings


@pytest.mark.parametrize(
    ("path", "old", "line", "subject", "rule"),
    [
        (KVM, CAPS, "#define KVM_CAP_NAPS 1", "KVM_CAP_NAPS", "duplicate-number"),
        (FUSE, FLAGS, "#define FUSE_NO_NAPS (1 << 1)", "FUSE_NO_NAPS", OVERLAP),
        (VFIO, BITS, "#define VFIO_DEVICE_FLAGS_CDX (1 << 1)", "VFIO_DEVICE_FLAGS_CDX", OVERLAP),
        (KVM, CODES, "#define KVM_NAP _IO(KVMIO, 0x80)", "KVM_NAP", "duplicate-number"),
        (TABLE, CALLS, "450\tcommon\tnap\tsys_nap", "nap", "duplicate-number"),
    ],
)
def test_a_taken_number(path: str, old: str, line: str, subject: str, rule: str) -> None:
    """A capability, flag, command or system call with a taken number is told where it is added."""
    (finding,) = told(path, old, f"{old}{line}\n")
    assert (finding.rule, finding.subject, finding.span.path) == (rule, subject, path)
    assert "already" in finding.message


def test_a_number_that_was_taken_before() -> None:
    """A change is not charged with a number that the baseline gives twice."""
    old = f"{CAPS}#define KVM_CAP_NAPS 1\n"
    assert told(KVM, old, f"{old}#define KVM_CAP_OTHER 2\n") == ()


def test_a_number_that_is_given_up() -> None:
    """A number that a change takes from one name and gives another is given once."""
    assert told(KVM, CAPS, CAPS.replace("KVM_CAP_HLT", "KVM_CAP_NAPS")) == ()


def test_what_to_take_instead() -> None:
    """The next number that is free in the new tree is offered, and a clash is an error."""
    (finding,) = told(KVM, CAPS, f"{CAPS}#define KVM_CAP_NAPS 1\n")
    assert finding.severity is Severity.ERROR
    assert finding.message == "KVM_CAP_NAPS takes 1, which is KVM_CAP_HLT already"
    assert finding.suggestion.endswith(" is free.")
