# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tests which commands ``abicheck decode`` finds, and under which ABIs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Done
    from tests.conftest import Cc1


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """An export of two architectures, with a libc's headers beside them."""
    texts = {
        "any-linux-any/linux/types.h": "",
        "any-linux-any/asm-generic/ioctls.h": "#define TCGETS 0x5401\n",
        "x86-linux-any/asm/unistd.h": "",
        "x86-linux-any/asm/ioctls.h": "#include <asm-generic/ioctls.h>\n",
        "mips-linux-any/asm/unistd.h": "",
        "mips-linux-any/asm/ioctls.h": "#define TCGETS 0x540d\n",
        "x86-linux-musl/bits/ioctls.h": "#define TCGETS 0x9999\n",
    }
    for name, text in texts.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def test_an_architecture_sees_its_own_numbers(run: Callable[..., Done], export: Path) -> None:
    """In an export each ABI gets what its own ``asm/`` says, and nothing comes from a libc."""
    done = run("decode", "TCGETS", str(export), "--abi", "x86_64,mips", "--format", "json")
    assert _codes(done) == {"x86_64": [0x5401], "mips": [0x540D]}


def test_the_compiler_sees_the_same_number(
    run: Callable[..., Done], zig_tree: Callable[[str], Path], cc1: Callable[..., Cc1]
) -> None:
    """A bare number of a real export is the one that the ABI's compiler reads there."""
    root = zig_tree("0.16.0")
    folders = [str(root / name) for name in ("x86-linux-any", "any-linux-any")]
    flags = [part for folder in folders for part in ("-isystem", folder)]
    source = "#include <asm/ioctls.h>\nunsigned int value = TCGETS;\n"
    assembly = cc1("x86_64-linux-gnu").assemble(source, "-ffreestanding", *flags).split()
    expected = int(assembly[assembly.index("value:") + 2], 0)
    done = run("decode", "TCGETS", str(root), "--abi", "x86_64", "--format", "json")
    assert _codes(done) == {"x86_64": [expected]}


@pytest.fixture
def lone(tmp_path: Path) -> Callable[[str], str]:
    """``lone(text)`` gives the path of a header that belongs to no tree."""

    def write(text: str) -> str:
        path = tmp_path / "acme.h"
        path.write_text(text)
        return str(path)

    return write


_BARE = "/* ioctl commands */\n" + "".join(
    f"#define ACME_{name} 0x4C0{at}\n" for at, name in enumerate(("GET", "SET", "ADD", "CLR", "GO"))
)


@pytest.mark.parametrize("word", ["ACME_CLR", "0x4c03"])
def test_a_bare_number_among_its_like_is_a_command(
    word: str, run: Callable[..., Done], lone: Callable[[str], str]
) -> None:
    """Commands without an encoding are found by name and number where a header lists many."""
    done = run("decode", word, lone(_BARE), "--abi", "x86_64", "--format", "json")
    (command,) = json.loads(done.out)["commands"]
    assert (command["name"], _codes(done)) == ("ACME_CLR", {"x86_64": [0x4C03]})


def test_a_bare_number_alone_is_no_command(
    run: Callable[..., Done], lone: Callable[[str], str]
) -> None:
    """Masks and return codes beside commands are none, and the report says what is known."""
    codes = "".join(f"#define ACME_CODE_{at} 0x010{at}\n" for at in range(9))
    text = f"/* ioctls */\n#define ACME_GO _IO('A', 1)\n#define ACME_MASK 0x4C03\n{codes}"
    for word in ("0x4c03", "0x0103"):
        done = run("decode", word, lone(text), "--abi", "x86_64")
        assert done.code == 1
        assert "without _IO encoding" in done.out


@pytest.mark.parametrize(
    ("word", "name"), [("0x4C04", "LOOP_SET_STATUS64"), ("0x4B45", "KDSKBMODE"), ("0x0301", "")]
)
def test_bare_numbers_of_the_kernel(
    word: str, name: str, run: Callable[..., Done], linux_tree: Path
) -> None:
    """Of a real tree's bare numbers the commands are found, under their one name."""
    done = run("decode", word, str(linux_tree), "--abi", "x86_64", "--format", "json")
    found = [command["name"] for command in json.loads(done.out)["commands"]]
    assert found == [name or "HDIO_GETGEO"]


