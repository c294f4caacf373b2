# SPDX-License-Identifier: GPL-2.0-or-later
"""This module finds records that have another name, where nothing keeps the old one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from abicheck.checks.changes import measures
from abicheck.checks.facts import Hit, Role
from abicheck.model import Victim

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abicheck.checks.changes.facts import RecordChange
    from abicheck.model import Rule


def records(change: RecordChange, _rule: Rule) -> Iterator[Hit]:
    """A record that is known by its shape alone, under the name that it has now."""
    old, new = change.old.across.name, change.new.across.name
    if old == new or any(use.role is Role.KERNEL_ONLY for use in change.uses):
        return
    tag = old.rpartition(" ")[2]
    if _is_kept(tag, change):
        return
    yield Hit(
        span=change.new.across.groups[0].layout.record.span,
        older=change.old.across.groups[0].layout.record.span,
        subject=new,
        abis=tuple(abi for form in change.forms for abi in form.abis),
        fields=(("old", old), ("new", new)),
        suggestion=f"#define {tag} {new.rpartition(' ')[2]}",
        kind="renamed",
        victims=(Victim.SOURCE,),
        shifts=measures.shifts(change.forms, measures.size),
    )


def _is_kept(tag: str, change: RecordChange) -> bool:
    """Whether the header makes a macro, a typedef or another record of the old name."""
    header = change.new.header
    typedef = re.compile(rb"\btypedef\b[^;]*\b%b[ \t\n]*;" % re.escape(tag.encode()))
    return tag in header.text.by_name or typedef.search(header.content) is not None
