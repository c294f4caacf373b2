# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tests ``abicheck collide`` and ``abicheck decode`` from arguments to text."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.conftest import ROOT
from tests.report.schemas import problems

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from syrupy.assertion import SnapshotAssertion

    from tests.cli.conftest import Done
    from tests.conftest import Cc1

BRANCHES = ("v5.18", "kvm/next", "kvmarm/next", "linux-next")


def test_the_report_on_branches(
    run: Callable[..., Done], in_history: Path, recorded: SnapshotAssertion
) -> None:
    """Collisions with their places and first commits, a matrix, and the next free number."""
    done = run("collide", *BRANCHES, "--family", "kvm.cap")
    assert (done.code, done.err) == (1, "")
    assert _without_ids(done.out) == recorded


def test_the_report_as_markdown(
    run: Callable[..., Done], in_history: Path, recorded: SnapshotAssertion
) -> None:
    """The same for a mail or a merge request."""
    done = run("collide", *BRANCHES, "--family", "kvm.system-event", "--format", "markdown")
    assert _without_ids(done.out) == recorded


def test_what_a_new_series_may_take(
    run: Callable[..., Done], in_history: Path, recorded: SnapshotAssertion
) -> None:
    """``--next`` offers numbers, tells what is promised, and hides no collision."""
    done = run("collide", *BRANCHES, "--family", "kvm.cap", "--next")
    assert (done.code, done.err) == (1, "")
    assert _without_ids(done.out) == recorded
    calm = run("collide", *BRANCHES, "--family", "kvm.cap", "--next", "--fail-on", "never")
    assert calm.code == 0


def test_markdown_tells_the_next_number(run: Callable[..., Done], in_history: Path) -> None:
    """``--next`` names the free number in Markdown too, where nothing collides as well."""
    for trees, code in ((BRANCHES, 1), (("v5.18",), 0)):
        done = run("collide", *trees, "--family", "kvm.cap", "--next", "--format", "markdown")
        assert done.code == code
        assert re.search(r"Next number free in all trees: \*\*2\d\d\*\*", done.out)


def test_when_numbers_got_their_names(
    run: Callable[..., Done], in_history: Path, recorded: SnapshotAssertion
) -> None:
    """``--history`` tells each change between two revisions with its commit."""
    done = run("collide", "--history", "v5.15..v5.18", "--family", "kvm")
    assert done.code == 0
    assert _without_ids(done.out) == recorded


def test_json_keeps_its_promise(run: Callable[..., Done], in_history: Path) -> None:
    """The documents satisfy their schemas, with and without every claim."""
    for more in ((), ("--all",)):
        done = run("collide", *BRANCHES, "--family", "kvm", "--format", "json", *more)
        document = json.loads(done.out)
        assert problems("collide-1", document, strict=True) == []
        kinds = {collision["kind"] for collision in document["collisions"]}
        assert {"number", "name"} <= kinds
    done = run("collide", "--history", "v5.15..v6.0", "--family", "kvm", "--format", "json")
    assert problems("chronicle-1", json.loads(done.out), strict=True) == []


def test_sarif_points_at_who_has_to_move(run: Callable[..., Done], in_history: Path) -> None:
    """A result lies at the mover's line, with the others related and a stable fingerprint."""
    done = run("collide", "v5.18", "kvmarm/next", "--family", "kvm.cap", "--format", "sarif")
    (result,) = json.loads(done.out)["runs"][0]["results"]
    assert (result["ruleId"], result["level"]) == ("reservation-violated", "error")
    logical = result["locations"][0]["logicalLocations"][0]["fullyQualifiedName"]
    assert logical == "kvmarm/next:KVM_CAP_ARM_SYSTEM_SUSPEND"
    assert len(result["relatedLocations"]) == 1


