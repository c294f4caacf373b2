# SPDX-License-Identifier: GPL-2.0-or-later
"""This module writes the header of an answer, from a letter that strangers wrote."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from abicheck.report.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from email.headerregistry import Address

    from abicheck.model import Letter

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,255}")
_IDENTITY = re.compile(r"(?:(?!=\?)[!-;=?-~]){1,250}")
"""Printable ASCII without blanks and angle brackets (RFC 5322, 3.6.4), and no encoded word."""
_REFERENCES = 20
"""References kept of a long thread: the first one and the last ones."""
_SUBJECT = 400


def headed(letter: Letter, body: str) -> str:
    """A draft that answers the letter: to its author, with everybody else in copy."""
    from email.message import EmailMessage
    from email.policy import EmailPolicy

    policy = EmailPolicy(max_line_length=998, cte_type="8bit", linesep="\n")
    message = EmailMessage(policy=policy)
    author = list(_addresses([letter.author]))[:1]
    others = [each for each in _addresses((*letter.to, *letter.cc)) if each not in author]
    for name, addresses in (("To", author), ("Cc", others)):
        if addresses:
            message[name] = addresses
    message["Subject"] = _subject(letter.subject)
    identities = [each for each in _references(letter) if _IDENTITY.fullmatch(each)]
    if _IDENTITY.fullmatch(letter.message_id):
        message["In-Reply-To"] = f"<{letter.message_id}>"
    if identities:
        message["References"] = " ".join(f"<{each}>" for each in identities)
    message.set_content(body, charset="utf-8", cte="8bit")
    return message.as_bytes().decode("utf-8", "replace")


def _references(letter: Letter) -> list[str]:
    thread = list(dict.fromkeys((*letter.references, letter.message_id)))
    return thread if len(thread) <= _REFERENCES else [thread[0], *thread[1 - _REFERENCES :]]


def _subject(subject: str) -> str:
    shown = _plain(" ".join(subject.split()))[:_SUBJECT] or "your patch"
    return shown if shown.lower().startswith("re:") else f"Re: {shown}"


def _plain(text: str) -> str:
    """The text without what a reader of headers would decode once more (RFC 2047)."""
    return printable(text).replace("=?", "= ?")


def _addresses(texts: Iterable[str]) -> Iterator[Address]:
    """The address in each text that is one, once; nobody else's is made of a malformed one."""
    from email.headerregistry import Address
    from email.utils import parseaddr

    seen = set()
    for text in texts:
        name, address = parseaddr(text if text.isprintable() else "")
        if _ADDRESS.fullmatch(address) and address.lower() not in seen:
            seen.add(address.lower())
            local, _, domain = address.partition("@")
            yield Address(display_name=_plain(name), username=local, domain=domain)
