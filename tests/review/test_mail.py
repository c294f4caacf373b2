# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds the reading of mail to ``git mailinfo`` and ``git mailsplit``."""

from __future__ import annotations

import base64
import json
import quopri
import re
import subprocess
from contextlib import suppress
from email import message_from_string, policy
from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest

from abicheck.errors import InputError, UsageError
from abicheck.review.trailers import origin
from abicheck.vcs.mail import LARGEST, read_mails
from abicheck.vcs.series import author_of, choose_series, message_of, read_label
from tests.review.conftest import KVM
from tests.review.test_review import ANCHOR, HOLE

if TYPE_CHECKING:
    from pathlib import Path

    from abicheck.vcs.mail import Mail
    from tests.review.conftest import Kernel
    from tests.review.test_review import Run

PATCH = b"""\
diff --git a/include/uapi/linux/x.h b/include/uapi/linux/x.h
index 1111111..2222222 100644
--- a/include/uapi/linux/x.h
+++ b/include/uapi/linux/x.h
@@ -1,2 +1,3 @@
 #define X_A 1
+#define X_B 2 /* \xc3\xa4 */
 #define X_Z 9
--\x20
2.39.5
"""


def mail(
    subject: str,
    body: bytes = b"Why.\n\nSigned-off-by: A Developer <a@example.org>\n---\n x.h | 1 +\n\n"
    + PATCH,
    *headers: str,
    key: str = "",
) -> bytes:
    """A mail with its envelope line."""
    head = [
        "From 0123456789abcdef0123456789abcdef01234567 Mon Sep 17 00:00:00 2001",
        "From: A Developer <a@example.org>",
        f"Message-ID: <{key or abs(hash((subject, body)))}@example.org>",
        f"Subject: {subject}",
        "Date: Fri, 22 Apr 2022 12:00:00 +0000",
        *(
            headers
            or ("Content-Type: text/plain; charset=UTF-8", "Content-Transfer-Encoding: 8bit")
        ),
    ]
    return "\n".join(head).encode() + b"\n\n" + body + b"\n"


def as_git_reads(text: bytes, where: Path) -> tuple[str, str, bytes]:
    """(subject, message, patch) as ``git mailinfo`` has them."""
    done = subprocess.run(
        ["git", "mailinfo", "-u", "msg", "patch"],
        input=text,
        cwd=where,
        check=True,
        capture_output=True,
    )
    subject = re.search(rb"^Subject: (.*)$", done.stdout, re.MULTILINE)
    assert subject
    patch = (where / "patch").read_bytes()
    found = patch.find(b"diff --git")
    return subject[1].decode(), (where / "msg").read_text(), patch[found:]


def agree(text: bytes, where: Path) -> Mail:
    """The one mail, read as git reads it: subject, message and patch."""
    (ours,) = read_mails(text)
    subject, message, patch = as_git_reads(text, where)
    assert ours.letter is not None
    label = read_label(ours.letter.subject)
    assert label.title == subject
    assert ours.patch.rstrip() == patch.rstrip()
    said = message_of(label, ours).partition("\n")[2].strip()
    assert said == message.strip()
    return ours


@pytest.mark.parametrize("numbered", ["--numbered", "--no-numbered"])
@pytest.mark.parametrize("shape", ["--no-attach", "--attach", "--inline"])
def test_what_format_patch_writes(
    kernel: Kernel, tmp_path: Path, numbered: str, shape: str
) -> None:
    """Every form that ``git format-patch`` has is read as ``git mailinfo`` reads it."""
    for path in kernel.series(tmp_path / "out", "mainline~3..mainline", numbered, shape):
        agree(path.read_bytes(), tmp_path)


