# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds the reviews that every format is shown with."""

from __future__ import annotations

from functools import cache

from msgspec.structs import replace

from abicheck.abis import all_abis
from abicheck.model import (
    Answer,
    Backport,
    Breaks,
    Evidence,
    Excerpt,
    Finding,
    HeaderChange,
    Letter,
    NotChecked,
    RecordPair,
    ReviewReport,
    ReviewStep,
    Severity,
    Shift,
    Side,
    Span,
    Suppressed,
    Victim,
)
from abicheck.model.claims import (
    Claim,
    CollideReport,
    Collision,
    CollisionKind,
    Definition,
    Family,
    FamilyKind,
    FamilyResult,
    Sheet,
    TreeName,
)
from tests.report import records
from tests.report.findings.samples import HOSTILE, advice, aside

KVM = "include/uapi/linux/kvm.h"
ABIS = tuple(abi.name for abi in all_abis())
_WIDE = tuple(abi.name for abi in all_abis() if abi.name not in ("i386", "m68k"))

PATCH = """\
A system event has one word for the hypervisor today. Give it sixteen.

Signed-off-by: A Developer <developer@example.org>
---
 include/uapi/linux/kvm.h | 8 +++++++-
 1 file changed, 7 insertions(+), 1 deletion(-)

diff --git a/include/uapi/linux/kvm.h b/include/uapi/linux/kvm.h
index 91a6fe4e02c0..dd1d8167e71f 100644
--- a/include/uapi/linux/kvm.h
+++ b/include/uapi/linux/kvm.h
@@ -450,5 +450,9 @@ struct kvm_run {
 \t\t\t__u32 type;
-\t\t\t__u64 flags;
+\t\t\t__u32 ndata;
+\t\t\tunion {
+\t\t\t\t__u64 flags;
+\t\t\t\t__u64 data[16];
+\t\t\t};
 \t\t} system_event;
 \t\t/* Fix the size of the union. */
 \t\tchar padding[256];
@@ -1144,3 +1148,4 @@ struct kvm_ppc_resize_hpt {
 #define KVM_CAP_VM_GPA_BITS 207
 #define KVM_CAP_XSAVE2 208
 #define KVM_CAP_SYS_ATTRIBUTES 209
+#define\x20KVM_CAP_SYSTEM_EVENT_DATA\x20214
--\x20
2.39.2
"""


def letter(text: str = PATCH) -> Letter:
    """A patch as it came by mail, second of two."""
    return Letter(
        message_id="20220422-2-developer@example.org",
        references=("20220422-0-developer@example.org", "20220422-1-developer@example.org"),
        author="A Developer <developer@example.org>",
        to=("kvm@example.org",),
        cc=("Ren\u00e9 Reviewer <rene@example.org>", "linux-kernel@example.org"),
        subject="[PATCH v3 2/2] KVM: give a system event more data",
        date="Fri, 22 Apr 2022 12:00:00 +0000",
        text=text,
    )


def moved() -> Finding:
    """A member that the change moves for i386 programs."""
    return Finding(
        rule="offset-changed",
        catalogue="D01",
        severity=Severity.ERROR,
        breaks=Breaks.BINARY,
        span=Span(KVM, 453, 10),
        subject="struct kvm_run.system_event.flags",
        abis=("i386", "m68k"),
        message="flags moves from byte 36 to 40",
        consequence="a program built against the old header reads the upper half of data[0]",
        suggestion="\t\t\t__u64 data[16];",
        references=("Documentation/process/stable-api-nonsense.rst",),
        excerpt=Excerpt(before="\t\t\tunion {", line="\t\t\t\t__u64 flags;", column=10),
        kind="moved",
        victims=(Victim.OLD_PROGRAM, Victim.COMPAT),
        older=Span(KVM, 451, 10),
        shifts=(
            Shift(
                abis=("i386",),
                old=Side(offset=36, size=8, align=4),
                new=Side(offset=40, size=8, align=4),
            ),
            Shift(
                abis=("m68k",),
                old=Side(offset=36, size=8, align=2),
                new=Side(offset=40, size=8, align=2),
            ),
        ),
    )


def undocumented() -> Finding:
    """A capability that nobody wrote down."""
    return Finding(
        rule="undocumented-capability",
        catalogue="S05",
        severity=Severity.WARNING,
        breaks=Breaks.HYGIENE,
        span=Span(KVM, 1151, 9),
        subject="KVM_CAP_SYSTEM_EVENT_DATA",
        abis=(),
        message="Documentation/virt/kvm/api.rst does not name it",
        suggestion="Add a section to Documentation/virt/kvm/api.rst.",
        excerpt=Excerpt(
            before="#define KVM_CAP_SYS_ATTRIBUTES 209",
            line="#define KVM_CAP_SYSTEM_EVENT_DATA 214",
            column=8,
        ),
    )


