# SPDX-License-Identifier: GPL-2.0-or-later
"""This module reads patches as they are sent: one mail, a mailbox, or a bare patch."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from abicheck.errors import InputError
from abicheck.model import Letter

if TYPE_CHECKING:
    from email.message import EmailMessage

LARGEST = 64 << 20
"""Bytes of mail that are read; a whole release candidate has some 30 MiB."""
_MOST = 5000
"""Mails of one box."""

_LONGEST_HEAD = 96 << 10
"""Bytes of a mail's header; Python takes the square of the time for a long field."""

_ENVELOPE = re.compile(
    rb"^From [^\n]{0,200}?\d\d?:\d\d[^\n]{0,60}?\d{4}[^\n]{0,60}\n", re.MULTILINE
)
"""git mailsplit's own rule, near enough: a time and a year."""
_HEADER = re.compile(rb"(?:>?From |[A-Za-z][\w-]*:[ \t])[^\n]*\n")
_FIELD = re.compile(
    rb"^(?:From|Subject|Date|To|Cc|Message-ID|MIME-Version|Content-Type"
    rb"|Content-Transfer-Encoding|Received|Return-Path):",
    re.MULTILINE | re.IGNORECASE,
)
"""One of the fields that mail has (RFC 5322, 3.6); ``kvm: x`` may be the first line of a commit."""
_SHOWN = re.compile(
    r"commit [0-9a-f]{4,64}\b[^\n]*\n(?P<about>(?:[A-Z]\w+: [^\n]*\n)*)\n", re.ASCII
)
"""How ``git show`` begins; the message follows, indented."""
_SHOWN_AUTHOR = re.compile(r"^Author: +([^\n]+)", re.MULTILINE)
_PATCH = re.compile(rb"^(?:diff --git |Index: |--- [^\n]+\n\+\+\+ )", re.MULTILINE)
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)
_ODD = (ValueError, LookupError, IndexError, AttributeError, TypeError, RecursionError)
"""What Python's own parser of header fields raises over hostile ones."""
_REPLY = re.compile(r"(?:re|aw|sv|fwd?|antw)(?:\[\d+\])?:", re.IGNORECASE)
_SPECIAL = re.compile(r"[][\\()<>@,:;\".]")
_IDENTITY = re.compile(r"<([^<>\s]+)>")


class Mail(Struct, frozen=True, kw_only=True):
    """What came in one mail, or in a file that is no mail."""

    letter: Letter | None
    """None for a bare patch."""
    text: str
    """Everything above the patch."""
    patch: bytes
    """From the first changed file on; empty for a cover letter or an answer."""

    @property
    def is_reply(self) -> bool:
        """Whether it answers a patch; what it holds is talk about one."""
        return self.letter is not None and bool(_REPLY.match(self.letter.subject))


def read_mails(data: bytes) -> tuple[Mail, ...]:
    """The mails of a box in its order, a mail alone, or a bare patch as if it were one.

    Raises InputError for more than anybody sends.
    """
    if len(data) > LARGEST:
        raise InputError(f"more than {LARGEST >> 20} MiB of mail")
    if not _is_mail(data):
        return (_bare(data),)
    texts = _split(data)
    if len(texts) > _MOST:
        raise InputError(f"more than {_MOST} mails in one box")
    return tuple(_read(text) for text in texts)


def _is_mail(data: bytes) -> bool:
    """Whether a text begins with a mail's header; so may one whose first line is a subject."""
    if data.startswith((b"From ", b">From ")):
        return True
    return _HEADER.match(data) is not None and _FIELD.search(_head(data)) is not None


def _head(data: bytes) -> bytes:
    """Everything above the first empty line."""
    return re.split(rb"\r?\n\r?\n", data, maxsplit=1)[0]


def _split(data: bytes) -> list[bytes]:
    """The mails of a box, without the lines that separate them."""
    starts = [match.span() for match in _ENVELOPE.finditer(data) if _begins(data, match.start())]
    if not starts:
        return [data]
    ends = [*(start for start, _ in starts[1:]), len(data)]
    return [data[start:end] for (_, start), end in zip(starts, ends, strict=True)]


def _begins(data: bytes, at: int) -> bool:
    """Whether a mail may begin here: at the start, or after an empty line, before a header."""
    line_end = data.find(b"\n", at)
    before = data[max(0, at - 3) : at]
    after_blank = at == 0 or before.endswith((b"\n\n", b"\n\r\n"))
    return after_blank and _HEADER.match(data, line_end + 1) is not None


