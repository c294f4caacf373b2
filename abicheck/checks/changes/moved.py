# SPDX-License-Identifier: GPL-2.0-or-later
"""This module finds members that a change puts elsewhere, once for each cause."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from abicheck.checks.changes import measures
from abicheck.checks.changes.growth import commands, renumbered
from abicheck.checks.changes.wording import declaration, held_by, listed
from abicheck.checks.facts import Hit, Role
from abicheck.checks.words import amount, short
from abicheck.diff.causes import Why, moves
from abicheck.diff.gates import SIZE_VERSION
from abicheck.diff.members import scopes
from abicheck.model import Breaks, Victim, is_reserved
from abicheck.overlay.explain import explained

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from abicheck.checks.changes.facts import Form, RecordChange
    from abicheck.diff.causes import Move
    from abicheck.diff.members import Matched, Slot
    from abicheck.model import Rule, Side
    from abicheck.overlay.explain import Explained


class _Group(Struct):
    """One cause under several ABIs."""

    moves: list[tuple[tuple[str, ...], Move]] = field(default_factory=list)

    @property
    def abis(self) -> tuple[str, ...]:
        """The ABIs on which it moves something."""
        return tuple(abi for abis, _ in self.moves for abi in abis)

    def elsewhere(self, path: str) -> list[tuple[tuple[str, ...], Move]]:
        """The moves of other members than one, under the ABIs where that stays."""
        return [
            (abis, move)
            for abis, move in self.moves
            if all(item.path != path for item in move.told)
        ]

    def first(self) -> str:
        """The path of the member that it moves first on the most ABIs."""
        votes: dict[str, int] = {}
        for abis, move in self.moves:
            path = move.told[0].path
            votes[path] = votes.get(path, 0) + len(abis)
        return max(votes, key=lambda path: votes[path])


def offsets(change: RecordChange, _rule: Rule) -> Iterator[Hit]:
    """The first member that each cause moves, with what follows it."""
    if any(use.role is Role.KERNEL_ONLY for use in change.uses):
        return
    told = explained(measures.of(change.forms))
    groups: dict[object, _Group] = {}
    for form in change.forms:
        for move in moves(form.old, form.new):
            if is_own(form, move, told):
                key = (move.scope.path, move.cause.key)
                groups.setdefault(key, _Group()).moves.append((form.abis, move))
    for group in groups.values():
        yield _hit(change, group)


def is_own(form: Form, move: Move, told: Explained) -> bool:
    """Whether a move is told here: of something that is read, and by nobody else."""
    if move.cause.why is Why.INHERITED:
        return False
    return not all(told.tells_move(form.abis, item.path) for item in move.told)


def lost(move: Move) -> list[str]:
    """The members that programs used whose loss alone is why others move."""
    gone = move.cause.old if move.cause.why is Why.REMOVED else ()
    return [slot.path for slot in gone if slot.name and not is_reserved(slot.name)]


def accounts_for_size(form: Form, told: Explained) -> bool:
    """Whether a move that is told here says as well why the record has another size."""
    own = scopes(form.old, form.new)[0]
    kept = [item.new.end for item in own.members if item.old and item.new]
    nameless = {m.old.size for m in own.members if m.old and not m.new and not m.old.name}
    came = [
        item.new.offset
        for item in own.members
        if item.new and not item.old and (item.new.name or item.new.size not in nameless)
    ]
    if any(start >= max(kept, default=0) for start in came):
        return False  # what is new behind all others moves nobody
    found = (move for move in moves(form.old, form.new) if not move.scope.path)
    return any(is_own(form, move, told) for move in found)


def _hit(change: RecordChange, group: _Group) -> Hit:
    path = group.first()
    abis, move = max(group.moves, key=lambda item: _weight(item, path))
    item = next(m for m in move.told if m.path == path)
    old, new = item.sides
    shifts = measures.shifts(change.forms, measures.place(path))
    here = next(s for s in shifts if abis[0] in s.abis)
    severity, breaks = measures.weight(group.abis)
    parted, united = measures.pairs(shifts)
    others = group.elsewhere(path)
    apart = {abi for names, _ in others for abi in names}
    gone = lost(move) if len(group.moves) == len(change.forms) else []
    victims = (
        *(Victim.OLD_PROGRAM, Victim.NEW_PROGRAM),
        *([Victim.COMPAT] * bool(parted)),
        *([Victim.SOURCE] * bool(gone)),
    )
    return Hit(
        span=new.placed.member.span,
        older=old.placed.member.span,
        subject=f"{change.new.across.name}.{path}",
        abis=group.abis,
        fields=(
            ("member", path),
            ("old", _byte(here.old)),
            ("new", _byte(here.new)),
            ("why", _why(move)),
            ("where", measures.where(change.forms, [a for a in group.abis if a not in apart])),
        ),
        consequence="; ".join(
            (*_consequences(change, move, item, united, gone), *_elsewhere(others))
        ),
        suggestion=_gate(change) if united else _suggestion(change, move),
        severity=severity,
        breaks=Breaks.BINARY if united and breaks is Breaks.COMPAT else breaks,
        kind="moved",
        victims=victims,
        shifts=shifts,
    )


def _weight(item: tuple[tuple[str, ...], Move], path: str) -> tuple[bool, int]:
    """Layouts in which the member moves come first, then those of the most ABIs."""
    abis, move = item
    return any(found.path == path for found in move.told), len(abis)


def _byte(side: Side | None) -> str:
    if side is None:
        return "-"
    bit = side.text.rpartition(" ")[2] if side.text else ""
    return f"{side.offset}, bit {bit}" if bit else str(side.offset)


def _why(move: Move) -> str:
    """What moves it, in words behind a colon."""
    cause = move.cause
    old, new = _names(cause.old), _names(cause.new)
    size = "".join(
        f"{n.path} in front of it takes {amount(n.size)}, {amount(o.size)} before"
        for o, n in zip(cause.old[:1], cause.new[:1], strict=False)
    )
    return {
        Why.INSERTED: f"{new} {'is' if len(cause.new) == 1 else 'are'} put in front of it",
        Why.REMOVED: f"{old} in front of it {'is' if len(cause.old) == 1 else 'are'} gone",
        Why.REPLACED: f"{new} in front of it {'replaces' if len(cause.new) == 1 else 'replace'}"
        f" {old}",
        Why.RESIZED: size,
        Why.REORDERED: f"it changes places with {new}",
        Why.OVERLAID: f"{old}, in front of it before, now shares its bytes",
        Why.SEPARATED: f"{new}, whose bytes it shared, is now in front of it",
        Why.ALIGNED: _aligned(move),
        Why.PACKED: "the record is packed otherwise",
    }.get(cause.why, "what stands in front of it is laid out otherwise")


def _aligned(move: Move) -> str:
    old, new = move.first.sides
    inner = _names((*move.cause.old, *move.cause.new))
    if inner:
        inner = f" by {inner}" if move.cause.new else f" without {inner}"
    return f"it is {new.align // 8}-aligned{inner}, {old.align // 8}-aligned before"


def _names(slots: tuple[Slot, ...]) -> str:
    return listed([slot.path or "an unnamed bit-field" for slot in slots])


def _consequences(
    change: RecordChange,
    move: Move,
    item: Matched,
    united: Sequence[str],
    gone: Sequence[str],
) -> Iterator[str]:
    later = [m for m in move.told if m is not item]
    if later:
        same = sum(m.distance == item.distance for m in later)
        by = amount(abs(item.distance))
        noun = "member moves" if len(later) == 1 else "members move"
        how = f"by the same {by}" if same == len(later) else "along"
        if 0 < same < len(later):
            how = f"along, {same} by the same {by}"
        yield f"and {len(later)} later {noun} {how}"
    if move.scope.new.size != move.scope.old.size and not move.scope.path:
        yield (
            f"{short(change.new.across.name)} takes {move.scope.new.size} bytes instead of "
            f"{move.scope.old.size}"
        )
        sized = any(gate.kind == SIZE_VERSION for gate in change.gates)
        yield from renumbered(commands(change), finds=sized)
    if gone:
        yield f"what uses {listed(gone)} no longer compiles"
    if united:
        yield f"it now lies where the 64-bit kernel of {listed(united)} programs has it"
    yield from held_by(change)


def _elsewhere(others: Sequence[tuple[tuple[str, ...], Move]]) -> Iterator[str]:
    """What the cause moves under the ABIs where the first of its members stays."""
    together: dict[tuple[str, int], list[str]] = {}
    for abis, move in others:
        item = move.told[0]
        together.setdefault((item.path, item.distance), []).extend(abis)
    for (path, distance), names in together.items():
        yield f"{path} moves by {amount(abs(distance))} on {measures.some(names)}"


def _gate(change: RecordChange) -> str:
    """What tells programs which of the two layouts a kernel has."""
    capabilities = [gate for gate in change.gates if gate.kind == "capability"]
    named = [gate.name for gate in capabilities or change.gates]
    if named:
        where = named[0] if len(named) == 1 else "what is new with it"
        return f"Say beside {where} that kernels without it have the other layout."
    return "Add a capability or a flag with it: programs must be able to ask for the new layout."


def _suggestion(change: RecordChange, move: Move) -> str:
    """What to write instead of what moves it."""
    if lost(move):
        return "\n".join(f"\t{declaration(slot.placed.member)}" for slot in move.cause.old)
    if move.cause.why not in (Why.INSERTED, Why.SEPARATED) or not move.cause.new:
        return ""
    name = move.scope.path or change.new.across.name
    lines = "\n".join(f"\t{declaration(slot.placed.member)}" for slot in move.cause.new)
    return f"/* at the end of {name}, or in reserved bytes */\n{lines}"
