# SPDX-License-Identifier: GPL-2.0-or-later
"""This module finds members that are gone, renamed, or of another type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from abicheck.checks.changes import measures
from abicheck.checks.changes.growth import commands, renumbered
from abicheck.checks.changes.moved import accounts_for_size, is_own, lost
from abicheck.checks.changes.retyping import Retyping, retyping
from abicheck.checks.changes.wording import declaration, held_by, listed
from abicheck.checks.facts import Hit, Role
from abicheck.checks.leaves import leaves
from abicheck.checks.words import amount, short, spelled
from abicheck.diff.causes import Why, moves
from abicheck.diff.members import scopes
from abicheck.model import Breaks, Severity, Shift, Victim, is_reserved
from abicheck.overlay.explain import explained

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from abicheck.checks.changes.facts import Form, RecordChange
    from abicheck.diff.members import Matched, Scope, Slot
    from abicheck.model import RecordLayout, Rule, Side


class _Found(Struct):
    """A member that some ABIs no longer have, or have as another type."""

    scope: Scope
    item: Matched
    kind: str
    abis: tuple[str, ...]
    retyped: Retyping | None = None
    also: tuple[str, ...] = ()
    """The paths of others of which the same is to be said."""


def members(change: RecordChange, _rule: Rule) -> Iterator[Hit]:
    """Members that programs used and that are gone, renamed or of another type."""
    if any(use.role is Role.KERNEL_ONLY for use in change.uses):
        return
    found: dict[tuple[str, str, str], _Found] = {}
    told = frozenset(_told_with_moves(change))
    typed = of_other_types(change)
    for form in change.forms:
        for one in _together(_in_form(change, form, told, typed)):
            key = (one.item.path, one.kind, one.retyped.what if one.retyped else "")
            known = found.setdefault(key, one)
            if known is not one:
                known.abis += one.abis
                if one.retyped is not None and one.retyped.resized:
                    known.scope, known.item, known.retyped = one.scope, one.item, one.retyped
    hit = {"removed": _gone, "renamed": _renamed, "retyped": _retyped}
    for one in found.values():
        yield hit[one.kind](change, one)


def _together(found: Iterable[_Found]) -> Iterator[_Found]:
    """Neighbours of another width as one: they are converted together."""
    last: _Found | None = None
    for one in found:
        if last is not None and _is_continued(last, one):
            last.also += (one.item.path,)
        else:
            yield one
            last = one if one.retyped is not None and one.retyped.resized else None


def _is_continued(last: _Found, one: _Found) -> bool:
    """Whether nothing that was kept as it is stands between two members of another width."""
    if one.retyped is None or not one.retyped.resized or one.scope is not last.scope:
        return False
    kept = [item.path for item in one.scope.members if item.old and item.new]
    return kept.index(one.item.path) == kept.index(last.item.path) + len(last.also) + 1


def of_other_types(change: RecordChange) -> frozenset[str]:
    """The members whose type is told: it is another one under an ABI where it is as wide.

    What the same type does to the record's size under the others follows from that.
    """
    found: set[str] = set()
    for form in change.forms if len(change.forms) > 1 else ():
        for item in scopes(form.old, form.new)[0].members:
            if item.old and item.new and item.old.name and not is_reserved(item.old.name):
                was, now = item.sides
                other = retyping(was.placed, now.placed, change.old.header, change.new.header)
                if other is not None and not other.resized and was.size == now.size:
                    found.add(item.path)
    return frozenset(found)


def is_of_types(form: Form, typed: frozenset[str]) -> bool:
    """Whether a record has another size for members alone of whose type is told."""
    own = scopes(form.old, form.new)[0]
    differs = [m for m in own.members if not m.old or not m.new or m.old.size != m.new.size]
    return bool(differs) and all(m.old and m.new and m.path in typed for m in differs)


def is_only_shorter(form: Form) -> bool:
    """Whether a record is shorter for members that are gone, which is told of them."""
    own = scopes(form.old, form.new)[0]
    went = [item for item in own.members if _is_gone(item)]
    others = (item for item in own.members if item.old and item.new)
    same = all(item.old.size == item.new.size for item in others if item.old and item.new)
    return form.new.size < form.old.size and bool(went) and same


def _told_with_moves(change: RecordChange) -> Iterator[str]:
    """The members of whose loss another rule tells, for what it moves on every ABI."""
    explanation = explained(measures.of(change.forms))
    counts: dict[str, int] = {}
    for form in change.forms:
        for move in moves(form.old, form.new):
            for path in lost(move) if is_own(form, move, explanation) else ():
                counts[path] = counts.get(path, 0) + 1
    return (path for path, count in counts.items() if count == len(change.forms))


def _in_form(
    change: RecordChange, form: Form, told: frozenset[str], typed: frozenset[str]
) -> Iterator[_Found]:
    for scope in scopes(form.old, form.new):
        went = [item for item in scope.members if _is_gone(item) and not _is_in(item, told, scope)]
        for item in went:
            if item is went[0] or _heirs(scope, item):
                yield _Found(scope, item, "removed", form.abis)
        kept = (m for m in scope.members if m.old and m.new and m.old.name and m not in went)
        noted = False
        for item in kept:
            old, new = item.sides
            if is_reserved(old.name):
                continue
            if item.renamed:
                yield _Found(scope, item, "renamed", form.abis)
            other = retyping(old.placed, new.placed, change.old.header, change.new.header)
            if other is None or (
                other.resized and item.path not in typed and _is_told(form, scope, item)
            ):
                continue
            # One note stands for all: whole records get their byte order annotated at once.
            if other.severity is not Severity.NOTE or not noted:
                yield _Found(scope, item, "retyped", form.abis, other)
            noted = noted or other.severity is Severity.NOTE


def _is_in(item: Matched, told: frozenset[str], scope: Scope) -> bool:
    """Whether the loss of a member is told, and its bytes are nobody's now."""
    return item.path in told and not _heirs(scope, item)


