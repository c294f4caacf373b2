# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds what is said about documents to real ones and to the history of one record."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abicheck.model import Severity
from abicheck.vcs.directory import DirectoryTree
from tests.review_docs.scenes import judged
from tests.review_docs.steps import step

if TYPE_CHECKING:
    from abicheck.model import Finding

RULE = "document-contradicts-header"
KVM, DOCUMENT = "include/uapi/linux/kvm.h", "Documentation/virt/kvm/api.rst"
EMPTY = DirectoryTree(Path(__file__).parent, "a tree without headers")

# What each branch had of it in April 2022, as linux-next met them.
_BODIES = {
    "mainline": "__u32 type; __u64 flags;",
    "kvm-next": "__u32 type; __u32 ndata; __u64 data[16];",
    "fix-up": "__u32 type; __u32 ndata; __u64 flags; __u64 data[16];",
    "final": "__u32 type; __u32 ndata; union { __u64 flags; __u64 data[16]; };",
}


def _header(version: str) -> str:
    body = _BODIES[version]
    return (
        f"struct kvm_run {{ union {{ struct {{ {body} }} system_event; char padding[256]; }}; }};\n"
    )


def _document(version: str) -> str:
    return f"::\n\n\t/* KVM_EXIT_SYSTEM_EVENT */\n\tstruct {{ {_BODIES[version]} }} system_event;\n"


def _about(findings: tuple[Finding, ...]) -> list[tuple[Severity, str]]:
    return [(item.severity, item.message) for item in findings if item.rule == RULE]


@pytest.mark.parametrize("header", _BODIES)
@pytest.mark.parametrize("document", _BODIES)
def test_only_a_document_of_the_same_version_is_right(header: str, document: str) -> None:
    """Of the four layouts of one month a document contradicts every header but its own."""
    new = {KVM: _header(header), DOCUMENT: _document(document)}
    found = _about(judged(step(EMPTY, {KVM: "", DOCUMENT: ""}, new)))
    assert bool(found) == (header != document)
    assert all(severity is Severity.WARNING for severity, _ in found)


@pytest.mark.parametrize(
    ("header", "told"),
    [("", True), ("#define KVM_CAP_B 9\n#define KVM_CAP_A KVM_CAP_B\n", False)],
)
def test_a_section_about_a_name_that_is_gone(header: str, told: bool) -> None:
    """A step that takes a name from the header leaves its section behind, unless an alias stays."""
    document = "x\n\n8.4 KVM_CAP_A\n-------------\n\ntext about KVM_CAP_A\n"
    old = {KVM: "#define KVM_CAP_A 9\n", DOCUMENT: document}
    found = _about(judged(step(EMPTY, old, {KVM: header})))
    message = "KVM_CAP_A has a section, and no header defines it"
    assert found == ([(Severity.WARNING, message)] if told else [])


def test_what_stood_there_before_is_a_note() -> None:
    """A document that was wrong before the step, and is not more so after it, is a note."""
    old = {KVM: _header("final"), DOCUMENT: _document("fix-up")}
    spelled = {KVM: _header("final").replace("data[16]", "data[8 * 2]")}
    assert [severity for severity, _ in _about(judged(step(EMPTY, old, spelled)))] == ["note"]
    grown = {KVM: _header("final").replace("data[16]", "data[32]")}
    ((severity, message),) = _about(judged(step(EMPTY, old, grown)))
    assert (severity, message.split(" of ")[0]) == ("warning", "data")


def test_a_step_that_touches_neither_is_silent() -> None:
    """A wrong document is no finding where the step changes other records and other blocks."""
    old = {KVM: _header("final"), DOCUMENT: _document("mainline")}
    new = {KVM: f"{_header('final')}struct kvm_new {{ __u32 a; }};\n"}
    assert _about(judged(step(EMPTY, old, new))) == []


def test_a_patch_alone_says_nothing_of_records() -> None:
    """Without its tree a patch shows records in part, and nothing is said about them."""
    new = {KVM: _header("final"), DOCUMENT: _document("mainline")}
    assert _about(judged(step(EMPTY, {}, new, partial=True))) == []


def test_another_architecture_s_record_is_no_contradiction() -> None:
    """Of several headers with a record of that name, the document may show any."""
    arch = "arch/{}/include/uapi/asm/kvm.h"
    old = {DOCUMENT: "::\n\n  struct kvm_regs { __u64 gpr[32]; };\n", KVM: ""}
    new: dict[str, str | None] = {
        arch.format("mips"): "struct kvm_regs { __u64 gpr[32]; };\n",
        arch.format("x86"): "struct kvm_regs { __u64 rax; };\n",
    }
    assert _about(judged(step(EMPTY, old, new))) == []
    del new[arch.format("mips")]
    assert len(_about(judged(step(EMPTY, old, new)))) == 1


