# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tests that repairs repair, and leave alone what programs rely on."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from abicheck.abis import all_abis
from abicheck.checks.facts import Hit
from abicheck.cli import main
from abicheck.engine.fix import fix, repair, write
from abicheck.engine.layouts import LayoutRequest, layout
from abicheck.engine.lint import lint
from abicheck.errors import InputError, UsageError
from abicheck.model import Breaks, Edit
from abicheck.report import asserts, patch
from tests.fix.conftest import HEAD, HEADER, request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from abicheck.checks.facts import RecordFacts
    from abicheck.rulebook import Rulebook
    from tests.conftest import Cc1
    from tests.fix.conftest import Checkout

    Make = Callable[[str | bytes], Checkout]
    Invent = Callable[[Callable[[RecordFacts], Iterator[Hit]]], Rulebook]

_HOLES = f"""{HEAD}struct sample_event {{
	__u32 type;
	__u64 flags;	/* what happened */
	__u8 small;
	__u16 half;
	__u64 time;
	__u32 last;
}};

struct sample_holder {{
	__u32 head;
	struct sample_event event;
}};
"""
_RULES = ("u64-compat-offset", "u64-compat-size", "implicit-hole", "implicit-tail-pad")
_LP64 = tuple(abi.name for abi in all_abis() if abi.bits == 64)


def _edit(*edits: tuple[int, int, str], breaks: Breaks = Breaks.HYGIENE) -> object:
    """A check that asks for these edits of the first record of a header."""

    def check(facts: RecordFacts) -> Iterator[Hit]:
        record = facts.across.groups[0].layout.record
        members = [(member.name, member.type_text) for member in record.members]
        if facts.across.name == "struct sample" and members == [("a", "__u32"), ("b", "__u64")]:
            yield Hit(
                span=record.span,
                subject=facts.across.name,
                abis=("i386", "x86_64"),
                fields=(("what", "made up"),),
                edits=tuple(
                    Edit(path=facts.across.path, line=line, count=count, text=text)
                    for line, count, text in edits
                ),
                breaks=breaks,
            )

    return check


class TestRepairs:
    """What --fix does to a header with holes."""

    def test_the_findings_are_gone(self, checkout: Make) -> None:
        """After its repair a finding is not there any more, and nothing was refused."""
        checkout(_HOLES)
        made = repair(request(*_RULES))
        assert made.repaired
        assert made.refused == ()
        before = {(item.rule, item.subject) for item in made.repaired}
        write(made)
        after = {(item.rule, item.subject) for item in lint(request(*_RULES)).findings}
        assert not before & after

    def test_64_bit_layouts_stay(self, checkout: Make) -> None:
        """No 64-bit ABI sees a member elsewhere or another size, by our own layouts."""
        checkout(_HOLES)

        def places() -> dict[str, set[tuple[str, str, int]]]:
            from abicheck.model import walk

            asked = LayoutRequest(paths=(HEADER,), abis=_LP64, jobs=1)
            return {
                record.name: {
                    (abi, leaf.path, leaf.bit_offset)
                    for group in record.groups
                    for abi in group.abis
                    for leaf in walk(group.layout)
                }
                | {(abi, "", g.layout.bit_size) for g in record.groups for abi in g.abis}
                for record in layout(asked).records
            }

        before = places()
        write(repair(request(*_RULES)))
        after = places()
        assert before.keys() == after.keys()
        assert all(before[name] <= after[name] for name in before)

    def test_gcc_says_so_too(self, checkout: Make, cc1: Callable[..., Cc1]) -> None:
        """What is frozen of the old header under x86-64 holds for the new one, by GCC."""
        made = checkout(_HOLES)
        frozen = layout(LayoutRequest(paths=(HEADER,), abis=("x86_64",), jobs=1))
        write(repair(request(*_RULES)))
        types = "typedef unsigned char __u8; typedef unsigned short __u16;\n"
        types += "typedef unsigned int __u32; typedef unsigned long long __u64;\n"
        text = types + made.header.read_text().replace("#include <linux/types.h>", "")
        assert "reserved" in text
        cc1("x86_64-linux-gnu").assemble(f"{text}\n{asserts.static_asserts(frozen)}")

    def test_i386_programs_get_the_kernels_layout(self, checkout: Make) -> None:
        """Afterwards i386 and x86-64 agree about every record."""
        checkout(_HOLES)
        fix(request(*_RULES))
        records = layout(LayoutRequest(paths=(HEADER,), abis=("i386", "x86_64"), jobs=1)).records
        for record in records:
            if record.name == "struct sample_event":
                assert len({group.layout.bit_size for group in record.groups}) == 1

    def test_again_changes_nothing(self, checkout: Make) -> None:
        """What was repaired is not repaired again."""
        made = checkout(_HOLES)
        fix(request(*_RULES))
        text = made.header.read_bytes()
        assert repair(request(*_RULES)).changes == ()
        assert made.header.read_bytes() == text

    def test_the_patch_is_the_repair(self, checkout: Make) -> None:
        """git apply makes of the printed patch what --fix writes."""
        made = checkout(_HOLES)
        planned = repair(request(*_RULES))
        made.git("apply", data=patch.unified(planned.changes))
        applied = made.header.read_bytes()
        made.git("checkout", "-q", ".")
        write(planned)
        assert made.header.read_bytes() == applied

    def test_odd_bytes_stay(self, checkout: Make) -> None:
        """CR LF, text that is not UTF-8 and control characters are as they were."""
        text = _HOLES.replace("what happened", "caf\u00e9 \x0c").encode("latin-1")
        made = checkout(text.replace(b"\n", b"\r\n"))
        write(repair(request(*_RULES)))
        new = made.header.read_bytes()
        assert new.count(b"\r\n") == new.count(b"\n") > text.count(b"\n")
        assert b"caf\xe9 \x0c" in new
        kept = iter(new.split(b"\r\n"))
        assert all(line in kept for line in text.split(b"\n"))


