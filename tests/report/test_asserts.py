# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tests that frozen records compile, on every ABI, until something moves."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from abicheck.abis import all_abis, get
from abicheck.report import asserts
from abicheck.report.conditions import condition
from tests.report import records
from tests.report.headers import report

if TYPE_CHECKING:
    from collections.abc import Callable

    from syrupy.assertion import SnapshotAssertion

    from tests.conftest import Cc1

NAMES = tuple(abi.name for abi in all_abis())
JUDGED = [abi.name for abi in all_abis() if abi.gcc]

_HEADER = """\
typedef unsigned char __u8;
typedef unsigned short __u16;
typedef unsigned int __u32;
typedef unsigned int __poll_t;
typedef unsigned long long __u64;
typedef unsigned long long uint64_t;
typedef __u64 __attribute__((aligned(8))) __aligned_u64;
struct vcpu_runstate_info { int state; uint64_t state_entry_time; uint64_t time[4]; };
struct epoll_event { __poll_t events; __u64 data; } __attribute__((packed));
struct kvm_run {
	__u8 request_interrupt_window; __u8 padding1[7];
	union {
		struct { __u64 hardware_exit_reason; } hw;
		struct { __u32 type; __u32 ndata; union { __u64 flags; __u64 data[16]; }; } system_event;
		char padding[256];
	};
	unsigned long last;
};
struct point { __u8 kind; __u64 x; };
struct motley {
	__u32 a:3; __u32 b:30; __u8 c:4; __u8 :0;
	__aligned_u64 address;
	struct point corners[2];
	void (*handler)(int);
	__u32 wide __attribute__((aligned(16)));
	struct { __u16 low; __u16 high; } halves[3];
	struct point tail[];
};
"""
_KERNEL = """\
#define __maybe_unused __attribute__((unused))
#define offsetof __builtin_offsetof
#define BUILD_BUG_ON(condition) ((void)sizeof(char[1 - 2 * !!(condition)]))
"""
_MAKERS = (records.runstate, records.epoll, records.motley)


def _frozen() -> str:
    found = report(*(make() for make in _MAKERS), records.event(repaired=True))
    return asserts.static_asserts(found)


def test_asserts(recorded: SnapshotAssertion) -> None:
    """The C that freezes the records."""
    assert _frozen() == recorded


def test_build_bugs(recorded: SnapshotAssertion) -> None:
    """The same for a C file of the kernel."""
    assert asserts.build_bugs(report(records.runstate(), records.epoll())) == recorded


@pytest.mark.parametrize("name", JUDGED)
def test_asserts_hold_under_every_compiler(name: str, cc1: Callable[..., Cc1]) -> None:
    """GCC for the ABI accepts the one text that serves them all, in both forms."""
    compiler = cc1(*get(name).gcc)
    compiler.assemble(_HEADER + _frozen(), "-std=gnu11", "-Wall", "-Werror")
    bugs = asserts.build_bugs(report(records.runstate(), records.event(repaired=True)))
    compiler.assemble(_HEADER + _KERNEL + bugs, "-std=gnu11", "-Wall", "-Werror")


@pytest.mark.parametrize("name", ["x86_64", "i386", "m68k"])
def test_whatever_moves_is_noticed(name: str, cc1: Callable[..., Cc1]) -> None:
    """Each number of the text, if it were another, would stop the compiler."""
    compiler = cc1(*get(name).gcc)
    text = asserts.static_asserts(report(records.runstate()))
    noticed = 0
    for match in re.finditer(r"(?<= == )\d+(?=,)", text):
        wrong = f"{text[: match.start()]}{int(match[0]) + 1}{text[match.end() :]}"
        noticed += not _compiles(compiler, _HEADER + wrong)
    group = next(g for g in records.runstate().groups if name in g.abis)
    assert noticed == 2 + 2 * len(group.layout.members)


def _compiles(compiler: Cc1, source: str) -> bool:
    try:
        compiler.assemble(source, "-std=gnu11")
    except AssertionError as error:
        if "static assertion failed" not in str(error):
            raise
        return False
    return True


@pytest.mark.parametrize("name", JUDGED)
def test_a_condition_is_true_on_its_own_abi_alone(name: str, cc1: Callable[..., Cc1]) -> None:
    """Of all ABIs' conditions, the compiler for an ABI finds just that ABI's true."""
    checks = "".join(
        f"#if {'!' if other == name else ''}({condition([other], NAMES)})\n#error {other}\n#endif\n"
        for other in NAMES
    )
    cc1(*get(name).gcc).assemble(checks, "-Wundef" if "mips" not in name else "-w")


@pytest.mark.parametrize("name", ["i386", "arm", "mipsn32", "m68k"])
def test_other_abis_are_left_alone(name: str, cc1: Callable[..., Cc1]) -> None:
    """What was laid out for some ABIs asserts nothing under the rest, where it may not even be."""
    few = replace(records.runstate(), groups=records.runstate().groups[:1])
    only = replace(few, groups=(replace(few.groups[0], abis=("x86_64", "arm64")),))
    cc1(*get(name).gcc).assemble(asserts.static_asserts(report(only)), "-std=gnu11")


def test_a_member_path_is_frozen_within_its_record(cc1: Callable[..., Cc1]) -> None:
    """A record inside another is frozen by offsets from where it begins."""
    run = next(g for g in records.event(repaired=True).groups if "x86_64" in g.abis)
    union = run.layout.members[2].element
    assert union
    inner = union.members[1].element
    assert inner
    part = replace(
        records.event(repaired=True),
        name="struct kvm_run.system_event",
        groups=(replace(run, abis=("x86_64",), layout=inner),),
    )
    text = asserts.static_asserts(report(part))
    assert "system_event.ndata) - __builtin_offsetof(struct kvm_run, system_event) == 4" in text
    cc1("x86_64-linux-gnu").assemble(_HEADER + text, "-std=gnu11", "-Wall", "-Werror")


def test_comments_stay_closed() -> None:
    """A path cannot end the comment it is told in."""
    text = asserts.static_asserts(report(records.hostile(), source="*/ #include </etc/passwd> /*"))
    first = text.splitlines()[0]
    assert first.count("*/") == 1
    assert first.endswith("*/")
