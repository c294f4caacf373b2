# SPDX-License-Identifier: GPL-2.0-or-later
"""This module puts the patches of a mailbox in order: one version of one series."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from abicheck.errors import InputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from abicheck.vcs.mail import Mail

_MOST = 1000
"""Patches of one series."""
_TAGS = re.compile(r"\s*((?:\[[^\]]*\]\s*)+)")
_PART = re.compile(r"\b(\d{1,4})\s*/\s*(\d{1,4})\b")
_VERSION = re.compile(r"(?:\b|PATCH)v\s?(\d{1,4})(?![\w.])", re.IGNORECASE)
_BASE = re.compile(r"^base-commit: ([0-9a-f]{7,64})\b", re.MULTILINE)
_CUT = re.compile(r"^---[ \t]*$.*", re.MULTILINE | re.DOTALL)
_AUTHOR = re.compile(r"\A\s*From: ([^\n]+)\n")


class Label(Struct, frozen=True):
    """What the brackets of a subject say."""

    title: str
    """The subject without them."""
    version: int
    part: int
    """0 for a cover letter, 1 for a patch alone."""
    total: int


class Series(Struct, frozen=True, kw_only=True):
    """The patches of one version, in order."""

    patches: tuple[tuple[Label, Mail], ...]
    cover: Mail | None
    base: str | None
    """The commit that the sender named; None where nobody did."""
    notes: tuple[str, ...]


def read_label(subject: str) -> Label:
    """What a subject such as ``[PATCH v3 2/5] kvm: x`` says."""
    found = _TAGS.match(subject)
    tags = found[1] if found else ""
    title = subject[found.end() :] if found else subject
    version = _VERSION.search(tags)
    part = _PART.search(tags)
    place = (int(part[1]), int(part[2])) if part else (1, 1)
    return Label(title.strip(), int(version[1]) if version else 1, *place)


def choose_series(mails: Iterable[Mail], version: int | None) -> Series:
    """The version asked for, else the latest that is complete, else the latest.

    Raises InputError where there is no patch, UsageError where the version is not there.
    """
    versions: dict[int, list[tuple[Label, Mail]]] = {}
    talk = 0
    for mail in mails:
        label = read_label(
            mail.letter.subject if mail.letter else _first_line(_AUTHOR.sub("", mail.text))
        )
        is_cover = label.part == 0 and not mail.patch
        if mail.is_reply or not (mail.patch or is_cover):
            talk += 1
            continue
        versions.setdefault(label.version, []).append((label, mail))
    versions = {v: found for v, found in versions.items() if any(mail.patch for _, mail in found)}
    if not versions:
        raise InputError("there is no patch in it")
    chosen = _chosen(versions, version)
    found, notes = _without_copies(versions[chosen])
    if len(versions) > 1:
        others = ", ".join(f"v{other}" for other in sorted(versions) if other != chosen)
        notes.append(f"v{chosen} is reviewed; {others} left aside")
    return _series(found, notes)


def _chosen(versions: dict[int, list[tuple[Label, Mail]]], asked: int | None) -> int:
    if asked is not None:
        if asked not in versions:
            there = ", ".join(f"v{version}" for version in sorted(versions))
            raise UsageError(f"there is no v{asked} in it; there is {there}")
        return asked
    complete = [version for version, found in versions.items() if not _missing(found)]
    return max(complete or versions)


def _missing(found: Sequence[tuple[Label, Mail]]) -> list[int]:
    """The parts that should be there and are not."""
    total = max(label.total for label, _ in found)
    there = {label.part for label, mail in found if mail.patch}
    return [part for part in range(1, total + 1) if part not in there]


def _without_copies(
    found: Iterable[tuple[Label, Mail]],
) -> tuple[list[tuple[Label, Mail]], list[str]]:
    """Each mail once, as lists deliver copies; of two patches for one place, the later."""
    kept: dict[object, tuple[Label, Mail]] = {}
    notes: dict[str, None] = {}
    for label, mail in found:
        key: object = (label.part, label.total) if label.total > 1 else (mail.patch, label.title)
        before = kept.get(key)
        if before is not None and before[1].patch != mail.patch:
            notes[f"patch {label.part}/{label.total} is there twice: the later one counts"] = None
        kept[key] = (label, mail)
    return list(kept.values()), list(notes)


def _series(found: Sequence[tuple[Label, Mail]], notes: list[str]) -> Series:
    patches = tuple(sorted((p for p in found if p[1].patch), key=lambda pair: pair[0].part))
    if missing := _missing(found):
        parts = ", ".join(map(str, missing))
        notes.append(f"of {found[0][0].total} patches there is no number {parts}")
    if len(patches) > _MOST:
        raise InputError(f"{len(patches)} patches are more than a series has ({_MOST})")
    cover = next((mail for label, mail in found if not label.part and not mail.patch), None)
    bases = (base_commit(mail) for mail in (cover, *(mail for _, mail in patches)) if mail)
    return Series(
        patches=patches,
        cover=cover,
        base=next((base for base in bases if base is not None), None),
        notes=tuple(notes),
    )


def base_commit(mail: Mail) -> str | None:
    """The commit that a mail says it applies to: ``git format-patch --base`` writes it."""
    tail = mail.patch[-4096:].decode("utf-8", "replace")
    found = _BASE.search(mail.text) or _BASE.search(tail)
    return None if found is None else found[1]


def message_of(label: Label, mail: Mail) -> str:
    """What the commit would say: subject first, without what stands below ``---``."""
    body = _CUT.sub("", _AUTHOR.sub("", mail.text)).strip()
    if mail.letter is None:
        return body or label.title
    return f"{label.title}\n\n{body}" if body else label.title


def author_of(mail: Mail) -> str:
    """Who wrote the patch: a ``From:`` on top of the text outranks the mail's own."""
    inside = _AUTHOR.match(mail.text)
    if inside:
        return inside[1].strip()
    return mail.letter.author if mail.letter else ""


def _first_line(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if line.strip()), "")