def _is_gone(item: Matched) -> bool:
    """Whether programs know a name that nothing has any more."""
    if item.old is None or not item.old.name or is_reserved(item.old.name):
        return False
    return item.new is None or is_reserved(item.new.name)


def _is_told(form: Form, scope: Scope, item: Matched) -> bool:
    """Whether another rule tells of a member's new width: for what it moves, or for the size."""
    if any(
        slot.path == item.path
        for move in moves(form.old, form.new)
        if move.cause.why is Why.RESIZED and move.told
        for slot in move.cause.new
    ):
        return True
    old, new = item.sides
    last = (form.old.bit_size - old.end, form.new.bit_size - new.end)
    return not scope.path and max(last) < form.new.bit_align and old.placed.count is not None


def _heirs(scope: Scope, item: Matched) -> list[Slot]:
    """The members that have the bytes of one that is gone and did not have them beside it."""
    old = item.old
    assert old is not None  # it is gone from there
    return [m.new for m in scope.members if m.new and _overlaps(m.new, old) and _is_heir(m, old)]


def _overlaps(slot: Slot, old: Slot) -> bool:
    named = slot.name and not is_reserved(slot.name)
    return bool(named) and slot.offset < old.end and old.offset < slot.end


def _is_heir(item: Matched, old: Slot) -> bool:
    """Whether a member is new there: what only moves up is told by another rule."""
    return item.old is None or (not item.distance and not _overlaps(item.old, old))


def _gone(change: RecordChange, found: _Found) -> Hit:
    old = found.item.old
    assert old is not None  # it is gone from there
    heirs = _heirs(found.scope, found.item)
    others = [
        m.new
        for m in found.scope.members
        if m.new and m.old and _overlaps(m.new, old) and _overlaps(m.old, old)
    ]
    also = [
        m.old.path
        for m in found.scope.members
        if m is not found.item and m.old and _is_gone(m) and not _heirs(found.scope, m)
    ]
    text = declaration(old.placed.member)
    both = (Victim.OLD_PROGRAM, Victim.NEW_PROGRAM)
    shorter = [] if found.scope.path else list(_shorter(change))
    beside = len(heirs) == 1 and heirs[0].offset == old.offset
    return _hit(
        change,
        found,
        what=f"is gone: {_fate(heirs, others)}",
        consequence="; ".join(
            ([f"gone with it: {listed(also)}"] if also and not heirs else []) + shorter
        ),
        severity=Severity.ERROR if heirs or not others else Severity.WARNING,
        breaks=Breaks.BINARY if heirs or shorter else Breaks.SOURCE,
        victims=(*(both if heirs or shorter else ()), Victim.SOURCE),
        suggestion=_union([text, *(declaration(s.placed.member) for s in heirs)])
        if beside
        else f"\t{text}",
    )


def _shorter(change: RecordChange) -> Iterator[str]:
    """What a record is shorter by, where that follows from its members being gone."""
    forms = [form for form in change.forms if is_only_shorter(form)]
    told = explained(measures.of(forms))
    forms = [form for form in forms if not accounts_for_size(form, told)]
    if forms:
        size = measures.resized(forms, among=change.forms)
        yield f"{short(change.new.across.name)} {size}"
        yield from renumbered(commands(change), finds=False)
        yield from held_by(change)


def _fate(heirs: list[Slot], others: list[Slot]) -> str:
    """What became of the bytes."""
    if heirs:
        return f"its bytes are {listed([slot.path for slot in heirs])} now"
    if others and others[0].placed.bit_size:
        return f"its bytes keep their other name, {others[0].path}"
    return "no new member has its bytes"