_SIZES = """\
typedef struct acme_args { int fd; int *where; } acme_args_t;
typedef acme_args_t acme_again_t; /* } acme_wrong_t; */
typedef struct { long long a, b, c; } acme_plain_t;
typedef unsigned short acme_small_t;
enum acme_kind { ACME_ONE };
#define ACME_ARGS _IOWR('A', 1, acme_args_t)
#define ACME_AGAIN _IOWR('A', 2, acme_again_t)
#define ACME_PLAIN _IOWR('A', 3, acme_plain_t)
#define ACME_SMALL _IOWR('A', 4, acme_small_t)
#define ACME_KIND _IOWR('A', 5, enum acme_kind)
#define ACME_POINTER _IOWR('A', 6, acme_args_t *)
"""


@pytest.mark.parametrize("name", ["ARGS", "AGAIN", "PLAIN", "SMALL", "KIND", "POINTER"])
@pytest.mark.parametrize(("abi", "flag"), [("x86_64", "-m64"), ("i386", "-m32")])
def test_a_typedef_has_the_size_of_its_type(
    name: str,
    abi: str,
    flag: str,
    run: Callable[..., Done],
    lone: Callable[[str], str],
    cc1: Callable[..., Cc1],
) -> None:
    """A payload that is a typedef or an enum encodes the size that the compiler gives it."""
    size = "#define _IOWR(t, n, type) (3u << 30 | sizeof(type) << 16 | (t) << 8 | (n))\n"
    source = f"{size}{_SIZES}unsigned int value = ACME_{name};\n"
    assembly = cc1("x86_64-linux-gnu").assemble(source, flag).split()
    expected = int(assembly[assembly.index("value:") + 2], 0) & 0xFFFFFFFF
    done = run("decode", f"ACME_{name}", lone(_SIZES), "--abi", abi, "--format", "json")
    assert _codes(done) == {abi: [expected]}


def test_only_what_has_the_number_is_offered(
    run: Callable[..., Done], lone: Callable[[str], str]
) -> None:
    """ABIs without the payload's type make no candidate; ``--all`` shows them."""
    text = (
        "#ifdef __x86_64__\nstruct acme { int a, b; };\n#endif\n"
        "#define ACME_GO _IOWR('A', 1, struct acme)\n"
    )
    path = lone(text)
    named = run("decode", "ACME_GO", path, "--abi", "x86_64,mips", "--format", "json")
    assert _codes(named)["mips"] == [None]
    right = run("decode", "0xc0084101", path, "--abi", "x86_64,mips", "--format", "json")
    assert _codes(right) == {"x86_64": [0xC0084101]}
    wrong = run("decode", "0xc0184101", path, "--abi", "x86_64,mips")
    assert wrong.code == 1
    assert "1 of the same type and nr" in wrong.out
    whole = run("decode", "0xc0184101", path, "--abi", "x86_64,mips", "--all")
    assert "ACME_GO" in whole.out


@pytest.mark.parametrize("rest", [(), (".",)])
def test_a_place_without_headers_is_a_mistake(
    rest: tuple[str, ...],
    run: Callable[..., Done],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """In an empty folder nothing can be decoded, and that is no answer about the number."""
    monkeypatch.chdir(tmp_path)
    done = run("decode", "0xc0084101", *rest)
    assert (done.code, done.out) == (2, "")
    assert done.err.count("\n") == 1


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("KVM_RUNN", "did you mean KVM_RUN?"),
        ("C018AEC0", "did you mean 0xC018AEC0?"),
        ("4020ae46", "did you mean 0x4020ae46?"),
    ],
)
def test_a_slip_is_told_with_what_was_meant(
    word: str, told: str, run: Callable[..., Done], in_tree: Path
) -> None:
    """A near name, or a number without its prefix, is offered."""
    done = run("decode", word)
    assert (done.code, done.out) == (2, "")
    assert told in done.err


def _codes(done: Done) -> dict[str, list[int | None]]:
    found: dict[str, list[int | None]] = {}
    for command in json.loads(done.out)["commands"]:
        for group in command["codes"]:
            for abi in group["abis"]:
                found.setdefault(abi, []).append(group["number"])
    return found
