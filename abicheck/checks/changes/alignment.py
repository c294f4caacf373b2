# SPDX-License-Identifier: GPL-2.0-or-later
"""This module finds records that keep their size and members and lose their alignment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.abis import get
from abicheck.checks.changes import measures
from abicheck.checks.changes.wording import held_by, listed
from abicheck.checks.facts import Hit, Role
from abicheck.diff.causes import is_inherited, moves
from abicheck.diff.members import scopes
from abicheck.model import Breaks, Severity, Victim

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abicheck.checks.changes.facts import Form, RecordChange
    from abicheck.diff.members import Matched
    from abicheck.model import Rule


def alignment(change: RecordChange, _rule: Rule) -> Iterator[Hit]:
    """Records of another alignment, where no member moves and the size stays."""
    if any(use.role is Role.KERNEL_ONLY for use in change.uses):
        return
    forms = [form for form in change.forms if _only_aligned(form)]
    if not forms:
        return
    main = max(forms, key=lambda form: len(form.abis))
    abis = tuple(abi for form in forms for abi in form.abis)
    common = any(get(abi).compat_of or get(abi).bits == 64 for abi in abis)
    yield Hit(
        span=change.new.across.groups[0].layout.record.span,
        older=change.old.across.groups[0].layout.record.span,
        subject=change.new.across.name,
        abis=abis,
        fields=(
            ("name", change.new.across.name),
            ("old", str(main.old.align)),
            ("new", str(main.new.align)),
            ("where", measures.where(change.forms, abis)),
            ("why", _why(main)),
        ),
        consequence="; ".join(held_by(change)),
        suggestion=_suggestion(change, main),
        severity=_severity(change, common=common),
        breaks=Breaks.BINARY if common else Breaks.PORTABILITY,
        kind="aligned",
        victims=(Victim.OLD_PROGRAM, Victim.NEW_PROGRAM),
        shifts=measures.shifts(change.forms, measures.size),
    )


def _severity(change: RecordChange, *, common: bool) -> Severity:
    """An error where the alignment moves what stands behind the record in others."""
    if not common:
        return Severity.NOTE
    return Severity.ERROR if change.displaces else Severity.WARNING


def _only_aligned(form: Form) -> bool:
    if form.old.align == form.new.align or form.old.size != form.new.size:
        return False
    return not moves(form.old, form.new) and not _is_inherited(form)


def _is_inherited(form: Form) -> bool:
    """Whether a record with a name of its own, held by value, brings the alignment."""
    both = [m for m in scopes(form.old, form.new)[0].members if m.old and m.new]
    return any(is_inherited(m) and m.old and m.new and m.old.align != m.new.align for m in both)


def _why(form: Form) -> str:
    """What sets the alignment now, or set it."""
    stricter = form.new if form.new.align > form.old.align else form.old
    own = scopes(form.old, form.new)[0].members
    sides = (m.new if stricter is form.new else m.old for m in own if not (m.old and m.new))
    strict = [slot.path for slot in sides if slot and slot.align == stricter.bit_align]
    if strict:
        return f"{listed(strict)} {'is new' if stricter is form.new else 'is gone'}"
    if form.old.record.packed != form.new.record.packed:
        return f"it is {'packed now' if form.new.record.packed else 'no longer packed'}"
    both = [m for m in own if m.old and m.new and m.old.align != m.new.align]
    # ABIs whose layouts are equal share one, with the alignments that the first gives to members.
    both = [m for m in both if _is_written_otherwise(m)] or both
    other = [m.path for m in both if stricter.bit_align in (m.sides[0].align, m.sides[1].align)]
    if other:
        return f"{listed(other)} {'has' if len(other) == 1 else 'have'} another alignment"
    before, after = form.old.record, form.new.record
    if before.aligned != after.aligned:
        return (
            f"its own attribute says aligned({after.aligned})"
            if after.aligned
            else (f"aligned({before.aligned}) is gone")
        )
    return "the type or an attribute of a member differs"


def _is_written_otherwise(item: Matched) -> bool:
    old, new = (side.placed.member for side in item.sides)
    return (old.type_text, old.aligned) != (new.type_text, new.aligned)


def _suggestion(change: RecordChange, form: Form) -> str:
    """What keeps the old alignment: without the attribute that changed it, or with one."""
    before, after = form.old.record, form.new.record
    if before.packed != after.packed:
        return "Leave packed out." if after.packed else "Leave packed there, as it was."
    if after.aligned and before.aligned != after.aligned:
        was = f"aligned({before.aligned}), as it was" if before.aligned else "aligned out"
        return f"Leave {was}."
    aligns = {each.old.align for each in change.forms}
    if form.old.align < form.new.align or len(aligns) > 1:
        return ""  # one number would part ABIs that had their own
    return f"}} __attribute__((aligned({form.old.align})));\t/* {change.new.across.name} */"
