# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tests the rules on what headers_install and reviewers refuse."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from abicheck.engine.lint import lint
from tests.checks.judging import judged, repaired, request, tree

if TYPE_CHECKING:
    from pathlib import Path

_NOTE = "GPL-2.0 WITH Linux-syscall-note"


@pytest.mark.parametrize(
    ("expression", "mended"),
    [
        ("GPL-2.0", _NOTE),
        ("GPL-2.0-or-later", "GPL-2.0-or-later WITH Linux-syscall-note"),
        ("GPL-2.0 OR MIT", f"({_NOTE}) OR MIT"),
        ("((GPL-2.0) OR BSD-3-Clause)", f"(({_NOTE}) OR BSD-3-Clause)"),
        ("LGPL-2.1+", "LGPL-2.1+ WITH Linux-syscall-note"),
    ],
)
def test_the_exception_is_put_where_it_is_missing(
    expression: str, mended: str, tmp_path: Path
) -> None:
    """A GPL without the note gets it, in parentheses beside another licence."""
    text = f"/* SPDX-License-Identifier: {expression} */\nstruct s {{ int a; }};\n"
    assert repaired(tmp_path, "spdx-syscall-note", text) == text.replace(expression, mended)


def test_crlf_stays(tmp_path: Path) -> None:
    """A repaired line keeps its line end."""
    text = "/* SPDX-License-Identifier: GPL-2.0 */\r\nstruct s { int a; };\r\n"
    made = repaired(tmp_path, "spdx-syscall-note", text)
    assert made == text.replace("GPL-2.0", _NOTE)


@pytest.mark.parametrize("expression", [_NOTE, f"(({_NOTE}) OR MIT)", "MIT", "Apache-2.0"])
def test_licences_that_are_fine(expression: str, tmp_path: Path) -> None:
    """A licence with the note, and one that needs none, are left alone."""
    text = f"/* SPDX-License-Identifier: {expression} */\nstruct s {{ int a; }};\n"
    assert not judged(tmp_path, "spdx-syscall-note", text)


def test_a_header_without_a_licence_is_told_only_in_a_tree(tmp_path: Path) -> None:
    """A lone header, such as an example in a mail, needs no licence of its own."""
    text = "struct sample_without_a_licence_of_its_own {\n\tint width;\n\tint height;\n};\n"
    assert judged(tmp_path / "tree", "spdx-syscall-note", text)
    lone = tmp_path / "lone.h"
    lone.write_text(text)
    assert not lint(request(lone, "spdx-syscall-note", "x86_64")).findings


@pytest.mark.parametrize(
    "text",
    [
        "/* CONFIG_A is gone */\n",
        '#define S "CONFIG_A"\n',
        "#define EXAMPLE_CONFIG_A 1\n",
        "#ifdef __KERNEL__\n#ifdef CONFIG_A\n#endif\n#endif\n",
        "#if defined(__KERNEL__) && defined(CONFIG_A)\nint a;\n#endif\n",
        "#define CONFIG_A 1\n#if CONFIG_A\n#endif\n",
    ],
)
def test_what_only_looks_like_configuration(text: str, tmp_path: Path) -> None:
    """A symbol in a comment, a string, a longer word, the kernel's part or of its own is none."""
    assert not judged(tmp_path, "config-leak", text)


@pytest.mark.parametrize(
    "text",
    [
        "#ifdef CONFIG_A\n#endif\n",
        "#ifndef __KERNEL__\n#if defined(CONFIG_A)\n#endif\n#endif\n",
        "#ifdef __KERNEL__\n#else\n#define X CONFIG_A\n#endif\n",
    ],
)
def test_configuration_that_programs_read(text: str, tmp_path: Path) -> None:
    """A symbol that is left after headers_install is an error."""
    (finding,) = judged(tmp_path, "config-leak", text)
    assert (finding.subject, finding.severity) == ("CONFIG_A", "error")


def test_an_include_of_a_header_that_is_not_exported(tmp_path: Path) -> None:
    """It is found although the header does not compile anywhere."""
    text = "#include <linux/types.h>\n#include <linux/inner.h>\n"
    (finding,) = judged(tmp_path, "include-not-exported", text)
    assert (finding.subject, finding.span.line) == ("linux/inner.h", 2)


def test_an_include_for_somebody_else(tmp_path: Path) -> None:
    """What an architecture or a libc asks for may be exported there; the guard asks for nobody."""
    text = "#ifdef __sparc__\n#include <linux/inner.h>\n#endif\n"
    assert not judged(tmp_path / "1", "include-not-exported", text)
    guarded = "#ifndef _S\n#define _S\n#include <linux/inner.h>\n#endif\n"
    assert judged(tmp_path / "2", "include-not-exported", guarded)


def test_uapi_in_an_include_goes(tmp_path: Path) -> None:
    """The folder of the kernel's source is taken out of the line."""
    text = "#if 1\n#include <uapi/linux/types.h>\n#endif\n"
    assert "<linux/types.h>" in judged(tmp_path, "include-not-exported", text)[0].edits[0].text