def _bare(data: bytes) -> Mail:
    found = _PATCH.search(data)
    if found is None:
        return Mail(letter=None, text=_decoded(data, "utf-8"), patch=b"")
    above = _message(_decoded(data[: found.start()], "utf-8"))
    return Mail(letter=None, text=above, patch=_with_plain_ends(data[found.start() :]))


def _message(text: str) -> str:
    """A commit's message as mail has it, where ``git show`` printed it; any other text as it is."""
    shown = _SHOWN.match(text)
    if shown is None:
        return text
    from textwrap import dedent

    author = _SHOWN_AUTHOR.search(shown["about"])
    message = dedent(text[shown.end() :]).strip("\n")
    return f"From: {author[1]}\n\n{message}\n" if author else f"{message}\n"


def _read(data: bytes) -> Mail:
    from email import message_from_bytes, policy

    if len(_head(data)) > _LONGEST_HEAD:
        raise InputError(f"a mail whose header has more than {_LONGEST_HEAD >> 10} KiB")
    try:
        message: EmailMessage = message_from_bytes(data, policy=policy.default)
        bodies = _bodies(message)
    except RecursionError:  # email's parser goes into each part by a call of its own
        raise InputError("a mail with parts in parts beyond all measure") from None
    text, patch = "", b""
    for body, charset in bodies:
        found = None if patch else _PATCH.search(body)
        if found is None:
            patch += body if patch else b""
            text += "" if patch else _decoded(body, charset)
        else:
            text += _decoded(body[: found.start()], charset)
            patch = body[found.start() :]
    return Mail(letter=_letter(message, text, patch), text=text, patch=patch)


def _bodies(message: EmailMessage) -> list[tuple[bytes, str]]:
    """(contents, charset) of each part that is text, attached patches included."""
    found = []
    for part in message.walk():
        if part.is_multipart() or not _is_text(part):
            continue
        payload = part.get_payload(decode=True)
        body = payload if isinstance(payload, bytes) else b""
        body = _QUOTED_FROM.sub(rb"\1", _with_plain_ends(body))
        found.append((body, str(part.get_content_charset() or "utf-8")))
    return found


def _is_text(part: EmailMessage) -> bool:
    kind = part.get_content_type()
    name = str(part.get_filename() or "")
    is_patch = name.endswith((".patch", ".diff")) or kind in {"text/x-patch", "text/x-diff"}
    return is_patch or kind == "text/plain"


def _with_plain_ends(body: bytes) -> bytes:
    """A text whose every line ends with CR LF, as mail has it, with LF instead.

    A patch to a file with such ends keeps them: its own header lines end with LF.
    """
    found = _PATCH.search(body)
    at = 0 if found is None else found.start()
    return body.replace(b"\r\n", b"\n") if body[at : body.find(b"\n", at)].endswith(b"\r") else body


def _decoded(body: bytes, charset: str) -> str:
    try:
        return body.decode(charset, "replace")
    except (LookupError, ValueError):  # unknown, or refuses: idna, undefined, a name with a NUL
        return body.decode("utf-8", "replace")


def _letter(message: EmailMessage, text: str, patch: bytes) -> Letter:
    return Letter(
        message_id=next(iter(_identities(message, "Message-ID")), ""),
        references=tuple(
            dict.fromkeys(_identities(message, "References") + _identities(message, "In-Reply-To"))
        ),
        author=_field(message, "From"),
        to=_addresses(message, "To"),
        cc=_addresses(message, "Cc"),
        subject=_field(message, "Subject"),
        date=_field(message, "Date"),
        text=text + patch.decode("utf-8", "replace"),
    )


def _field(message: EmailMessage, name: str) -> str:
    """A header in one line; empty where there is none, or nobody can read it."""
    try:
        return " ".join(str(message.get(name, "")).split())
    except _ODD:
        return ""


def _addresses(message: EmailMessage, name: str) -> tuple[str, ...]:
    """The addresses of a field, names decoded; what is no address is left out."""
    from email.utils import getaddresses

    found = getaddresses([_field(message, name)])
    return tuple(_spelled(*pair) for pair in found if "@" in pair[1] and pair[1].isascii())


def _spelled(name: str, address: str) -> str:
    from email.utils import quote

    if not name:
        return address
    shown = f'"{quote(name)}"' if _SPECIAL.search(name) else name
    return f"{shown} <{address}>"


def _identities(message: EmailMessage, name: str) -> list[str]:
    return _IDENTITY.findall(_field(message, name))
