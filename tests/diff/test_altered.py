# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds the macros that a change alters to what a preprocessor makes of them."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pcpp import Preprocessor

from abicheck.abis import all_abis
from abicheck.engine.diff.altered import altered
from abicheck.engine.diff.plots import Plots
from abicheck.vcs.memory import MemoryTree

if TYPE_CHECKING:
    from collections.abc import Mapping

NAMES = ("A", "B", "C", "D")
UAPI = "include/uapi/linux"
MANY = 80
"""Headers that include one: as many as it pays to tell apart."""


def _altered(old: str, new: str) -> set[str] | None:
    found = altered(old.encode(), new.encode())
    return None if found is None else {name.decode() for name in found.macros}


@pytest.mark.parametrize(
    ("old", "new", "macros"),
    [
        ("", "#define A 1\n", {"A"}),
        ("#define A 1\n", "#define A 2\n", {"A"}),
        ("#define A(x) x\n", "#define A(x, y) x\n", {"A"}),
        ("#define A 1 \\\n + 2\n", "#define A 1 \\\n + 3\n", {"A"}),
        ("#define A 1\n", "#  define  A /* one */ 1 // it is\n", set()),
        ("int a;\n", "#ifndef A\n#define A(m)\n#endif\nint a;\n", {"A"}),
        ("#ifdef B\n#define A\n#endif\n", "#ifdef C\n#define A\n#endif\n", {"A"}),
        ("#ifdef B\n#define A\n#endif\n", "#ifdef B\n#else\n#define A\n#endif\n", {"A"}),
        ("#define B A\n#define A\n", "#define A\n#define B A\n", {"A"}),
        ("#ifndef A\n#define A\n#endif\n", "#ifndef A\n#define A\n#define B\n#endif\n", {"B"}),
    ],
)
def test_macros_with_another_definition_are_altered(old: str, new: str, macros: set[str]) -> None:
    """A definition that is new, gone, other, moved or under other conditions alters its name."""
    found = _altered(old, new)
    assert found is not None
    assert found == macros or macros < found <= {"A", "B"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("", "#include <a.h>\n"),
        ("", "int a;\n"),
        ("int a;\n", "#ifdef A\nint a;\n#endif\n"),
        ("#ifdef A\nint a;\n#endif\n", "#ifdef B\nint a;\n#endif\n"),
        ("", "#pragma pack(1)\n"),
        ("", "#error no\n"),
        ("", "#endif\n"),
        ("#ifdef A\n#endif\n", "#ifdef A\n#endifs\n"),
        ("", "#ifdef A\n"),
        ("", "#if 1 /\n#define A\n#endif\n"),
        ("", "#define 3\n"),
        ("", "#define A(x, x) x\n"),
        ("", "#define A(x) #y\n"),
        ("", "#define A __VA_ARGS__\n"),
        ("", "#define defined 1\n"),
        ("", "#define A(x\n"),
        ("", "#define A 1\rint a;\n"),
    ],
)
def test_whatever_else_differs_is_not_told_away(old: str, new: str) -> None:
    """Declarations, conditions around them, and what a compiler may refuse have no such proof."""
    assert _altered(old, new) is None
    assert _altered(new, old) is None


def test_a_text_that_would_take_long_is_not_lined_up() -> None:
    """Thousands of lines that repeat each other have no proof, and take no time."""
    old = "".join(f"#define A {n % 2}\n" for n in range(8000))
    new = "".join(f"#define A {n % 3}\n" for n in range(8000))
    assert _altered(old, new) is None


_name = st.sampled_from(NAMES)
_line = st.one_of(
    st.builds("#define {}".format, _name),
    st.builds("#define {} {}".format, _name, _name),
    st.builds("#define {}(x) x {}".format, _name, _name),
    st.builds("#undef {}".format, _name),
    st.builds("see {};".format, _name),
)
_test = st.one_of(
    st.builds("#ifdef {}".format, _name),
    st.builds("#ifndef {}".format, _name),
    st.builds("#if defined({}) && !defined {}".format, _name, _name),
    st.builds("#if {} + 0".format, _name),
)
_lines = st.recursive(
    _line.map(lambda line: [line]),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4).map(lambda parts: [line for part in parts for line in part]),
        st.builds(lambda test, body: [test, *body, "#endif"], _test, inner),
        st.builds(
            lambda test, one, two: [test, *one, "#else", *two, "#endif"], _test, inner, inner
        ),
    ),
    max_leaves=8,
)


def _preprocessed(text: str) -> list[str]:
    preprocessor = Preprocessor()
    preprocessor.on_error = lambda *_: None
    preprocessor.parse(text)
    out = StringIO()
    preprocessor.write(out)
    return [line for line in out.getvalue().splitlines() if not line.startswith("#")]


