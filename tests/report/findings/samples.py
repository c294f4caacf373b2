# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds the findings that every format is shown with."""

from __future__ import annotations

from msgspec.structs import replace

from abicheck.abis import all_abis
from abicheck.model import (
    Absent,
    Breaks,
    Edit,
    Evidence,
    Excerpt,
    Finding,
    LintReport,
    NotChecked,
    Severity,
    Span,
    Suppressed,
)

HOSTILE = (
    '\x1b[2J\r\n::error::owned,line=9 %0A ]]><b a="&\'"> \u202e\x00\udcff\ufffe [a](http://x) \t.'
)
"""Everything that some terminal or reader of a format obeys."""

_PATH = "include/uapi/linux/kvm.h"
_NARROW = ("i386", "arc", "m68k")
_WIDE = tuple(abi.name for abi in all_abis() if abi.name not in _NARROW)


def moved() -> Finding:
    """A member that i386 programs put elsewhere, with its repair."""
    return Finding(
        rule="u64-compat-offset",
        catalogue="L01",
        severity=Severity.ERROR,
        breaks=Breaks.COMPAT,
        span=Span(_PATH, 453, 9),
        subject="struct kvm_run.system_event.flags",
        abis=_NARROW,
        evidence=(
            Evidence(abis=_WIDE, offset=40, size=8, align=8),
            Evidence(abis=("i386", "arc"), offset=36, size=8, align=4),
            Evidence(abis=("m68k",), offset=36, size=8, align=2),
        ),
        message="flags is at byte 40 for the x86_64 kernel and at 36 for i386 programs",
        consequence="and 1 later member moves by the same 4 bytes",
        suggestion="\t\t\t__u32 reserved;\n\t\t\t__u64 flags;",
        references=("Documentation/driver-api/ioctl.rst", "Documentation/process/botching.rst"),
        edits=(Edit(path=_PATH, line=453, count=0, text="\t\t\t__u32 reserved;\n"),),
        excerpt=Excerpt(before="\t\t\t__u32 type;", line="\t\t\t__u64 flags;", column=9),
    )


def aside() -> Finding:
    """A note about ABIs that nobody else runs."""
    return replace(
        moved(),
        rule="implicit-hole",
        catalogue="L03",
        severity=Severity.NOTE,
        breaks=Breaks.PORTABILITY,
        subject="struct kvm_run.pad",
        abis=("m68k",),
        consequence="",
        edits=(),
        excerpt=None,
    )


def advice() -> Finding:
    """A finding that no ABI shows, with a sentence for a suggestion."""
    return Finding(
        rule="include-guard",
        catalogue="H01",
        severity=Severity.WARNING,
        breaks=Breaks.HYGIENE,
        span=Span("include/uapi/linux/a b#.h", 1, 1),
        subject="linux/a b#.h",
        abis=(),
        message="the header has no include guard",
        suggestion="Put the whole header inside #ifndef _UAPI_LINUX_X_H and #endif.",
        references=("Documentation/process/coding-style.rst",),
        excerpt=Excerpt(before="", line="/* caf\u00e9 \U0001f600 */ int x;", column=13),
    )


def hostile() -> Finding:
    """A finding in whose every text a stranger had a say."""
    return replace(
        moved(),
        span=Span(f"include/{HOSTILE}.h", 7, 3),
        subject=f"struct {HOSTILE}",
        message=HOSTILE,
        consequence=HOSTILE,
        suggestion=f"{HOSTILE}\n{HOSTILE}",
        references=(HOSTILE,),
        edits=(),
        excerpt=Excerpt(before=HOSTILE, line=f"\t{HOSTILE}" * 9, column=2),
    )


def report() -> LintReport:
    """A report with something in every list."""
    failure = NotChecked(
        path="include/uapi/linux/odd.h",
        abis=("sh", "sheb"),
        reason="expected ';'",
        span=Span("include/uapi/linux/inner.h", 3, 2),
        stack=(Span("include/uapi/linux/odd.h", 14, 10),),
    )
    allowed = replace(moved(), subject="struct kvm_old.data")
    return LintReport(
        source="work tree",
        abis=tuple(abi.name for abi in all_abis()),
        headers=3,
        findings=(advice(), moved(), aside(), moved()),
        suppressed=(
            Suppressed(finding=allowed, by="inline", reason="older than the tool"),
            Suppressed(finding=allowed, by="accepted.toml", reason="as it is"),
        ),
        not_checked=(failure,),
        absent=(Absent(path="asm/kvm.h", abis=("csky",), reason="not exported"),),
        notes=("pycparser reads in place of libclang",),
    )


def attacked() -> LintReport:
    """A report in whose every text a stranger had a say."""
    failure = NotChecked(
        path=HOSTILE, abis=("sh",), reason=HOSTILE, span=Span(HOSTILE, 1, 1), subject=HOSTILE
    )
    return LintReport(
        source=HOSTILE,
        abis=("i386",),
        headers=1,
        findings=(hostile(),),
        suppressed=(Suppressed(finding=hostile(), by=HOSTILE, reason=HOSTILE),),
        not_checked=(failure,),
        absent=(Absent(path=HOSTILE, abis=("sh",), reason=HOSTILE),),
        notes=(HOSTILE,),
    )


def clean() -> LintReport:
    """A report without findings."""
    return LintReport(source="work tree", abis=("x86_64",), headers=2, findings=())
