# SPDX-License-Identifier: GPL-2.0-or-later
"""A header that reaches for files outside its tree; this module proves that it gets none."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from abicheck import abis
from abicheck.export import open_exports
from abicheck.layout import Layouter
from abicheck.parse import libclang
from abicheck.vcs.directory import DirectoryTree

if TYPE_CHECKING:
    from collections.abc import Callable

    from abicheck.model import Abi, Declarations
    from abicheck.parse.unit import Sizes, Unit
    from tests.hostile.conftest import Ran

REACHES = {
    "quoted": '#include "{}"',
    "angled": "#include <{}>",
    "import": '#import "{}"',
    "next": '#include_next "{}"',
    "next angled": "#include_next <{}>",
    "macro": '#define WHERE "{}"\n#include WHERE',
    "pasted": "#define S(x) #x\n#define T(x) S(x)\n#include T({})",
    "angled macro": "#define WHERE <{}>\n#include WHERE",
    "digraph": '%:include "{}"',
    "spliced": '#inc\\\nlude "{}"',
    "embed": '#embed "{}"',
    "embedded": 'char all[] = {{\n#embed "{}"\n}};\nstruct canary {{ char size[sizeof all]; }};',
    "dependency": '#pragma GCC dependency "{}" canary',
    "dependency operator": '_Pragma("GCC dependency \\"{}\\" canary")',
    "alias": '#pragma include_alias("a.h", "{}")\n#include "a.h"',
    "library": '#pragma comment(lib, "{}")',
    "module": '#pragma clang module import "{}"',
    "built module": '#pragma clang module build canary\nmodule canary {{ header "{}" }}\n'
    "#pragma clang module contents\n#pragma clang module endbuild\n"
    "#pragma clang module import canary",
    "at import": "@import canary;",
    "line": '#line 1 "{}"\nint broken = ;',
    "line marker": '# 1 "{}" 1\nint broken = ;\n# 2 "reach.h" 2',
    "assembly": '__asm__(".incbin \\"{}\\"");',
    "linemarker include": '# 1 "{}" 1 3\n#include "canary.h"',
}
"""Every way known to name another file, by what it is called."""

QUESTIONS = (
    '__has_include("{}")',
    "__has_include(<{}>)",
    '__has_include_next("{}")',
    '__has_embed("{}")',
)


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    """A header beside the tree, never in it, with a record whose name nobody else says."""
    path = tmp_path / "canary.h"
    path.write_text("struct canary { int feathers; };\n")
    return path


def _ways(canary: Path, folder: Path) -> list[str]:
    """Spellings of the canary's path: absolute, by ``..``, by links, through /proc."""
    folder.mkdir(exist_ok=True)
    (folder / "link.h").symlink_to(canary)
    (folder / "near.h").symlink_to("../canary.h")
    (folder / "up").symlink_to("..")
    return [
        str(canary),
        "../canary.h",
        "./.././canary.h",
        "up/../../canary.h",
        f"/..//{canary}",
        "link.h",
        "near.h",
        "up/canary.h",
        f"/proc/self/root{canary}",
        "/proc/self/cwd/../canary.h",
    ]


def _parsed(folder: Path, header: str) -> Unit:
    """What libclang makes of a header of a folder, in this process."""

    def measure(abi: Abi, declarations: Declarations) -> Sizes:
        return Layouter(abi, declarations).size_of

    world = open_exports(DirectoryTree(folder, "tree")).world(abis.get("x86_64"))
    assert world is not None
    return libclang.parse(world, (header,), measure)