@pytest.mark.parametrize(("level", "code"), [("error", 0), ("note", 1), ("never", 0)])
def test_the_exit_code_follows_fail_on(
    level: str, code: int, run: Callable[..., Done], in_history: Path
) -> None:
    """A fulfilled reservation is a note and fails only where notes are asked to."""
    done = run("collide", "v5.18", "kvm/next", "--family", "kvm.cap", "--fail-on", level)
    assert done.code == code


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("collide",), "nothing to compare"),
        (("collide", "v9.9"), "v9.9"),
        (("collide", "v5.18", "--family", "kvm.caps"), "did you mean kvm.cap"),
        (("collide", "v5.18", "--upstream", "linus"), "no tree is called linus"),
        (("collide", "--history", "v5.18"), "OLD..NEW"),
        (("collide", "--history", "v5.18..v5.19", "--format", "sarif"), "does not go with"),
        (("collide", "v5.18", "--family", "gzvm"), "no tree has a header of gzvm"),
        (("decode", "12x"), "no number"),
        (("decode", "0x1ffffffff"), "32 bits"),
    ],
)
def test_mistakes_are_told_in_one_line(
    arguments: tuple[str, ...], told: str, run: Callable[..., Done], in_history: Path
) -> None:
    """Whatever is wrong with the arguments ends with code 2 and one line on stderr."""
    done = run(*arguments)
    assert (done.code, done.out) == (2, "")
    assert told in done.err
    assert done.err.count("\n") == 1


@pytest.mark.parametrize("what", ["", "program", "README.md", "empty", "bare"])
def test_what_holds_no_header_is_no_tree(
    what: str, run: Callable[..., Done], in_history: Path, tmp_path: Path
) -> None:
    """A tree in which no family finds a header is a mistake, not a tree without collisions."""
    (tmp_path / "program").write_bytes(b"\x7fELF")
    (tmp_path / "README.md").write_text("words\n")
    (tmp_path / "empty").mkdir()
    subprocess.run(["git", "init", "-q", "--bare", str(tmp_path / "bare")], check=True)
    for asked in (("--family", "kvm.cap"), ("--next",), ()):
        done = run("collide", "v5.18", str(tmp_path / what) if what else "", *asked)
        assert (done.code, done.out) == (2, "")
        assert what in done.err
        assert done.err.count("\n") == 1


def test_a_tree_without_the_family_asked_for_is_a_tree(
    run: Callable[..., Done], in_history: Path, tmp_path: Path
) -> None:
    """A header of another family makes a tree; that it lacks the one asked for is a note."""
    header = tmp_path / "linux" / "fuse.h"
    header.parent.mkdir()
    header.write_text("#define FUSE_MINOR_ID 1\n")
    done = run("collide", "v5.18", str(tmp_path), "--family", "kvm.cap")
    assert (done.code, done.err) == (0, "")
    assert "without linux/kvm.h" in done.out


def test_a_patch_is_a_tree(run: Callable[..., Done], in_history: Path, tmp_path: Path) -> None:
    """A posted series collides like the branch it would make."""
    series = tmp_path / "series.patch"
    command = ["git", "diff", "v5.18-rc2", "kvmarm/next", "--", "include"]
    series.write_bytes(subprocess.run(command, check=True, capture_output=True).stdout)
    done = run("collide", "v5.18-rc2", "kvm/next", str(series), "--family", "kvm.cap")
    assert done.code == 1
    assert "KVM_CAP_ARM_SYSTEM_SUSPEND in series.patch" in done.out


def test_a_patch_that_does_not_apply_is_told(
    run: Callable[..., Done], in_history: Path, tmp_path: Path
) -> None:
    """A series for another tree is not compared by halves."""
    series = tmp_path / "series.patch"
    series.write_text(
        "--- a/include/uapi/linux/kvm.h\n+++ b/include/uapi/linux/kvm.h\n"
        "@@ -1,2 +1,2 @@\n nothing like it\n-at all\n+here\n"
    )
    done = run("collide", "v5.18", str(series))
    assert done.code == 2
    assert "does not apply" in done.err


def test_a_vendor_header_gets_proposals(
    run: Callable[..., Done], tmp_path: Path, recorded: SnapshotAssertion
) -> None:
    """``--discover`` writes families that a file can hold."""
    header = tmp_path / "acme.h"
    header.write_text("".join(f"#define ACME_CAP_{n} {i}\n" for i, n in enumerate("ABCD")))
    done = run("collide", "--discover", str(header))
    assert (done.code, done.err) == (0, "")
    assert done.out == recorded


def test_a_command_has_a_number_on_every_abi(
    run: Callable[..., Done], in_tree: Path, recorded: SnapshotAssertion
) -> None:
    """``decode`` by name: where payload or encoding differ, so does the number."""
    done = run("decode", "KVM_ENABLE_CAP", "include/uapi/linux/kvm.h")
    assert (done.code, done.err) == (0, "")
    assert done.out == recorded