def gone() -> Finding:
    """A line that the change takes away, where the subject has no place today."""
    span = Span(KVM, 451, 10)
    return replace(
        moved(),
        rule="member-removed",
        catalogue="D03",
        subject="struct kvm_run.system_event.flags",
        message="flags is gone",
        consequence="",
        suggestion="Keep flags as an arm of a union.",
        span=span,
        older=span,
        shifts=(Shift(abis=_WIDE, old=Side(offset=40, size=8, text="__u64"), new=None),),
        excerpt=None,
        kind="removed",
    )


def hole() -> Finding:
    """What the first step adds and the second one mends."""
    return Finding(
        rule="u64-compat-offset",
        catalogue="L01",
        severity=Severity.ERROR,
        breaks=Breaks.COMPAT,
        span=Span("include/xen/vcpu.h", 4, 5),
        subject="struct vcpu_runstate_info.state_entry_time",
        abis=("i386",),
        evidence=(
            Evidence(abis=_WIDE, offset=8, size=8, align=8),
            Evidence(abis=("i386",), offset=4, size=8, align=4),
        ),
        message="state_entry_time is at byte 8 for the x86_64 kernel and at 4 for i386 programs",
    )


def headers() -> tuple[HeaderChange, ...]:
    """One header with a record that changed, one that is new, one that is gone."""
    run = RecordPair(old=records.event(repaired=False), new=records.event(repaired=True))
    return (
        HeaderChange(path=KVM, old_path=KVM, records=(run,)),
        HeaderChange(
            path="include/uapi/linux/motley.h",
            old_path=None,
            records=(
                RecordPair(old=None, new=records.motley()),
                RecordPair(old=None, new=records.runstate()),
            ),
        ),
        HeaderChange(
            path="include/uapi/linux/eventpoll.h",
            old_path="include/uapi/linux/eventpoll.h",
            removed=True,
            records=(RecordPair(old=records.epoll(), new=None),),
        ),
    )


def _tree(label: str, role: str) -> TreeName:
    return TreeName(label=label, role=role)


def _claim(tree: str, definition: Definition) -> Claim:
    return Claim(tree=tree, definition=definition)


def collisions() -> CollideReport:
    """The race for 214."""
    trees = (_tree("v3 of the series", "branch"), _tree("kvm/next", "upstream"))
    mine = Definition(name="KVM_CAP_SYSTEM_EVENT_DATA", number=214, path=KVM, line=1151, text="214")
    theirs = Definition(name="KVM_CAP_VM_TSC_CONTROL", number=214, path=KVM, line=1149, text="214")
    before = Definition(name="KVM_CAP_SYS_ATTRIBUTES", number=209, path=KVM, line=1147, text="209")
    clash = Collision(
        family="kvm-capability",
        kind=CollisionKind.NUMBER,
        severity=Severity.ERROR,
        number=214,
        names=("KVM_CAP_SYSTEM_EVENT_DATA", "KVM_CAP_VM_TSC_CONTROL"),
        message="214 is KVM_CAP_SYSTEM_EVENT_DATA here and KVM_CAP_VM_TSC_CONTROL in kvm/next",
        claims=(_claim(trees[0].label, mine), _claim(trees[1].label, theirs)),
        keeper="kvm/next",
        movers=(trees[0].label,),
        suggestion=215,
    )
    family = Family(
        id="kvm-capability",
        title="KVM capabilities",
        kind=FamilyKind.IDS,
        headers=("linux/kvm.h",),
        names="KVM_CAP_[A-Z0-9_]+",
    )
    result = FamilyResult(
        family=family,
        sheets=(
            Sheet(trees=(trees[0].label,), definitions=(before, mine)),
            Sheet(trees=(trees[1].label,), definitions=(before, theirs)),
        ),
        collisions=(clash,),
        free=(215, 216),
        top=214,
    )
    return CollideReport(trees=trees, families=(result,))


def backport() -> Backport:
    """An eager backport of the same."""
    return Backport(
        title="KVM: give a system event more data",
        commit="5c8a3f1d9e7b4a60",
        onto="android13-5.15",
        upstream="d495f942f40aa412f8d4d65951152648cfa09903",
        matched_by="trailer",
        answers=(
            Answer(
                question="number",
                verdict="no",
                text="KVM_CAP_SYSTEM_EVENT_DATA is 214 here and 215 upstream.",
            ),
            Answer(question="layout", verdict="yes", text="It is upstream's on every ABI."),
            Answer(question="gate", verdict="unknown", text="No capability is known to gate it."),
            Answer(question="copies", verdict="not needed", text="tools/ has no copy of it."),
        ),
    )