def test_a_record_inside_another_is_said_once() -> None:
    """A union of a shown record is compared as its member, not also as some other's namesake."""
    inner = "union {{ __u64 pad[{}]; __u32 a; }} u;"
    record = "struct kvm_x {{ __u32 t; {} }};\n"
    new = {
        KVM: record.format(inner.format(8)),
        DOCUMENT: f"::\n\n  {record.format(inner.format(4))}",
    }
    (found,) = _about(judged(step(EMPTY, {KVM: "", DOCUMENT: ""}, new)))
    assert found[1].startswith("u.pad of struct kvm_x")


def test_what_is_shown_twice_is_said_once() -> None:
    """Two blocks with the same mistake are one finding that names both."""
    block = "::\n\n  struct s { __u32 a; };\n\n"
    new = {KVM: "struct s { __u64 a; };\n", DOCUMENT: f"{block}Text.\n\n{block}"}
    (found,) = judged(step(EMPTY, {KVM: "", DOCUMENT: ""}, new))
    assert (found.span.line, found.consequence) == (3, "shown again at line 9")


@pytest.mark.parametrize(
    ("shown", "message"),
    [
        ("#define KVM_A 1\n", None),
        ("#define KVM_A (1 << 0)\n", None),
        ("#define KVM_A 2\n", "KVM_A is shown as 2, and is 1"),
        ("#define KVM_GONE 3\n", "KVM_GONE is shown, and no header defines it any more"),
        ("#define KVM_LNOG_NAME 7\n", "KVM_LNOG_NAME is shown, and is called KVM_LONG_NAME"),
        ("#define EXAMPLE 7\n", None),
    ],
)
def test_values_are_the_header_s(shown: str, message: str | None) -> None:
    """A constant has the value, and the name, that the header gives it; examples are free."""
    old = {KVM: "#define KVM_GONE 3\n", DOCUMENT: ""}
    block = f"::\n\n  {shown}"
    new = {KVM: "#define KVM_A 1\n#define KVM_LONG_NAME 7\n", DOCUMENT: block}
    found = [text for _, text in _about(judged(step(EMPTY, old, new)))]
    assert (found[0].removesuffix(" in the header") if found else None) == message


@given(st.text(max_size=80), st.text(max_size=80), st.text(max_size=80))
def test_any_step_is_judged(header: str, document: str, code: str) -> None:
    """Whatever a step's files hold, every rule about steps comes to an end without an error."""
    new = {
        KVM: f"struct s {{ {header}",
        DOCUMENT: f"::\n\n  {document}",
        "drivers/vfio/x.c": f"put_page {code}",
        f"tools/{KVM}": header,
    }
    judged(step(EMPTY, {KVM: header, DOCUMENT: code}, new))


# Read one by one against include/uapi and arch/*/include/uapi of Linux 6.1.
_WRONG_IN_6_1 = [
    "KVM_RUN_BUS_LOCK",
    "KVM_STATE_NESTED_VMX_SMM_GUEST_MODE",
    "KVM_STATE_NESTED_VMX_SMM_VMXON",
    "struct kvm_clear_dirty_log",
    "struct kvm_cpuid2",
    "struct kvm_dirty_log",
    "struct kvm_ppc_smmu_info",
    "struct kvm_run.s390_sieic",
    "struct kvm_run.system_event",
    "struct kvm_s390_pv_dmp",
    "struct kvm_s390_pv_info",
    "struct kvm_vcpu_events",
    "struct kvm_vmx_nested_state_hdr",
    "struct kvm_xen_vcpu_attr",
]


@pytest.mark.trees
def test_kvm_s_document_of_6_1_is_wrong_where_it_is(linux_tree: Path) -> None:
    """Of 170 records in KVM's document just those are reported that its headers contradict."""
    tree = DirectoryTree(linux_tree, "6.1")
    text = (linux_tree / DOCUMENT).read_text(encoding="utf-8")
    found = judged(step(tree, {DOCUMENT: ""}, {DOCUMENT: text}))
    assert sorted({item.subject for item in found if item.rule == RULE}) == _WRONG_IN_6_1


@pytest.mark.trees
@pytest.mark.parametrize(
    ("header", "document", "name"),
    [
        ("linux/landlock.h", "landlock.rst", "LANDLOCK_ACCESS_FS_NEW"),
        ("linux/videodev2.h", "media/v4l/", "V4L2_PIX_FMT_NEW"),
    ],
)
def test_interfaces_that_document_everything(
    linux_tree: Path, header: str, document: str, name: str
) -> None:
    """All names of 6.1 that such an interface has to document are documented; a new one is not."""
    tree, path = DirectoryTree(linux_tree, "6.1"), f"include/uapi/{header}"
    text = (linux_tree / path).read_text(encoding="utf-8")
    known = judged(step(tree, {path: ""}, {path: text}))
    assert not [item for item in known if item.rule == "api-undocumented"]
    (found,) = (
        item
        for item in judged(step(tree, {path: text}, {path: f"{text}#define {name} 99\n"}))
        if item.rule == "api-undocumented"
    )
    assert found.subject == name
    assert f"Documentation/userspace-api/{document}" in found.message
    assert ":Capability:" not in found.suggestion