class TestRefusals:
    """Repairs that are not made."""

    @pytest.mark.parametrize(
        ("edits", "breaks", "why"),
        [
            (((5, 0, "\t__u64 more;\n"),), Breaks.COMPAT, "x86_64"),
            (((5, 1, "\t__u64 a;\n"),), Breaks.COMPAT, "x86_64"),
            (((6, 1, "\t__s64 b __attribute__((aligned(8)));\n"),), Breaks.HYGIENE, "under i386"),
            (((5, 1, ""),), Breaks.COMPAT, "x86_64"),
            (((6, 1, "\t__u64 b, c;\n"),), Breaks.COMPAT, "would change under"),
            (((6, 1, "\t__u64 c;\n"),), Breaks.COMPAT, "would change under"),
            (((5, 0, "#error\n"),), Breaks.COMPAT, "could not be checked any more"),
            (((4, 0, "\n"),), Breaks.COMPAT, "it would still be there"),
        ],
        ids=["shift", "wider", "i386", "gone", "grown", "renamed", "broken", "idle"],
    )
    def test_a_repair_that_does_harm(
        self,
        checkout: Make,
        invented: Invent,
        edits: tuple[tuple[int, int, str], ...],
        breaks: Breaks,
        why: str,
    ) -> None:
        """What moves, resizes or drops a member, or repairs nothing, is refused and said."""
        made = checkout(f"{HEAD}struct sample {{\n\t__u32 a;\n\t__u64 b;\n}};\n")
        book = invented(_edit(*edits, breaks=breaks))  # type: ignore[arg-type]
        planned = repair(request("invented", book=book))
        ((_, told),) = planned.refused
        assert why in told
        assert planned.changes == ()
        write(planned)
        assert "struct sample {\n\t__u32 a;\n\t__u64 b;\n" in made.header.read_text()

    def test_a_repair_for_i386_alone(self, checkout: Make, invented: Invent) -> None:
        """Where a pair disagrees, the 32-bit side may move: its programs are wrong today."""
        checkout(f"{HEAD}struct sample {{\n\t__u32 a;\n\t__u64 b;\n}};\n")
        line = "\t__s64 b __attribute__((aligned(8)));\n"
        book = invented(_edit((6, 1, line), breaks=Breaks.COMPAT))  # type: ignore[arg-type]
        planned = repair(request("invented", book=book))
        assert planned.refused == ()
        assert len(planned.repaired) == 1

    def test_one_bad_repair_spoils_no_other(self, checkout: Make, invented: Invent) -> None:
        """A refused repair is left out, and the others are made."""
        text = f"{HEAD}struct sample {{\n\t__u32 a;\n\t__u64 b;\n}};\n\n{_HOLES[len(HEAD) :]}"
        made = checkout(text)
        book = invented(_edit((5, 0, "\t__u64 x;\n")))  # type: ignore[arg-type]
        planned = repair(replace(request(book=book), only=("invented", "implicit-tail-pad")))
        assert len(planned.refused) == 1
        write(planned)
        assert "__u64 x" not in made.header.read_text()
        assert bool(planned.repaired) == ("reserved" in made.header.read_text())

    @pytest.mark.parametrize("state", [{"rev": "HEAD"}, {"staged": True}], ids=["rev", "staged"])
    def test_only_the_work_tree(self, checkout: Make, state: dict[str, object]) -> None:
        """A revision and what is staged are never repaired."""
        checkout(_HOLES)
        with pytest.raises(UsageError, match="only the work tree"):
            repair(replace(request(*_RULES), **state))

    def test_a_file_that_changed_meanwhile(self, checkout: Make) -> None:
        """A header edited since it was read is left as it is."""
        made = checkout(_HOLES)
        planned = repair(request(*_RULES))
        made.header.write_text("/* mine */\n")
        with pytest.raises(InputError, match="no longer what was checked"):
            write(planned)
        assert made.header.read_text() == "/* mine */\n"

    def test_links_are_not_followed(self, checkout: Make, tmp_path: Path) -> None:
        """A header that has become a link, or lies behind one, is not written through it."""
        made = checkout(_HOLES)
        planned = repair(request(*_RULES))
        elsewhere = tmp_path / "elsewhere.h"
        elsewhere.write_text(_HOLES)
        made.header.unlink()
        made.header.symlink_to(elsewhere)
        with pytest.raises(InputError, match="is not changed"):
            write(planned)
        assert elsewhere.read_text() == _HOLES

    def test_nothing_is_left_behind(self, checkout: Make) -> None:
        """Permissions stay, and beside the header lies nothing new."""
        made = checkout(_HOLES)
        made.header.chmod(0o640)
        before = sorted(made.header.parent.iterdir())
        write(repair(request(*_RULES)))
        assert sorted(made.header.parent.iterdir()) == before
        assert made.header.stat().st_mode & 0o777 == 0o640