def _renamed(change: RecordChange, found: _Found) -> Hit:
    old, new = found.item.sides
    return _hit(
        change,
        found,
        what=f"was called {old.name} before",
        severity=Severity.WARNING,
        breaks=Breaks.SOURCE,
        victims=(Victim.SOURCE,),
        suggestion=_union([declaration(old.placed.member), declaration(new.placed.member)]),
    )


def _retyped(change: RecordChange, found: _Found) -> Hit:
    other, item = found.retyped, found.item
    assert other is not None  # that is how it was found
    was, now = item.sides
    if other.resized:
        old, new = amount(was.size), amount(now.size)
        # Elsewhere another rule may tell of the same width, for what it moves.
        sides = _shifts(change, was.path, now.path)
        wider = [a for s in sides if s.old and s.new and s.old.size != s.new.size for a in s.abis]
        severity, breaks = measures.weight(wider)
        places = measures.shifts(change.forms, measures.place(now.path))
        parted = [Victim.COMPAT] * bool(measures.pairs(places)[0])
        where = measures.where(change.forms, wider)
        return _hit(
            change,
            found,
            what=f"takes {new}{where}, {old} before: {other.what}",
            severity=severity,
            breaks=breaks,
            victims=(Victim.OLD_PROGRAM, Victim.NEW_PROGRAM, *parted, Victim.SOURCE),
            suggestion=_as_it_was(was, now),
            consequence="; ".join(filter(None, (_others(found.also), *_resized(change)))),
        )
    return _hit(
        change,
        found,
        what=f"has another type: {other.what}",
        severity=other.severity,
        breaks=other.breaks,
        victims=other.victims,
        suggestion=_as_it_was(was, now),
    )


def _resized(change: RecordChange) -> Iterator[str]:
    """What a record takes now, where that follows from a type that is told."""
    typed = of_other_types(change)
    forms = [f for f in change.forms if f.old.size != f.new.size and is_of_types(f, typed)]
    if forms:
        old, new = forms[0].old.size, forms[0].new.size
        yield f"{short(change.new.across.name)} takes {new} bytes there instead of {old}"
        yield from renumbered(commands(change), finds=False)
        yield from held_by(change)


def _as_it_was(was: Slot, now: Slot) -> str:
    """The old declaration; where it is as it was, what to take back is its type."""
    before, after = declaration(was.placed.member), declaration(now.placed.member)
    if before != after:
        return f"\t{before}"
    return f"Leave {spelled(was.placed.member.type_text)} as it was: its declaration has changed."


def _others(paths: tuple[str, ...]) -> str:
    if not paths:
        return ""
    return f"and {listed(paths)} {'has' if len(paths) == 1 else 'have'} another width too"


def _hit(
    change: RecordChange,
    found: _Found,
    *,
    what: str,
    severity: Severity,
    breaks: Breaks,
    victims: tuple[Victim, ...],
    suggestion: str,
    consequence: str = "",
) -> Hit:
    old, new = found.item.old, found.item.new
    assert old is not None  # the baseline has it
    older = old.placed.member.span
    path = old.path if found.kind == "removed" else found.item.path
    return Hit(
        span=new.placed.member.span if new and found.kind != "removed" else older,
        older=older,
        subject=f"{change.new.across.name}.{path}",
        abis=found.abis,
        fields=(("member", path), ("what", what)),
        consequence=consequence,
        suggestion=suggestion,
        severity=severity,
        breaks=breaks,
        kind=found.kind,
        victims=victims,
        shifts=_shifts(change, old.path, new.path if new and found.kind != "removed" else None),
    )


def _shifts(change: RecordChange, old: str, new: str | None) -> tuple[Shift, ...]:
    before, after = _place(old), _place(new)
    found: dict[tuple[Side | None, Side | None], list[str]] = {}
    for form in change.forms:
        key = before(form.old), after(form.new)
        if any(key):
            found.setdefault(key, []).extend(form.abis)
    return tuple(Shift(abis=tuple(abis), old=a, new=b) for (a, b), abis in found.items())


def _place(path: str | None) -> Callable[[RecordLayout], Side | None]:
    def measure(layout: RecordLayout) -> Side | None:
        leaf = leaves(layout).get(path) if path else None
        if leaf is None:
            return None
        side = measures.bits(leaf.bit_offset, leaf.placed.bit_size)
        return replace(side, text=side.text or spelled(leaf.placed.member.type_text))

    return measure


def _union(lines: list[str]) -> str:
    inner = "".join(f"\t\t{line}\n" for line in lines)
    return f"\tunion {{\n{inner}\t}};"