@cache
def series() -> ReviewReport:
    """A series by mail with something in every list."""
    found = (moved(), undocumented(), advice(), aside())
    failure = NotChecked(
        path="include/uapi/linux/odd.h",
        abis=("sh", "sheb"),
        reason="expected ';'",
        span=Span("include/uapi/linux/inner.h", 3, 2),
        stack=(Span("include/uapi/linux/odd.h", 14, 10),),
    )
    first = ReviewStep(
        title="KVM: make room",
        commit="0123456789abcdef0123456789abcdef01234567",
        headers=headers()[1:2],
        findings=(hole(),),
    )
    second = ReviewStep(
        title="KVM: give a system event more data",
        commit=None,
        headers=headers(),
        findings=found,
        letter=letter(),
    )
    whole = ReviewStep(
        title="two patches",
        commit=None,
        headers=headers(),
        findings=found,
        suppressed=(Suppressed(finding=hole(), by="inline", reason="older than the tool"),),
        not_checked=(failure,),
    )
    return ReviewReport(
        label="v3.mbox",
        baseline="v5.17",
        abis=ABIS,
        steps=(first, second),
        whole=whole,
        mended=(hole(),),
        collisions=collisions(),
        backports=(backport(),),
        notes=("pycparser reads in place of libclang",),
    )


def attacked() -> ReviewReport:
    """A review in whose every text a stranger had a say."""
    return assault(HOSTILE)


def assault(text: str) -> ReviewReport:
    """A review that says nothing but a stranger's text, wherever text can stand."""
    span = Span(f"include/{text}.h", 453, 1)
    finding = replace(
        moved(),
        span=span,
        older=span,
        subject=f"struct {text}",
        message=text,
        consequence=text,
        suggestion=f"{text}\n{text}",
        references=(text,),
        excerpt=Excerpt(before=text, line=text, column=2),
        shifts=(Shift(abis=("i386",), old=Side(text=text), new=Side(text=text, value=3)),),
        evidence=(Evidence(abis=("i386",), text=text),),
    )
    mail = replace(
        letter(f"{text}\n{PATCH}{text}\n"),
        author=text,
        subject=text,
        message_id=text,
        date=text,
        references=(text,),
        to=(text,),
        cc=(text,),
    )
    failure = NotChecked(path=text, abis=("sh",), reason=text, span=Span(text, 1, 1), subject=text)
    header = HeaderChange(
        path=text, old_path=text, records=(RecordPair(old=None, new=records.hostile()),)
    )
    step = ReviewStep(
        title=text,
        commit=None,
        headers=(header,),
        findings=(finding,),
        suppressed=(Suppressed(finding=finding, by=text, reason=text),),
        not_checked=(failure,),
        letter=mail,
        partial=text,
    )
    tree = _tree(text, "branch")
    definition = Definition(name=text, number=1, path=text, line=1, text=text)
    claim = _claim(text, definition)
    clash = replace(
        collisions().families[0].collisions[0],
        message=text,
        keeper=text,
        names=(text,),
        movers=(text,),
        claims=(claim, claim),
    )
    result = replace(
        collisions().families[0],
        sheets=(Sheet(trees=(text,), definitions=(definition,)),) * 2,
        collisions=(clash,),
        notes=(text,),
    )
    answer = Answer(question="number", verdict="no", text=text, findings=(finding,))
    return ReviewReport(
        label=text,
        baseline=text,
        abis=("i386",),
        steps=(step, replace(step, title=f"{text}2")),
        whole=step,
        mended=(finding,),
        collisions=CollideReport(trees=(tree, tree), families=(result,), notes=(text,)),
        backports=(replace(backport(), title=text, onto=text, answers=(answer,)),),
        notes=(text,),
    )


def clean() -> ReviewReport:
    """A header changed and nothing came of it."""
    header = HeaderChange(path=KVM, old_path=KVM)
    step = ReviewStep(title="KVM: a comment", commit="fedcba98" * 5, headers=(header,), findings=())
    return ReviewReport(label="HEAD", baseline="HEAD^", abis=ABIS, steps=(step,), whole=step)


def untouched() -> ReviewReport:
    """A change that is nobody's business here."""
    step = ReviewStep(title="mm: tidy up", commit="ab" * 20, headers=(), findings=())
    return ReviewReport(label="HEAD", baseline="HEAD^", abis=ABIS, steps=(step,), whole=step)