@pytest.mark.parametrize("reach", REACHES)
def test_no_directive_brings_a_file_in(
    reach: str, canary: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No directive, pragma or operator brings in a file outside the tree, however spelled."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    folder = tmp_path / "tree"
    ways = _ways(canary, folder)
    for way in (*ways, str(folder / "link.h")):
        (folder / "reach.h").write_text(REACHES[reach].format(way) + "\nstruct own { int a; };\n")
        unit = _parsed(folder, "reach.h")
        assert "struct canary" not in unit.declarations.records or "embedded" in reach
        assert "feathers" not in repr(unit)
        sizes = [m.type for r in unit.records.get("reach.h", ()) for m in r.members]
        assert not re.search(r"count=[1-9]", repr(sizes))


@pytest.mark.parametrize("question", QUESTIONS)
def test_no_question_tells_what_exists(question: str, canary: Path, tmp_path: Path) -> None:
    """A question for a file outside the tree has one answer, whether it exists or not."""
    folder = tmp_path / "tree"
    ways = [*_ways(canary, folder), "/etc/passwd", "/proc/self/environ", "/", "/dev/null"]
    asked = question if "embed" not in question else f"defined(__has_embed) && {question}"
    for way in (*ways, *(f"{way}.absent" for way in ways)):
        text = f"#if {asked.format(way)}\nstruct yes {{ int a; }};\n#endif\n"
        (folder / "reach.h").write_text(text)
        assert "struct yes" not in _parsed(folder, "reach.h").declarations.records


def test_questions_about_the_tree_are_answered(tmp_path: Path) -> None:
    """The same question for a file of the tree, or of our system root, is answered with yes."""
    folder = tmp_path / "tree"
    folder.mkdir()
    (folder / "other.h").write_text("")
    for name in ('"other.h"', "<other.h>", "<stdint.h>", "<linux/types.h>"):
        (folder / "ask.h").write_text(
            f"#if __has_include({name})\nstruct yes {{ int a; }};\n#endif\n"
        )
        assert "struct yes" in _parsed(folder, "ask.h").declarations.records


@pytest.mark.parametrize("name", ['"<header>.c"', '"/uapi/<header>.c"', "<header>.c"])
def test_our_own_text_is_no_header(name: str, tmp_path: Path) -> None:
    """A header that includes what we parse it through is not checked, within bounds."""
    folder = tmp_path / "tree"
    folder.mkdir()
    (folder / "own.h").write_text(f"#include {name}\nstruct own {{ int a; }};\n")
    assert _parsed(folder, "own.h").problems


def test_the_command_reports_and_goes_on(
    layout: Callable[..., Ran], canary: Path, tmp_path: Path
) -> None:
    """Each header that includes a file outside is not checked (exit 2); its neighbours are."""
    folder = tmp_path / "tree"
    ways = _ways(canary, folder)
    for index, way in enumerate(ways):
        (folder / f"reach{index}.h").write_text(
            f'#include "{way}"\nstruct r{index} {{ int a; }};\n'
        )
    (folder / "good.h").write_text("struct good { int a; };\n")
    ran = layout(".")
    assert ran.code == 2
    assert ran.records == {"struct good"}
    assert {f"reach{index}.h" for index in range(len(ways))} <= ran.reasons.keys()
    assert "feathers" not in ran.out + ran.err


def test_fifos_and_devices_do_not_block(layout: Callable[..., Ran], tmp_path: Path) -> None:
    """A FIFO, a socket's place, a device: named or included, the run ends and says why."""
    folder = tmp_path / "tree"
    os.mkfifo(folder / "fifo.h")
    (folder / "zero.h").symlink_to("/dev/zero")
    (folder / "user.h").write_text('#include "fifo.h"\nstruct a { int b; };\n')
    (folder / "more.h").write_text('#include "zero.h"\nstruct a { int b; };\n')
    ran = layout(".")
    assert ran.code == 2
    assert ran.reasons["user.h"] == "'fifo.h' file not found"
    assert ran.reasons["more.h"] == "'zero.h' file not found"
    assert layout("fifo.h").err == "abicheck: error: fifo.h is not a regular file\n"
    assert layout("zero.h").err == "abicheck: error: zero.h is a link that leaves the tree\n"


@pytest.mark.parametrize(
    "name", ['a"b.h', "a<b.h", "a>b.h", "a\nb.h", "a\\b.h", "a b.h", "-o.h", "\u00e9.h", "%s.h"]
)
def test_odd_file_names(name: str, layout: Callable[..., Ran], tmp_path: Path) -> None:
    """A header of any name is laid out or not checked; its name starts no directive of its own."""
    folder = tmp_path / "tree"
    (folder / name).write_text("struct odd { int a; };\n")
    (folder / "good.h").write_text("struct good { int a; };\n")
    ran = layout(".")
    assert "struct good" in ran.records
    assert ("struct odd" in ran.records) != (name in ran.reasons)
    assert ran.code == (2 if ran.reasons else 0)


_OPENING = re.compile(
    r"(?:open|openat|openat2|stat|lstat|newfstatat|statx|access|faccessat2?|"
    r'readlink|readlinkat|execve|connect)\([^"]*"((?:[^"\\]|\\.)*)"'
)


def test_nothing_is_written(
    layout: Callable[..., Ran], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A header that has clang build a module leaves no file behind."""
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setenv("TMPDIR", str(place))
    (tmp_path / "tree" / "reach.h").write_text(REACHES["built module"].format("reach.h"))
    assert layout("reach.h").code == 2
    assert not list(place.iterdir())


def test_no_system_call_names_a_file_outside(
    program: Callable[[str], str], canary: Path, tmp_path: Path
) -> None:
    """As strace sees it, a run over every reach there is opens and asks for nothing outside."""
    folder = tmp_path / "tree"
    _ways(canary, folder)
    os.mkfifo(folder / "fifo.h")
    targets = [str(canary), "../canary.h", "/etc/passwd", "/proc/self/environ", "fifo.h"]
    for kind, text in enumerate((*REACHES.values(), *(f"#if {q}\n#endif" for q in QUESTIONS))):
        for index, target in enumerate(targets):
            (folder / f"reach-{kind}-{index}.h").write_text(text.format(target) + "\n")
    trace = tmp_path / "trace"
    command = [program("strace"), "-f", "-qq", "-s", "4096", "-e", "trace=file,network", "-o"]
    told = [sys.executable, "-m", "abicheck", "layout", ".", "--abi", "x86_64", "-j", "2"]
    root = str(Path(__file__).parents[2])
    done = subprocess.run(
        [*command, str(trace), *told],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": root},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    named = set(_OPENING.findall(trace.read_text(errors="replace")))
    assert any(name.endswith("abicheck/cli/__init__.py") or "abicheck" in name for name in named)
    forbidden = ("canary", "passwd", "environ", "fifo.h")
    found = {name for name in named if any(word in name for word in forbidden)}
    # clang wants to build the module that a #pragma describes: it finds no place for that.
    found = {name for name in found if not name.startswith("/dev/null/")}
    # The tree looks for a name in its own folder, by its bare name, and finds what it is there.
    assert found <= {"fifo.h", "canary.h"}
    assert not re.search(
        r'open(?:at)?\([^"]*"(?:fifo|canary)\.h"', trace.read_text(errors="replace")
    )
