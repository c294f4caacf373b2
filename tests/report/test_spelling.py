# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tests that members are written as C."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from abicheck.report.spelling import closing, declaration, opening
from tests.report.headers import Header

H = Header()


@pytest.mark.parametrize(
    ("type_text", "attributes", "text"),
    [
        ("__u32", {}, "__u32 name;"),
        ("__u32 [4]", {}, "__u32 name[4];"),
        ("__u32[4][2]", {}, "__u32 name[4][2];"),
        ("char *", {}, "char *name;"),
        ("char *[3]", {}, "char *name[3];"),
        ("void (*)(int, char *)", {}, "void (*name)(int, char *);"),
        ("void (*[2])(int)", {}, "void (*name[2])(int);"),
        ("int (*)[4]", {}, "int (*name)[4];"),
        ("struct point []", {}, "struct point name[];"),
        ("__u8", {"bits": 3}, "__u8 name:3;"),
    ],
)
def test_a_name_goes_into_its_type(type_text: str, attributes: dict[str, int], text: str) -> None:
    """The name stands where C wants it, whatever the type."""
    member = replace(H.m("int", "name", **attributes), type_text=type_text)
    assert "".join(declaration(member)) == text


def test_a_member_without_a_name() -> None:
    """An unnamed bit-field is written without one."""
    assert "".join(declaration(H.m("int", None, bits=0))) == "int :0;"


def test_bodies() -> None:
    """A body begins with what the record is and ends with what the member is."""
    inner = H.record("struct", H.m("int", "a"))
    assert "".join(opening(inner, "halves")) == "struct { /* halves */"
    assert "".join(opening(H.record("union tag", H.m("int", "a")))) == "union tag {"
    assert "".join(closing(H.inline(inner, "halves", "[3]"))) == "} halves[3];"
    assert "".join(closing(H.inline(inner))) == "};"