@settings(max_examples=400, deadline=None)
@given(parts=st.lists(_lines, min_size=1, max_size=5), change=_lines, where=st.integers(0, 5))
def test_who_has_none_of_the_names_sees_no_difference(
    parts: list[list[str]], change: list[str], where: int
) -> None:
    """Whatever text stands behind, without the altered names it is preprocessed alike."""
    old = "\n".join(line for part in parts for line in part) + "\n"
    parts[where % len(parts)] = change
    new = "\n".join(line for part in parts for line in part) + "\n"
    found = altered(old.encode(), new.encode())
    if found is None or not found.macros.isdisjoint(found.kept):
        return
    others = [name for name in NAMES if name.encode() not in found.macros]
    behind = "".join(f"{name};\n#ifdef {name}\nyes {name}\n#endif\n" for name in others)
    before, after = _preprocessed(old + behind), _preprocessed(new + behind)
    assert [line for line in before if line.strip()] == [line for line in after if line.strip()]


def _reached(old: str, new: str, others: Mapping[str, str]) -> set[str]:
    """The headers touched by a change of one that all the others include."""
    files = {
        f"{UAPI}/{name}.h": f'#include "core.h"\n{text}'.encode() for name, text in others.items()
    }
    before, after = (
        MemoryTree(label, files | {f"{UAPI}/core.h": text.encode()})
        for label, text in (("old", old), ("new", new))
    )
    plots = Plots(before, after, [all_abis()[0].name], ())
    return {path.rpartition("/")[2].removesuffix(".h") for path in plots.new.paths()}


CROWD = {f"n{number}": "struct s { int a; };\n" for number in range(MANY)}


def test_a_new_macro_reaches_those_that_name_it() -> None:
    """Of eighty headers that include it, only those with the macro's name are compared."""
    others = CROWD | {"user": "struct u { int a[SIZE]; };\n", "far": '#include "user.h"\n'}
    assert _reached("", "#define SIZE 2\n", others) == {"core", "user", "far"}


def test_a_name_that_is_pasted_together_counts() -> None:
    """A header whose ``##`` may make the name is compared, and one that includes it."""
    others = CROWD | {"paste": "#define OF(x) SI##x\n", "far": '#include "paste.h"\n'}
    assert _reached("", "#define SIZE 2\n", others) == {"core", "paste", "far"}


@pytest.mark.parametrize("change", ["// see\rint a;\n", "#define A 1\rint a;\n"])
def test_a_line_that_ends_without_a_newline_ends(change: str) -> None:
    """What stands behind a carriage return is neither comment nor macro: it reaches all."""
    assert len(_reached(change, change.replace("int", "long"), CROWD)) == MANY + 1


@pytest.mark.parametrize(
    "definition",
    [
        "OF(x) SI%:%:x",
        "OF(x) SI#\\\n#x",
        "OF(x) SI/**/##/*\n*/x",
        "OF(x) SI \t## /* more\n lines */ x",
        "OF(...) SI##__VA_OPT__(ZE)",
        "OF(...) __VA_OPT__(SI)##ZE",
        "OF(rest...) SI##rest",
    ],
)
def test_a_name_is_pasted_together_however_that_is_spelled(definition: str) -> None:
    """Digraphs, lines that are joined and comments that go on hide no ``##``."""
    others = CROWD | {"paste": f"#define {definition}\nstruct p {{ int a[OF(ZE)]; }};\n"}
    assert _reached("", "#define SIZE 2\n", others) == {"core", "paste"}


@pytest.mark.parametrize(
    ("old", "new"),
    [("'a b'", "'a  b'"), ('sizeof("a b")', 'sizeof("a\tb")'), ("'a /**/'", "'a  /**/'")],
)
def test_blanks_that_are_part_of_a_value_count(old: str, new: str) -> None:
    """Between quotes two blanks are not one: a header with other ones is another."""
    others = CROWD | {"user": "struct u { int a[SIZE]; };\n"}
    reached = _reached(f"#define SIZE {old}\n", f"#define SIZE {new}\n", others)
    assert reached == {"core", "user"}


def test_a_name_in_what_is_defined_for_all_reaches_all() -> None:
    """``__packed`` is replaced by words that no header has to hold."""
    assert len(_reached("", "#define packed 2\n", CROWD)) == MANY + 1


def test_a_name_in_the_rest_of_its_own_header_reaches_all() -> None:
    """What the changed header itself makes of the macro is there for all that include it."""
    rest = "typedef int type_t[SIZE];\n"
    assert len(_reached(rest, f"#define SIZE 2\n{rest}", CROWD)) == MANY + 1


def test_another_declaration_reaches_all() -> None:
    """A change of more than macros is followed to whoever includes it."""
    assert len(_reached("", "typedef int type_t;\n", CROWD)) == MANY + 1
