# SPDX-License-Identifier: GPL-2.0-or-later
"""This module shows that rules weigh a record by how it crosses the boundary."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from abicheck.checks.facts import Role
from abicheck.engine.contexts import ROLES, read_contexts
from abicheck.engine.kernelside import kernel_text
from abicheck.errors import ConfigError
from tests.checks.records import said

if TYPE_CHECKING:
    from pathlib import Path

    from abicheck.model import Finding

OPEN_END = "struct tail {\n\t__u64 a;\n\t__u32 b;\n};\n"


def _alone(tmp_path: Path, text: str, *rules: str) -> tuple[Finding, ...]:
    path = tmp_path / "x.h"
    path.write_text(f"#include <linux/types.h>\n#include <linux/ioctl.h>\n{text}")
    return said(path, rules, ("x86_64", "i386", "arm64", "arm"))


def _in_tree(tmp_path: Path, include: str, text: str, *rules: str) -> tuple[Finding, ...]:
    path = tmp_path / "include/uapi" / include
    path.parent.mkdir(parents=True)
    path.write_text(f"#include <linux/types.h>\n{text}")
    (tmp_path / "arch/x86/include/uapi/asm").mkdir(parents=True)
    return said(path, rules, ("x86_64", "i386"))


def test_an_unknown_use_is_a_warning(tmp_path: Path) -> None:
    """Where nothing says who reads the size, a different one is a warning."""
    (finding,) = _alone(tmp_path, OPEN_END, "u64-compat-size")
    assert finding.severity == "warning"


def test_an_ioctl_makes_it_an_error_and_is_named(tmp_path: Path) -> None:
    """A record that an ioctl takes has its size in a number, which is named."""
    text = f"{OPEN_END}#define TAIL_SET _IOW('t', 1, struct tail)\n"
    (finding,) = _alone(tmp_path, text, "u64-compat-size")
    assert finding.severity == "error"
    assert "TAIL_SET" in finding.consequence


def test_a_holder_makes_it_an_error_and_is_named(tmp_path: Path) -> None:
    """A record inside another one moves what follows; that is said where it begins."""
    text = f"{OPEN_END}struct whole {{\n\tstruct tail tail;\n\t__u64 c;\n}};\n"
    finding, moved = _alone(tmp_path, text, "u64-compat-size", "u64-compat-offset")
    assert (finding.subject, finding.severity) == ("struct tail", "error")
    assert "struct whole" in finding.consequence
    assert (moved.subject, moved.rule) == ("struct whole.c", "u64-compat-offset")
    assert "struct tail" in moved.message


def test_a_padded_union_hides_a_size(tmp_path: Path) -> None:
    """A record that is only an arm of a padded union may end where it likes."""
    text = (
        f"{OPEN_END}struct whole {{\n\tunion {{\n\t\tstruct tail tail;\n"
        "\t\t__u8 padding[64];\n\t};\n};\n"
    )
    (finding,) = _alone(tmp_path, text, "u64-compat-size")
    assert (finding.subject, finding.severity) == ("struct tail", "note")


def test_a_twin_makes_it_a_note_and_is_none_itself(tmp_path: Path) -> None:
    """A record that repeats the 32-bit layout shows that somebody thought of it."""
    twin = OPEN_END.replace("struct tail", "struct tail32").replace(
        "};", "} __attribute__((packed));"
    )
    (finding,) = _alone(tmp_path, OPEN_END + twin, "u64-compat-size", "packed-misaligned")
    assert (finding.subject, finding.severity) == ("struct tail", "note")
    assert "struct tail32" in finding.consequence


def test_a_twin_that_repeats_something_else_is_none(tmp_path: Path) -> None:
    """A record with a twin's name and another layout is judged like every other."""
    twin = OPEN_END.replace("struct tail", "struct compat_tail").replace("__u32", "__u16")
    findings = _alone(tmp_path, OPEN_END + twin, "u64-compat-size")
    assert [finding.severity for finding in findings] == ["warning", "warning"]


