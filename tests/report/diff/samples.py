# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds the changes that every format is shown with."""

from __future__ import annotations

from msgspec.structs import replace

from abicheck.abis import all_abis
from abicheck.model import (
    Absent,
    Breaks,
    DiffReport,
    Excerpt,
    Finding,
    HeaderChange,
    NotChecked,
    RecordPair,
    Severity,
    Shift,
    Side,
    Span,
    Suppressed,
    Victim,
)
from tests.report import records
from tests.report.findings.samples import HOSTILE

ALL = tuple(abi.name for abi in all_abis())
KVM = "include/uapi/linux/kvm.h"
VFIO = "include/uapi/linux/vfio.h"
ODD = "include/uapi/linux/odd.h"
_NARROW = ("i386", "arc", "m68k")
_WIDE = tuple(name for name in ALL if name not in _NARROW)


def moved() -> Finding:
    """A member that is elsewhere where its old place was a multiple of four."""
    return Finding(
        rule="member-moved",
        catalogue="D01",
        severity=Severity.ERROR,
        breaks=Breaks.COMPAT,
        span=Span(KVM, 97, 9),
        subject="struct kvm_run.system_event.flags",
        abis=_NARROW,
        message="flags moves from byte 4 to byte 8",
        suggestion="Keep the member where it was.",
        kind="moved",
        victims=(Victim.OLD_PROGRAM, Victim.NEW_PROGRAM),
        older=Span(KVM, 96, 9),
        shifts=(
            Shift(
                abis=_WIDE,
                old=Side(offset=8, size=8, align=8),
                new=Side(offset=8, size=8, align=8),
            ),
            Shift(
                abis=("i386", "arc"),
                old=Side(offset=4, size=8, align=4),
                new=Side(offset=8, size=8, align=4),
            ),
            Shift(
                abis=("m68k",),
                old=Side(offset=4, size=8, align=2),
                new=Side(offset=8, size=8, align=2),
            ),
        ),
        excerpt=Excerpt(before="\t\t\t__u32 ndata;", line="\t\t\t__u64 flags;", column=9),
    )


def gone() -> Finding:
    """A constant that a version no longer has."""
    return Finding(
        rule="constant-removed",
        catalogue="D06",
        severity=Severity.WARNING,
        breaks=Breaks.SOURCE,
        span=Span(VFIO, 7, 9),
        subject="VFIO_OLD",
        abis=ALL,
        message="VFIO_OLD is gone, and no other name has its value",
        kind="removed",
        victims=(Victim.SOURCE,),
        older=Span(VFIO, 7, 9),
        shifts=(Shift(abis=ALL, old=Side(value=0x40043B67), new=None),),
    )


def named() -> Finding:
    """Padding that got a name, on the ABIs that had it."""
    return Finding(
        rule="pad-named",
        catalogue="D10",
        severity=Severity.NOTE,
        breaks=Breaks.PORTABILITY,
        span=Span(VFIO, 9, 2),
        subject="struct vfio_info.pad",
        abis=("m68k",),
        message="pad takes 2 bytes that m68k did not have",
        kind="added",
        shifts=(Shift(abis=("m68k",), old=None, new=Side(offset=6, size=2, text="__u16")),),
    )


def _changed() -> HeaderChange:
    pair = RecordPair(old=records.event(repaired=False), new=records.event(repaired=True))
    return HeaderChange(path=KVM, old_path=KVM, records=(pair,))


def report() -> DiffReport:
    """A report with something in every list."""
    failure = NotChecked(
        path=ODD, abis=("sh", "sheb"), reason="expected ';'", span=Span(ODD, 3, 2), stack=()
    )
    allowed = replace(moved(), subject="struct kvm_old.data")
    return DiffReport(
        baseline="v5.17",
        current="v5.18",
        abis=ALL,
        headers=(
            _changed(),
            HeaderChange(path=VFIO, old_path=VFIO),
            HeaderChange(path="include/uapi/linux/new.h", old_path=None),
        ),
        findings=(moved(), gone(), named()),
        suppressed=(Suppressed(finding=allowed, by="inline", reason="never released"),),
        not_checked=(failure,),
        absent=(Absent(path=VFIO, abis=("csky",), reason="not exported"),),
        notes=("pycparser reads in place of libclang",),
    )


def attacked() -> DiffReport:
    """A report in whose every text a stranger had a say."""
    span = Span(f"include/{HOSTILE}.h", 7, 3)
    side = Side(text=HOSTILE)
    hostile = replace(
        moved(),
        span=span,
        older=span,
        subject=f"struct {HOSTILE}",
        message=HOSTILE,
        consequence=HOSTILE,
        suggestion=f"{HOSTILE}\n{HOSTILE}",
        references=(HOSTILE,),
        shifts=(Shift(abis=("sh",), old=side, new=side),),
        excerpt=None,
    )
    record = records.hostile()
    return DiffReport(
        baseline=HOSTILE,
        current=HOSTILE,
        abis=ALL,
        headers=(
            HeaderChange(
                path=span.path, old_path=HOSTILE, records=(RecordPair(old=None, new=record),)
            ),
        ),
        findings=(hostile,),
        suppressed=(Suppressed(finding=hostile, by=HOSTILE, reason=HOSTILE),),
        not_checked=(NotChecked(path=HOSTILE, abis=("sh",), reason=HOSTILE, subject=HOSTILE),),
        notes=(HOSTILE,),
    )


def same() -> DiffReport:
    """Two versions without a difference."""
    return DiffReport(baseline="v5.17", current="v5.18", abis=ALL, headers=(), findings=())