def test_asm_types_becomes_linux_types(tmp_path: Path) -> None:
    """The repair includes the header with all types, or drops a line too many."""
    one = repaired(tmp_path / "1", "asm-types-include", "#include <asm/types.h>\n__u8 a(void);\n")
    assert one.startswith("#include <linux/types.h>\n")
    both = "#include <linux/types.h>\n#include <asm/types.h>\n"
    assert repaired(tmp_path / "2", "asm-types-include", both) == "#include <linux/types.h>\n"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("extern int a;\n", ["a"]),
        ("extern void f(void);\nint g(int a);\n", ["f", "g"]),
        ("struct s *f(struct s *s);\n", ["f"]),
        ('extern "C" {\nvoid f(void);\n}\n', ["f"]),
        ("struct s {\nint a;\n};\nint b;\n", ["b"]),
    ],
)
def test_declarations_that_nobody_defines(text: str, names: list[str], tmp_path: Path) -> None:
    """Functions and objects are found wherever they stand at file scope."""
    text = text.replace('extern "C" {', '#ifdef __cplusplus\nextern "C" {\n#endif').replace(
        "\n}\n", "\n#ifdef __cplusplus\n}\n#endif\n"
    )
    assert [finding.subject for finding in judged(tmp_path, "declaration-in-uapi", text)] == names


@pytest.mark.parametrize(
    "text",
    [
        "struct a;\nunion b;\nenum c { D };\n",
        "typedef void (*handler)(int);\ntypedef int number;\n",
        "static __inline__ int f(int a)\n{\n\tint b = a;\n\treturn b;\n}\n",
        "static inline int f(int a) { return a; }\n",
        "struct s {\nint a;\nvoid *b;\n} __attribute__((packed));\n",
        "#ifdef __KERNEL__\nextern int a;\n#endif\n",
        "#define F(a) extern int a;\n",
    ],
)
def test_what_is_no_declaration(text: str, tmp_path: Path) -> None:
    """Types, inline functions, members and the kernel's own part are none."""
    assert not judged(tmp_path, "declaration-in-uapi", text)


def test_bit_becomes_bitul(tmp_path: Path) -> None:
    """The repair includes linux/const.h once for all, behind the other headers."""
    const = "include/uapi/linux/const.h"
    tree(tmp_path, "", {const: "#define _BITUL(x) (1UL << (x))\n"})
    text = "#include <linux/types.h>\n\n#define A BIT(0)\n#define B (BIT(1) | BIT(2))\n"
    assert repaired(tmp_path, "kernel-only-macro", text) == (
        "#include <linux/types.h>\n#include <linux/const.h>\n\n"
        "#define A _BITUL(0)\n#define B (_BITUL(1) | _BITUL(2))\n"
    )


def test_no_include_is_put_under_a_condition(tmp_path: Path) -> None:
    """The new line goes behind the last include that everybody reads, or behind the guard."""
    tree(tmp_path, "", {"include/uapi/linux/const.h": "#define _BITUL(x) (1UL << (x))\n"})
    guard = "#ifndef _S\n#define _S\n"
    rest = "#ifdef __sparc__\n#include <linux/types.h>\n#endif\n#define A BIT(0)\n#endif\n"
    made = repaired(tmp_path, "kernel-only-macro", guard + rest)
    assert made == f"{guard}#include <linux/const.h>\n{rest.replace('BIT', '_BITUL')}"


def test_a_mask_is_computed(tmp_path: Path) -> None:
    """What to write instead of GENMASK is the number, in the type it has."""
    text = "#define A GENMASK(27, 24)\n#define B GENMASK_ULL(39, 32)\n"
    suggested = [finding.suggestion for finding in judged(tmp_path, "kernel-only-macro", text)]
    assert suggested == ["#define A 0xf000000U", "#define B 0xff00000000ULL"]


@pytest.mark.parametrize(
    "text",
    [
        "#define BIT(n) (1 << (n))\n#define A BIT(0)\n",
        "#ifdef __KERNEL__\n#define A BIT(0)\n#endif\n",
        "#include <linux/types.h>\nunion u { __u32 u32; __u8 u8[4]; };\n",
        "#define F(BIT) (BIT + 1)\n",
        "/* BIT(0) */\n",
    ],
)
def test_kernel_words_of_the_header_s_own(text: str, tmp_path: Path) -> None:
    """A word that the header defines, or uses as a name, is its own."""
    assert not judged(tmp_path, "kernel-only-macro", text)


def test_types_of_the_kernel(tmp_path: Path) -> None:
    """A member of type u32 is told, also where the header does not compile for it."""
    (finding,) = judged(tmp_path, "kernel-only-macro", "struct s {\n\tu32 a;\n};\n")
    assert finding.suggestion == "__u32 a;"