class TestCommandLine:
    """What the options do."""

    def test_diff_changes_nothing(
        self, checkout: Make, capfdbinary: pytest.CaptureFixture[bytes]
    ) -> None:
        """--diff prints a patch that git takes; the code is that of the report."""
        made = checkout(_HOLES)
        code = main(["lint", "--diff", HEADER])
        printed = capfdbinary.readouterr().out
        assert code == 1
        assert made.git("status", "--porcelain") == ""
        made.git("apply", "--check", data=printed)

    def test_diff_from_a_folder_below(
        self,
        checkout: Make,
        monkeypatch: pytest.MonkeyPatch,
        capfdbinary: pytest.CaptureFixture[bytes],
    ) -> None:
        """Names in the patch count from the top of the repository, wherever one stands."""
        made = checkout(_HOLES)
        monkeypatch.chdir(made.header.parent)
        main(["lint", "--diff", "sample.h"])
        assert f"+++ b/{HEADER}\n".encode() in capfdbinary.readouterr().out

    def test_fix_reports_what_is_left(
        self, checkout: Make, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """--fix repairs, and the report and the code are those of the repaired header."""
        made = checkout(_HOLES)
        rules = [word for rule in _RULES for word in ("--rule", rule)]
        main(["lint", "--fix", *rules, HEADER])
        assert re.search(r"\d+ findings repaired in 1 file", capsys.readouterr().out)
        assert "reserved" in made.header.read_text()
        code = main(["lint", *rules, HEADER])
        assert "u64-compat-offset] struct sample_event" not in capsys.readouterr().out
        assert code in {0, 1}

    def test_diff_takes_standard_output(
        self, checkout: Make, capsys: pytest.CaptureFixture[str], tmp_path: Path
    ) -> None:
        """With --diff a report goes to a file or is refused."""
        checkout(_HOLES)
        assert main(["lint", "--diff", "--format", "json", HEADER]) == 2
        assert "--format json=FILE" in capsys.readouterr().err
        file = tmp_path / "report.json"
        assert main(["lint", "--diff", "--format", f"json={file}", HEADER]) == 1
        assert file.read_text().startswith("{")

    @pytest.mark.parametrize(
        "name", ["text", "terse", "json", "sarif", "github", "gitlab", "junit"]
    )
    def test_every_format_ends_alike(
        self, checkout: Make, capsys: pytest.CaptureFixture[str], name: str
    ) -> None:
        """The exit code is the same for every format."""
        checkout(_HOLES)
        assert main(["lint", "--format", name, HEADER]) == 1
        assert capsys.readouterr().out

    def test_a_lone_header(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A header of no tree and no repository is repaired too."""
        (tmp_path / "sample.h").write_text(_HOLES)
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
        main(["lint", "--fix", "--rule", "implicit-hole", "sample.h"])
        assert "reserved" in (tmp_path / "sample.h").read_text()
        subprocess.run(["git", "--version"], check=True, capture_output=True)
