# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tests the answer to a patch by what mail programs and git make of it."""

from __future__ import annotations

import mailbox
import subprocess
import unicodedata
from contextlib import closing
from email import message_from_string, policy
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from abicheck.errors import UsageError
from abicheck.model import Victim
from abicheck.report.review import mail
from tests.report.review import samples
from tests.report.review.hostile import CORPUS

if TYPE_CHECKING:
    from collections.abc import Callable
    from email.message import EmailMessage
    from pathlib import Path

    from syrupy.assertion import SnapshotAssertion

    from abicheck.model import Finding, ReviewReport

_HEADERS = {
    *("To", "Cc", "Subject", "In-Reply-To", "References"),
    *("Content-Type", "Content-Transfer-Encoding", "MIME-Version"),
}


def _read(text: str) -> EmailMessage:
    return message_from_string(text, policy=policy.default)


def _answering(*found: Finding) -> ReviewReport:
    series = samples.series()
    return replace(series, steps=(replace(series.steps[1], findings=found),))


def _single(report: ReviewReport) -> str:
    return mail.render(replace(report, steps=report.steps[:1]))


def test_an_answer(recorded: SnapshotAssertion) -> None:
    """Each finding stands under the quoted line that it is about, the others below the patch."""
    assert mail.render(samples.series()) == recorded


def test_it_goes_where_the_thread_is() -> None:
    """The author is answered, everybody else copied once, and the thread kept whole."""
    draft = _read(mail.render(samples.series()))
    assert draft["To"] == "A Developer <developer@example.org>"
    assert draft["Cc"] == (
        "kvm@example.org, Ren\u00e9 Reviewer <rene@example.org>, linux-kernel@example.org"
    )
    assert draft["Subject"] == "Re: [PATCH v3 2/2] KVM: give a system event more data"
    assert draft["In-Reply-To"] == "<20220422-2-developer@example.org>"
    assert draft["References"].split() == [
        f"<20220422-{number}-developer@example.org>" for number in range(3)
    ]


def test_a_line_that_is_gone() -> None:
    """What a change removes is answered under the line that removes it."""
    body = _read(mail.render(_answering(samples.gone()))).get_content()
    assert "> -\t\t\t__u64 flags;\n\nflags is gone." in body


def test_only_what_is_meant_is_quoted() -> None:
    """A hunk is quoted from a few lines above the first line meant to the last one."""
    added = "".join(f"+line {number}\n" for number in range(100))
    patch = f"diff --git a/x.h b/x.h\n--- a/x.h\n+++ b/x.h\n@@ -0,0 +1,100 @@\n{added}"
    series = samples.series()
    about = replace(samples.moved(), span=replace(samples.moved().span, path="x.h", line=50))
    step = replace(series.steps[1], letter=samples.letter(patch), findings=(about,))
    body = _read(mail.render(replace(series, steps=(step,)))).get_content()
    quoted = [line for line in body.splitlines() if line.startswith("> +")]
    assert quoted[-1] == "> +line 49"
    assert len(quoted) == 13
    assert "> [...]" in body


def test_an_answer_without_objections() -> None:
    """A series with nothing to say about is answered once, to say so."""
    series = samples.series()
    calm = replace(series.steps[1], findings=())
    draft = _read(mail.render(replace(series, steps=(calm, calm))))
    assert "No break found." in draft.get_content()


@pytest.mark.parametrize("victims", [(), (Victim.NEW_PROGRAM,)])
def test_what_breaks_nothing_is_not_said_to(victims: tuple[Victim, ...]) -> None:
    """Of a finding that hurts nobody today a letter does not say what it may break."""
    report = samples.series()
    found = replace(samples.undocumented(), victims=victims)
    step = replace(report.steps[0], findings=(found,), letter=samples.letter())
    assert "break" not in mail.render(replace(report, steps=(step,)))


def test_only_mail_is_answered() -> None:
    """Commits are no mail: asking for an answer to them is a mistake of the user's."""
    with pytest.raises(UsageError, match="mail"):
        mail.render(samples.clean())


def test_several_answers_are_a_mailbox(tmp_path: Path, program: Callable[[str], str]) -> None:
    """Answers to several patches are a mailbox that git and Python take apart alike."""
    series = samples.series()
    box = tmp_path / "answers.mbox"
    step = series.steps[1]
    box.write_text(mail.render(replace(series, steps=(step, step, step))), encoding="utf-8")
    with closing(mailbox.mbox(box)) as found:
        assert len(found) == 3
    command = [program("git"), "mailsplit", "--mboxrd", f"-o{tmp_path}", str(box)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "3"
    first = (tmp_path / "0002").read_text(encoding="utf-8").partition("\n")[2]
    assert first.rstrip("\n") == mail.render(replace(series, steps=(step,))).rstrip("\n")


class TestStrangers:
    """What a stranger wrote into the letter, the patch or the headers."""

    @pytest.mark.parametrize("hostile", CORPUS.values(), ids=CORPUS)
    def test_no_header_is_injected(self, hostile: str) -> None:
        """The draft has our headers and no others, each of one line, and no defects."""
        draft = _read(_single(samples.assault(hostile)))
        assert set(draft.keys()) <= _HEADERS
        assert len(draft.keys()) == len(set(draft.keys()))
        assert not draft.defects
        for name in ("To", "Cc", "Subject", "In-Reply-To", "References"):
            value = str(draft.get(name, ""))
            assert not [c for c in value if unicodedata.category(c) in ("Cc", "Zl", "Zp")]

    @pytest.mark.parametrize("hostile", CORPUS.values(), ids=CORPUS)
    def test_nobody_else_is_written_to(self, hostile: str) -> None:
        """A header that names somebody in disguise does not make us write to them."""
        draft = _read(_single(samples.assault(hostile)))
        people = [each for name in ("To", "Cc") for each in getattr(draft[name], "addresses", ())]
        assert not [each for each in people if each.domain == "evil.example"]

    @pytest.mark.parametrize("hostile", CORPUS.values(), ids=CORPUS)
    def test_one_answer_stays_one(self, hostile: str) -> None:
        """No text begins another message of the mailbox."""
        answers = mail.render(samples.assault(hostile))
        assert answers.count("\nFrom mboxrd@z") == 1

    @pytest.mark.parametrize("hostile", CORPUS.values(), ids=CORPUS)
    def test_the_body_is_text(self, hostile: str) -> None:
        """Lines fit into a mail, and hold no control character but tabs."""
        body = _single(samples.assault(hostile)).partition("\n\n")[2]
        assert max(len(line.encode()) for line in body.splitlines()) < 998
        assert not [c for c in body if unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t"]

    @pytest.mark.parametrize("hostile", CORPUS.values(), ids=CORPUS)
    def test_git_reads_what_python_reads(
        self, hostile: str, tmp_path: Path, program: Callable[[str], str]
    ) -> None:
        """git mailinfo finds the same subject in the draft as Python's email does."""
        text = _single(samples.assault(hostile))
        message, patch = tmp_path / "message", tmp_path / "patch"
        command = [program("git"), "mailinfo", "-k", str(message), str(patch)]
        done = subprocess.run(command, input=text.encode(), capture_output=True, check=True)
        (subject,) = [
            line.removeprefix("Subject: ")
            for line in done.stdout.decode().splitlines()
            if line.startswith("Subject: ")
        ]
        assert subject.split() == str(_read(text)["Subject"]).split()