@pytest.mark.parametrize("encoding", ["base64", "quoted-printable"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_transfer_encodings(tmp_path: Path, encoding: str, end: bytes) -> None:
    """A body in base64 or quoted-printable, with line ends of mail or of files, is decoded."""
    body = b"Wh\xc3\xbf.\n---\n\n" + PATCH
    body = body.replace(b"\n", end)
    coded = base64.encodebytes(body) if encoding == "base64" else quopri.encodestring(body)
    headers = ("Content-Type: text/plain; charset=UTF-8", f"Content-Transfer-Encoding: {encoding}")
    (ours,) = read_mails(mail("[PATCH] x: add B", coded, *headers))
    assert ours.patch.rstrip() == PATCH.rstrip()
    assert ours.text.startswith("Whÿ.")


def test_charsets(tmp_path: Path) -> None:
    """The message is decoded by its charset; the patch keeps its bytes."""
    body = "Größe\n---\n\n".encode("latin-1") + PATCH
    headers = ("Content-Type: text/plain; charset=iso-8859-1", "Content-Transfer-Encoding: 8bit")
    ours = agree(mail("[PATCH] =?iso-8859-1?Q?x:_gr=F6=DFer?=", body, *headers), tmp_path)
    assert ours.text.startswith("Größe")
    assert ours.letter is not None
    assert ours.letter.subject == "[PATCH] x: größer"


def test_a_charset_nobody_knows() -> None:
    """A charset that does not exist is no reason to give up."""
    (ours,) = read_mails(mail("[PATCH] x", PATCH, "Content-Type: text/plain; charset=klingon"))
    assert ours.patch.startswith(b"diff --git")


def test_crlf(tmp_path: Path) -> None:
    """A mail saved with CR LF is read as one with LF."""
    text = mail("[PATCH] x: add B")
    assert read_mails(text.replace(b"\n", b"\r\n"))[0].patch == read_mails(text)[0].patch
    agree(text, tmp_path)


def test_boxes_are_split_as_git_splits_them(kernel: Kernel, tmp_path: Path) -> None:
    """Lines that begin with ``From`` and are no envelope split nothing."""
    body = b"Text.\n\nFrom here on it is prose.\n>From 1 quoted\n---\n\n" + PATCH
    box = mail("[PATCH 1/2] x: one", body) + mail("[PATCH 2/2] x: two")
    parts = tmp_path / "parts"
    parts.mkdir()
    subprocess.run(["git", "mailsplit", f"-o{parts}"], input=box, check=True, capture_output=True)
    assert len(read_mails(box)) == len(list(parts.iterdir())) == 2
    assert "From here on it is prose." in read_mails(box)[0].text


def test_prose_that_looks_like_an_envelope() -> None:
    """A line with a date inside a paragraph, or without a header behind it, splits nothing."""
    for prose in (
        b"We had it\nFrom a Mon Sep 17 00:00:00 2001\nX: y\n",
        b"\nFrom a 1:00 2001\nx\n",
    ):
        (ours,) = read_mails(mail("[PATCH] x", prose + b"---\n\n" + PATCH))
        assert ours.patch.startswith(b"diff --git")


def test_mboxrd() -> None:
    """A ``>From`` that mboxrd made of a ``From`` is one again; one more ``>`` stays."""
    text = read_mails(mail("[PATCH] x", b">From the start\n>>From a quote\n---\n\n" + PATCH))[
        0
    ].text
    assert text.startswith("From the start\n>From a quote\n")


def test_bytes_of_a_patch_stay() -> None:
    """A patch in no charset at all arrives byte by byte."""
    odd = PATCH.replace(b"\xc3\xa4", b"\xff\xfe")
    (ours,) = read_mails(mail("[PATCH] x", odd))
    assert b"\xff\xfe" in ours.patch


@pytest.mark.parametrize(
    ("subject", "version", "part", "total", "title"),
    [
        ("[PATCH] kvm: x", 1, 1, 1, "kvm: x"),
        ("[PATCH v3 2/5] kvm: x", 3, 2, 5, "kvm: x"),
        ("[PATCH 02/17 v4] kvm: x [y]", 4, 2, 17, "kvm: x [y]"),
        ("[RFC PATCHv2 0/3] kvm", 2, 0, 3, "kvm"),
        ("[kvm-unit-tests PATCH V9 1/1] x", 9, 1, 1, "x"),
        ("[PATCH v5.18 1/2] x", 1, 1, 2, "x"),
        ("[PATCH 5.15 3/4] x: v2 of it", 1, 3, 4, "x: v2 of it"),
        ("[PATCH][v2] x", 2, 1, 1, "x"),
    ],
)
def test_brackets_of_subjects(
    subject: str, version: int, part: int, total: int, title: str
) -> None:
    """Version and place are told from kernel versions and from words of the title."""
    label = read_label(subject)
    assert (label.version, label.part, label.total, label.title) == (version, part, total, title)


def titles(box: bytes, version: int | None = None) -> list[str]:
    """The titles of the patches chosen, in order."""
    return [label.title for label, _ in choose_series(read_mails(box), version).patches]


def test_parts_come_in_any_order() -> None:
    """The numbers decide, not the order of arrival; 10 comes after 9."""
    numbers = [3, 10, 1, 2, 9, 4, 8, 5, 7, 6]
    box = b"".join(mail(f"[PATCH v2 {n:02}/10] x: {n}") for n in numbers)
    assert titles(box) == [f"x: {n}" for n in range(1, 11)]


def test_the_latest_complete_version_counts() -> None:
    """Of v1, v2 and half of v3, v2 is reviewed; v3 if it is asked for, and what lacks is said."""
    box = b"".join(
        mail(f"[PATCH {version} {n}/2] x: {n} of {version}")
        for version, n in (("v3", 2), ("v2", 2), ("v1", 1), ("v2", 1), ("v1", 2))
    )
    assert titles(box) == ["x: 1 of v2", "x: 2 of v2"]
    assert titles(box, 3) == ["x: 2 of v3"]
    series = choose_series(read_mails(box), 3)
    assert "of 2 patches there is no number 1" in series.notes
    with pytest.raises(UsageError, match=r"no v4 in it; there is v1, v2, v3"):
        titles(box, 4)


def test_copies_of_a_mail_count_once() -> None:
    """A list and a Cc deliver the same mail twice."""
    one, two = mail("[PATCH 1/2] x: 1"), mail("[PATCH 2/2] x: 2")
    series = choose_series(read_mails(one + two + one + two), None)
    assert [label.part for label, _ in series.patches] == [1, 2]
    assert series.notes == ()


def test_answers_are_no_patches() -> None:
    """A reply with the patch quoted, or with a patch of its own, is talk about the series."""
    quoted = b"".join(b"> " + line for line in PATCH.splitlines(keepends=True))
    box = (
        mail("[PATCH 1/1] x: one")
        + mail("Re: [PATCH 1/1] x: one", b"On Friday you wrote:\n" + quoted + b"\nLooks good.\n")
        + mail("RE: [PATCH 1/1] x: one", b"I would rather:\n\n" + PATCH)
    )
    assert titles(box) == ["x: one"]


def test_nothing_but_talk() -> None:
    """A thread without a patch is said to hold none."""
    with pytest.raises(InputError, match="no patch in it"):
        titles(mail("Re: [PATCH] x", b"Looks good.\n"))


def test_the_base_commit(kernel: Kernel, tmp_path: Path) -> None:
    """``base-commit`` is found in the cover letter, or below a patch alone."""
    base = kernel.git("rev-parse", "mainline~2").strip()
    span = "mainline~2..mainline"
    covered = kernel.series(tmp_path / "a", span, f"--base={base}", "--cover-letter")
    alone = kernel.series(tmp_path / "b", "mainline~2..mainline~1", f"--base={base}")
    for paths in (covered, alone):
        box = b"".join(path.read_bytes() for path in paths)
        assert choose_series(read_mails(box), None).base == base


def test_who_wrote_it() -> None:
    """A ``From:`` on top of the text outranks the sender, and is no part of the message."""
    body = b"From: B Author <b@example.org>\n\nWhy.\n---\n\n" + PATCH
    (ours,) = read_mails(mail("[PATCH] x: one", body))
    assert author_of(ours) == "B Author <b@example.org>"
    assert ours.letter is not None
    assert message_of(read_label(ours.letter.subject), ours) == "x: one\n\nWhy."


def test_an_attached_patch() -> None:
    """A patch in an attachment counts; an image beside it does not."""
    message = EmailMessage()
    message["From"] = "A Developer <a@example.org>"
    message["Subject"] = "[PATCH] x: one"
    message.set_content("Why.\n")
    message.add_attachment(b"\x89PNG", "image", "png", filename="x.png")
    message.add_attachment(PATCH, "text", "x-patch", filename="0001-x.patch")
    (ours,) = read_mails(bytes(message))
    assert ours.patch.startswith(b"diff --git a/include/uapi/linux/x.h")
    assert ours.text.startswith("Why.")


def test_a_bare_patch() -> None:
    """What ``git diff`` or ``git show`` prints is a patch without a letter."""
    (ours,) = read_mails(b"commit 1234\nAuthor: A\n\n    x: one\n\n" + PATCH)
    assert ours.letter is None
    assert ours.patch == PATCH


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\n",
        b"From ",
        b"Subject: =?utf-8?b?!!!?=\n\n",
        b"From: <<>>,,;:\nTo: \x00\xff\nSubject: [PATCH 99999/0] x\n\n" + PATCH,
        b"Content-Type: multipart/mixed; boundary=x\nSubject: x\n\n--x\n--x\n--x--\n",
        b"Content-Transfer-Encoding: base64\nSubject: x\n\n===\n",
        b"Message-ID: " + b"<" * 5000 + b"\nSubject: [PATCH v" + b"9" * 5000 + b"] x\n\n" + PATCH,
    ],
)
def test_odd_mail_is_read_or_refused(text: bytes) -> None:
    """No mail, however broken, raises anything but our own errors."""
    with suppress(InputError, UsageError):
        choose_series(read_mails(text), None)