def test_a_number_is_decoded_to_its_command(run: Callable[..., Done], in_tree: Path) -> None:
    """``decode`` in the other direction finds what the name encodes to, on each ABI."""
    done = run("decode", "KVM_ENABLE_CAP", "include/uapi/linux/kvm.h", "--format", "json")
    document = json.loads(done.out)
    assert problems("decode-1", document, strict=True) == []
    known = [code for code in document["commands"][0]["codes"] if code["number"] is not None]
    assert len(known) > 1
    for group in known:
        word = hex(group["number"])
        abi = group["abis"][0]
        back = run("decode", word, "include/uapi/linux/kvm.h", "--abi", abi, "--format", "json")
        (command,) = json.loads(back.out)["commands"]
        assert (command["name"], command["matches"]) == ("KVM_ENABLE_CAP", [abi])


def test_a_number_of_nothing_is_said(run: Callable[..., Done], in_tree: Path) -> None:
    """A number that no command has still shows its parts."""
    done = run("decode", "0x12345678", "include/uapi/linux/kvm.h", "--abi", "x86_64")
    assert done.code == 1
    assert "type 0x56 'V', nr 0x78, 4660 bytes" in done.out


@pytest.mark.parametrize(
    ("triple", "abi"),
    [("x86_64-linux-gnu", "x86_64"), ("powerpc64-linux-gnu", "ppc64"), ("mips-linux-gnu", "mips")],
)
def test_the_compiler_encodes_alike(
    triple: str,
    abi: str,
    run: Callable[..., Done],
    zig_tree: Callable[[str], Path],
    cc1: Callable[..., Cc1],
) -> None:
    """Every ioctl number we give a real command is the one its headers give it."""
    folder = {"x86_64": "x86", "ppc64": "powerpc", "mips": "mips"}[abi]
    root = zig_tree("0.16.0")
    header = root / "any-linux-any" / "linux" / "kvm.h"
    names = (
        "KVM_RUN",
        "KVM_GET_API_VERSION",
        "KVM_ENABLE_CAP",
        "KVM_SET_USER_MEMORY_REGION",
        "KVM_IRQFD",
    )
    source = "#include <linux/kvm.h>\n" + "".join(
        f"unsigned int value_{name} = {name};\n" for name in names
    )
    folders = (root / f"{folder}-linux-any", root / "any-linux-any")
    flags = [part for each in folders for part in ("-isystem", str(each))]
    assembly = cc1(triple).assemble(source, "-ffreestanding", *flags).split()
    for name in names:
        at = assembly.index(f"value_{name}:")
        expected = int(assembly[at + 2], 0) & 0xFFFFFFFF
        done = run("decode", name, str(header), "--abi", abi, "--format", "json")
        (command,) = json.loads(done.out)["commands"]
        assert [code["number"] for code in command["codes"]] == [expected]


def test_collide_needs_no_libclang(in_history: Path) -> None:
    """Neither libclang nor a terminal library is imported to compare numbers."""
    program = (
        "import sys; from abicheck.cli import main; "
        "main(['collide', 'v5.18', 'kvm/next', '--family', 'kvm.cap']); "
        "bad = {'clang', 'rich', 'jinja2', 'pcpp'} & set(sys.modules); "
        "sys.exit(str(bad) if bad else 0)"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def _without_ids(text: str) -> str:
    """The text with commits by their subjects alone: ids change with the fixtures."""
    return re.sub(r"\b[0-9a-f]{12}\b", "0123456789ab", text)


@pytest.mark.parametrize(
    ("word", "name"),
    [("0x5413", "TIOCGWINSZ"), ("0xc0106441", "DRM_IOCTL_VIRTGPU_MAP"), ("0x8901", "FIOSETOWN")],
)
def test_numbers_without_or_behind_an_encoding(
    word: str, name: str, run: Callable[..., Done], linux_tree: Path
) -> None:
    """Bare numbers, and commands whose macros stand in another header, are found too."""
    done = run("decode", word, str(linux_tree), "--abi", "x86_64", "--format", "json")
    assert name in {command["name"] for command in json.loads(done.out)["commands"]}
