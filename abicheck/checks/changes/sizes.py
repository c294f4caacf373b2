# SPDX-License-Identifier: GPL-2.0-or-later
"""This module finds records that take more or fewer bytes, and knows who is prepared for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.checks.changes import measures
from abicheck.checks.changes.growth import commands, keeps_all, ready, renumbered
from abicheck.checks.changes.moved import accounts_for_size
from abicheck.checks.changes.removed import is_of_types, is_only_shorter, of_other_types
from abicheck.checks.changes.wording import declaration, held_by, listed
from abicheck.checks.facts import Hit, Role
from abicheck.checks.words import short
from abicheck.diff.causes import is_inherited, moves
from abicheck.diff.members import scopes
from abicheck.model import Breaks, Severity, Victim
from abicheck.overlay.explain import explained

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from abicheck.checks.changes.facts import Form, RecordChange
    from abicheck.diff.members import Matched
    from abicheck.model import RecordLayout, Rule


_EVEN = (
    "Write __aligned_u64 instead of __u64, and reserved members instead of padding: then every ABI "
    "has the same."
)


def sizes(change: RecordChange, rule: Rule) -> Iterator[Hit]:
    """Records whose size differs through something in their own body."""
    told = explained(measures.of(change.forms))
    typed = of_other_types(change)
    forms = [
        form
        for form in change.forms
        if form.old.size != form.new.size
        and not told.sizes.issuperset(form.abis)
        and not accounts_for_size(form, told)
        and not is_only_shorter(form)
        and not is_of_types(form, typed)
    ]
    if not forms or any(use.role is Role.KERNEL_ONLY for use in change.uses):
        return
    if all(_is_inherited(form) or _is_open_end(form) for form in forms):
        return
    main = max(forms, key=lambda form: len(form.abis))
    grown = main.new.size > main.old.size
    kept = [form for form in forms if keeps_all(form)] or forms  # of the rest other rules speak
    why = ready(change, kept, rule) if grown else ""
    abis = tuple(abi for form in forms for abi in form.abis)
    after = renumbered(commands(change), finds=bool(why))
    shifts = measures.shifts(change.forms, measures.size)
    parted = _parted(change, forms, kept)
    victims = () if why else (Victim.OLD_PROGRAM, Victim.NEW_PROGRAM)
    yield Hit(
        span=change.new.across.groups[0].layout.record.span,
        older=change.old.across.groups[0].layout.record.span,
        subject=change.new.across.name,
        abis=parted if why and parted else abis,
        fields=(
            ("name", change.new.across.name),
            ("verb", "grows" if grown else "shrinks"),
            ("old", _bytes(form.old for form in forms)),
            ("new", _bytes(form.new for form in forms)),
            ("where", measures.where(change.forms, abis)),
            ("why", _why(main)),
        ),
        consequence="; ".join(filter(None, (why, *_parting(parted), *after, *held_by(change)))),
        suggestion=_EVEN if parted and grown else "" if why else _suggestion(change, main),
        severity=Severity.ERROR if parted else Severity.NOTE if why else measures.weight(abis)[0],
        breaks=Breaks.COMPAT if parted and why else Breaks.BINARY,
        kind="grew" if grown else "shrank",
        victims=(*victims, Victim.COMPAT) if parted else victims,
        shifts=shifts,
    )


def _parted(change: RecordChange, forms: Sequence[Form], kept: Sequence[Form]) -> tuple[str, ...]:
    """The 32-bit ABIs that no longer agree with a 64-bit kernel, where no member moves."""
    left = {form.abis for form in forms} - {form.abis for form in kept}
    steady = (form for form in change.forms if form.abis not in left)
    return measures.pairs(measures.shifts(steady, measures.size))[0]


def _bytes(found: Iterable[RecordLayout]) -> str:
    """``32 or 28``: the sizes that some layouts have."""
    return " or ".join(dict.fromkeys(str(layout.size) for layout in found))


def _parting(small: Sequence[str]) -> Iterator[str]:
    """What is said of 32-bit ABIs whose record no longer is that of their 64-bit kernel."""
    if small:
        theirs, kernel = ("their", "kernels") if len(small) > 1 else ("its", "kernel")
        yield f"{listed(small)} and {theirs} 64-bit {kernel} no longer agree about its size"


def _is_inherited(form: Form) -> bool:
    """Whether only records with names of their own, held by value, have other sizes."""
    own = scopes(form.old, form.new)[0]
    differs = [m for m in own.members if not m.old or not m.new or m.old.size != m.new.size]
    return bool(differs) and all(is_inherited(item) for item in differs)


def _is_open_end(form: Form) -> bool:
    """Whether an array of one element at the end became a flexible one: told by another rule."""
    last = form.old.members[-1:], form.new.members[-1:]
    counts = [placed.count for found in last for placed in found]
    return counts in ([1, 0], [0, 1]) and not moves(form.old, form.new)


def _why(form: Form) -> str:
    """Which members make the difference."""
    own = scopes(form.old, form.new)[0]
    came = _told(m for m in own.members if not m.old)
    went = _told(m for m in own.members if not m.new)
    sized = [m.path for m in own.members if m.old and m.new and m.old.size != m.new.size]
    parts = []
    if came:
        parts.append(f"{listed(came)} {'is' if len(came) == 1 else 'are'} new")
    if went:
        parts.append(f"{listed(went)} {'is' if len(went) == 1 else 'are'} gone")
    if sized:
        parts.append(f"{listed(sized)} {'has' if len(sized) == 1 else 'have'} another size")
    return "; ".join(parts) or "its padding differs"


def _told(members: Iterable[Matched]) -> list[str]:
    """Paths; unnamed bit-fields only where nothing else is to be told."""
    found = list(members)
    return [m.path for m in found if m.path] or ["an unnamed bit-field"] * bool(found)


def _suggestion(change: RecordChange, form: Form) -> str:
    """A record of its own for the new size."""
    numbers = commands(change)
    if not numbers or form.new.size < form.old.size:
        return ""
    own = scopes(form.old, form.new)[0]
    news = [m.new for m in own.members if m.old is None]
    if not news:
        return ""
    lines = "\n".join(f"\t{declaration(slot.placed.member)}" for slot in news if slot)
    name = short(change.new.across.name)
    return (
        f"struct {name}2 {{\n\tstruct {name} {name};\n{lines}\n}};"
        f"\t/* with an ioctl of its own beside {numbers[0]} */"
    )