def test_addresses_are_decoded_and_quoted() -> None:
    """Names are decoded, quoted where mail wants it, and what is no address is left out."""
    headers = (
        'To: =?utf-8?q?J=C3=BCrgen?= <j@example.org>, "Doe, J." <d@example.org>',
        "Cc: nobody, list@example.org",
        "Content-Type: text/plain",
    )
    (ours,) = read_mails(mail("[PATCH] x", PATCH, *headers))
    assert ours.letter is not None
    assert ours.letter.to == ("Jürgen <j@example.org>", '"Doe, J." <d@example.org>')
    assert ours.letter.cc == ("list@example.org",)


@pytest.mark.parametrize(
    "text",
    [
        b"From " + b"1:11 " * 200_000 + b"\nX: y\n",
        b"Subject: " + b"[PATCH " * 100_000 + b"\n\n",
        b"Subject: x\n\n" + b"From: \n" * 100_000,
        b"\n" * 300_000 + b"--- a\n",
    ],
)
def test_hostile_mail_takes_no_time(text: bytes) -> None:
    """What is long and almost matches is read as fast as anything else: the test would hang."""
    with suppress(InputError):
        choose_series(read_mails(text), None)
    assert origin(text.decode()).upstream is None


def test_too_many_patches() -> None:
    """A series of more patches than anybody sends is refused."""
    box = b"".join(mail(f"[PATCH {n}/1001] x: {n}") for n in range(1, 1002))
    with pytest.raises(InputError, match="1001 patches"):
        choose_series(read_mails(box), None)