def test_slashes_become_comments(tmp_path: Path) -> None:
    """All of a header's // comments are one finding, and one repair."""
    text = "struct s {\n\tint a; // one\n\tint b;\t//two\n};\n#ifdef __KERNEL__\n// no\n#endif\n"
    (finding,) = judged(tmp_path / "1", "not-c90", text)
    assert finding.consequence == "and 1 more"
    made = repaired(tmp_path / "2", "not-c90", text)
    assert made == text.replace("// one", "/* one */").replace("//two", "/* two */")


def test_no_comment_is_found_in_a_string(tmp_path: Path) -> None:
    """An address on the net is no comment."""
    assert not judged(tmp_path, "not-c90", '#define A "http://b"\n/* http://c */\n')


@pytest.mark.parametrize(
    ("line", "fires"),
    [
        ("char __user *a;", False),
        ("char *__user*a;", True),
        ("char __user*a;", True),
        ("} __packed;", False),
        ("char __iomem  *a;", False),
    ],
)
def test_annotations_as_headers_install_sees_them(line: str, fires: bool, tmp_path: Path) -> None:
    """Space or a parenthesis in front and space behind is what the script asks for."""
    body = f"{line}\n}};" if not line.startswith("}") else f"char a;\n{line}"
    text = f"struct s {{\n{body}\n"
    assert bool(judged(tmp_path, "annotation-unstripped", text)) is fires


def test_a_guard_that_two_headers_have(tmp_path: Path) -> None:
    """Each of the two is told about the other."""
    text = "#ifndef _SAMPLE\n#define _SAMPLE\nstruct s { int a; };\n#endif\n"
    other = {"include/uapi/linux/other.h": text.replace("struct s", "struct t")}
    (finding,) = judged(tmp_path, "include-guard", text, other)
    assert "<linux/other.h>" in finding.message


def test_a_guard_of_its_own(tmp_path: Path) -> None:
    """A header that has its guard for itself is left alone, as is one that needs none."""
    text = "#ifndef _UAPI_S\n#define _UAPI_S\nstruct s { int a; };\n#endif\n"
    assert not judged(tmp_path / "1", "include-guard", text)
    assert not judged(tmp_path / "2", "include-guard", "#define A 1\n")


def test_a_guard_that_the_kernel_s_own_header_has(tmp_path: Path) -> None:
    """The uapi header needs a guard of another name, which headers_install makes the same."""
    text = "#ifndef _LINUX_SAMPLE_H\n#define _LINUX_SAMPLE_H\nstruct s { int a; };\n#endif\n"
    own = {"include/linux/sample.h": text.replace("struct", "#include <uapi/linux/sample.h>\n//")}
    (finding,) = judged(tmp_path, "include-guard", text, own)
    assert finding.suggestion == "#ifndef _UAPI_LINUX_SAMPLE_H"


def test_a_guard_is_put_around(tmp_path: Path) -> None:
    """A header without a guard gets one around all that is code."""
    text = "/* words */\n#include <linux/types.h>\nstruct s { __u32 a; };\n"
    made = repaired(tmp_path, "include-guard", text)
    assert made.startswith("/* words */\n#ifndef _UAPI_LINUX_SAMPLE_H\n#define ")
    assert made.endswith("#endif /* _UAPI_LINUX_SAMPLE_H */\n")


def test_a_macro_that_needs_what_another_header_has(tmp_path: Path) -> None:
    """The header that has the constant is named."""
    other = {"include/uapi/linux/other.h": "#define OTHER_SHIFT 3\n"}
    text = "#define SAMPLE_BIT (1 << OTHER_SHIFT)\n#define SAMPLE_MORE (2 << OTHER_SHIFT)\n"
    (finding,) = judged(tmp_path, "not-self-contained", text, other)
    assert finding.suggestion == "#include <linux/other.h>"


def test_a_header_that_does_not_compile_alone(tmp_path: Path) -> None:
    """The error is told with the ABIs that have it."""
    (finding,) = judged(tmp_path, "not-self-contained", "struct s {\n\tunheard_of a;\n};\n")
    assert (finding.severity, finding.abis) == ("error", ("x86_64", "i386"))


@pytest.mark.parametrize(
    ("body", "severity"),
    [
        ("(1 << 31)", "warning"),
        ("0x8000 << 16", "warning"),
        ("(1 << 32)", "error"),
        ("(1U << 32)", "error"),
        ("(1UL << 3)", "note"),
        ("(1 << 30)", None),
        ("(1U << 31)", None),
        ("(1ULL << 63)", None),
        ("(0x11 << 3)", None),
    ],
)
def test_shifts_and_their_types(body: str, severity: str | None, tmp_path: Path) -> None:
    """A shift is judged by the bits that its type has."""
    found = judged(tmp_path, "constant-type", f"#define A {body}\n")
    assert [finding.severity for finding in found] == ([severity] if severity else [])
