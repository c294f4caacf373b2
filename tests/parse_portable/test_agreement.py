# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tests that the portable front end reads headers as libclang does."""

from __future__ import annotations

import pytest

from abicheck.parse import libclang, portable
from abicheck.parse.compare import Difference, compare
from tests.parse_portable.headers import AGREED, DIFFERING, ERRORS, MEASURED
from tests.parse_portable.texts import HEADER, measure, world

_ABIS = ("x86_64", "i386", "arm", "s390x", "mipsn32el", "m68k", "sh")
_NATIVE = ("x86_64", "i386", "arm", "s390x", "mipsn32el")


def _differences(text: str, abi: str) -> tuple[Difference, ...]:
    seen = world(text, abi)
    left = libclang.parse(seen, [HEADER], measure)
    right = portable.parse(seen, [HEADER], measure)
    assert left.problems == right.problems == ()
    assert left.declarations.records or left.declarations.enums or left.declarations.typedefs
    for path, records in left.records.items():
        ours = [record.name for record in right.records[path]]
        assert ours == [record.name for record in records]
    return compare(left, right)


@pytest.mark.parametrize("abi", _ABIS)
@pytest.mark.parametrize("name", AGREED)
def test_both_read_alike(name: str, abi: str) -> None:
    """Records, members, attributes, typedefs, enums and their places are the same."""
    assert _differences(AGREED[name], abi) == ()


@pytest.mark.parametrize("abi", _NATIVE)
@pytest.mark.parametrize("name", MEASURED)
def test_both_measure_alike(name: str, abi: str) -> None:
    """Sizes and offsets in array bounds come from our layouts and equal clang's."""
    assert _differences(MEASURED[name], abi) == ()


@pytest.mark.parametrize("name", DIFFERING)
def test_known_differences_stand(name: str) -> None:
    """Each listed difference is still there, and no other; one that goes away is to be removed."""
    text, expected, _ = DIFFERING[name]
    found = _differences(text, "x86_64")
    assert {(difference.subject, difference.fact) for difference in found} == expected


@pytest.mark.parametrize("name", ERRORS)
def test_both_find_fault(name: str) -> None:
    """A header with an error has a problem with a place, and its whole declarations are read."""
    seen = world(ERRORS[name])
    left = libclang.parse(seen, [HEADER], measure)
    right = portable.parse(seen, [HEADER], measure)
    assert left.problems
    assert right.problems
    assert right.problems[0].span is not None
    assert left.problems[0].span is not None
    assert right.problems[0].span.path == left.problems[0].span.path
    assert right.problems[0].span.line == left.problems[0].span.line
    assert right.declarations.records["struct t"] == left.declarations.records["struct t"]


def test_a_problem_carries_the_includes_that_led_to_it() -> None:
    """The include stack of an error is libclang's, innermost first."""
    texts = {
        "a.h": '\n#include "b.h"\n',
        "b.h": "\n\n#include <c.h>\n",
        "c.h": "struct { bad x; };",
    }
    seen = world("#include <a.h>\n", others=texts)
    left = libclang.parse(seen, [HEADER], measure).problems[0]
    right = portable.parse(seen, [HEADER], measure).problems[0]
    places = [[(span.path, span.line) for span in problem.stack] for problem in (left, right)]
    assert places[0] == places[1]
    assert len(places[1]) == 3