def test_a_disk_format_is_judged_by_nobody_s_alignment(tmp_path: Path) -> None:
    """Formats of wire and disk are what they are."""
    rules = ("u64-compat-size", "u64-compat-offset", "implicit-hole", "implicit-tail-pad")
    assert not _in_tree(tmp_path, "linux/btrfs_tree.h", OPEN_END, *rules)


def test_a_netlink_payload_is_a_warning_though_others_hold_it(tmp_path: Path) -> None:
    """Attributes are copied by length: another size is no error."""
    text = f"{OPEN_END}struct whole {{\n\tstruct tail tail;\n}};\n"
    (finding,) = _in_tree(tmp_path, "linux/pkt_sched.h", text, "u64-compat-size")
    assert finding.severity == "warning"


def test_every_role_in_our_file_is_known() -> None:
    """Our own contexts are read, and give the roles they name."""
    contexts = read_contexts()
    assert [use.role for use in contexts.of("linux/btrfs_tree.h", "struct any")] == [Role.WIRE]
    assert Role.MAPPED in {use.role for use in contexts.of("linux/kvm.h", "struct kvm_run")}
    assert contexts.of("linux/kvm.h", "struct kvm_sev_cmd") == ()


@pytest.mark.parametrize(
    "text",
    [
        '[[context]]\nrole = "nobody"\nreason = "x"\nheaders = ["*"]\n',
        '[[context]]\nrole = "wire"\nheaders = ["*"]\n',
        '[[context]]\nrole = "wire"\nreason = "x"\nheaders = "*"\n',
        "[[context]\n",
    ],
)
def test_a_wrong_file_of_contexts_is_one_clear_line(tmp_path: Path, text: str) -> None:
    """A context that cannot be read names its file."""
    path = tmp_path / "contexts.toml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=r"contexts\.toml"):
        read_contexts((path,))


def test_roles_have_words() -> None:
    """Every role that a person may give has a word, and each word another role."""
    assert len(set(ROLES.values())) == len(ROLES)


def test_only_conditions_inside_records_are_turned() -> None:
    """The kernel's side keeps every column, and what stands outside of records."""
    text = (
        b'#ifdef __KERNEL__\n#include <linux/kernel.h>\n#endif\nextern "C" {\nstruct s {\n'
        b"#ifndef __KERNEL__ /* { */\n\tint a;\n#endif\n};\n#ifdef __KERNEL__\n#endif\n}\n"
    )
    turned = kernel_text(text)
    assert len(turned) == len(text)
    assert turned.count(b"__KERNEL__") == 2
    assert b"#ifndef __STDC__  " in turned


def test_a_group_of_members_is_judged_once(tmp_path: Path) -> None:
    """What __struct_group writes twice is said once, and mended once."""
    text = (
        "#include <linux/stddef.h>\nstruct whole {\n\t__struct_group(head, hdr, ,\n"
        "\t\t__u32 a;\n\t\t__u64 b;\n\t\tvoid *c;\n\t);\n};\n"
    )
    found = _alone(tmp_path, text, "u64-compat-offset", "pointer-member", "implicit-hole")
    assert [finding.subject for finding in found] == ["struct head.b", "struct head.c"]
    (edit,) = found[0].edits
    assert edit.text == "\t\t__u32 reserved;\n"


def test_nothing_is_written_into_comments(tmp_path: Path) -> None:
    """A repair goes behind a comment of several lines, and into a line that members share."""
    text = (
        "struct a {\n\t__u32 a; /* one\n\t          * two */\n\t/* three */\n\t__u64 b;\n};\n"
        "struct c { __u32 a; __u64 b; };\n"
    )
    first, second = _alone(tmp_path, text, "u64-compat-offset")
    assert [(edit.line, edit.count) for edit in first.edits] == [(6, 0)]
    assert [(edit.line, edit.count) for edit in second.edits] == [(9, 1)]
    assert second.suggestion == "struct c { __u32 a; __u32 reserved; __u64 b; };"