def test_too_much_mail() -> None:
    """More than anybody sends is refused at once."""
    with pytest.raises(InputError, match="64 MiB"):
        read_mails(bytes(LARGEST + 1))


def hostile(fields: str) -> bytes:
    """A mail with further header fields, each with its line end."""
    return f"From: A <a@b.c>\nSubject: [PATCH] x\n{fields}\nWhy.\n---\n".encode() + PATCH


@pytest.mark.parametrize("charset", ["idna", "undefined", "\0", "zip", "a" * 10000])
def test_a_charset_that_refuses_its_text_is_read_as_utf_8(charset: str) -> None:
    """Python has codecs that raise whatever they are asked to do with what they cannot read."""
    (found,) = read_mails(hostile(f"Content-Type: text/plain; charset={charset}\n"))
    assert found.patch.startswith(b"diff --git")


def test_addresses_in_comments_without_end_are_left_out() -> None:
    """Python's parser of addresses goes into each bracket by a call of its own."""
    (found,) = read_mails(hostile(f"Cc: {'(' * 40000}\n"))
    assert found.letter is not None
    assert (found.letter.author, found.letter.cc) == ("A <a@b.c>", ())


def test_parts_in_parts_without_end_are_refused() -> None:
    """A mail that is deeper than Python can follow is refused in one line."""
    parts = (f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(3000))
    with pytest.raises(InputError, match="parts in parts"):
        read_mails(hostile("MIME-Version: 1.0\n" + "".join(parts)))


@pytest.mark.parametrize(
    ("above", "title", "author"),
    [
        (b"", "", ""),
        (b"kvm: one\n\nWhy.\n\n", "kvm: one", ""),
        (b"kvm: one\nnet: two\n\n", "kvm: one", ""),
        (b"From: A <a@b.c>\n\nkvm: one\n\n", "", "A <a@b.c>"),
        (
            b"commit 1234567\nAuthor: A <a@b.c>\nDate:   now\n\n    kvm: one\n\n    Why.\n\n",
            "kvm: one",
            "A <a@b.c>",
        ),
    ],
)
def test_what_stands_above_a_bare_patch(above: bytes, title: str, author: str) -> None:
    """A message above a patch is no mail, however its first line looks, and is read as one."""
    (ours,) = read_mails(above + PATCH)
    assert (ours.letter is None) == (not above.startswith(b"From:"))
    series = choose_series([ours], None)
    ((label, same),) = series.patches
    assert (label.title, author_of(same)) == (title, author)


def test_a_patch_by_no_mail_is_answered(kernel: Kernel, run: Run, tmp_path: Path) -> None:
    """A draft for a patch that nobody sent has its title, and no date, thread or stranger."""
    kernel.branch("topic", "mainline")
    kernel.replace(KVM, ANCHOR, HOLE + ANCHOR)
    kernel.commit("kvm: probe")
    shown = kernel.git("show", "--format=medium")
    bare = shown[shown.index("diff --git") :]
    kernel.git("checkout", "--quiet", "mainline")
    for text, subject in ((shown, "Re: kvm: probe"), (bare, "Re: your patch")):
        (tmp_path / "x.diff").write_text(text)
        done = run("review", str(tmp_path / "x.diff"), "--format", "mail")
        draft = message_from_string(done.out, policy=policy.default)
        assert draft["Subject"] == subject
        assert not draft["In-Reply-To"]
        assert "On , " not in done.out
        assert "[u64-compat-offset]" in done.out
        report = json.loads(run("review", str(tmp_path / "x.diff"), "--format", "json").out)
        assert report["whole"]["letter"] is None
