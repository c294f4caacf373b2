# SPDX-License-Identifier: GPL-2.0-or-later
"""This module finds what a merge lost of its parents, and layouts that none of them had."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.abis import get
from abicheck.checks.facts import Hit
from abicheck.diff.merge import moves, strays
from abicheck.model import Breaks, Severity, Shift, Side, Victim

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from abicheck.diff.merge import Loss, Merge, Move
    from abicheck.model import Rule, Span


def lost(facts: Merge, _rule: Rule) -> Iterator[Hit]:
    """One hit for each record or constant of which a parent's change is gone, then for strays."""
    together: dict[tuple[str, int], list[Loss]] = {}
    for loss in facts.losses:
        together.setdefault((_owner(loss.subject), loss.parent), []).append(loss)
    for losses in together.values():
        yield _lost(facts, losses)
    told = {owner for owner, _ in together}
    for name in facts.records:
        if name not in told:
            yield from _stray(facts, name)


def _owner(subject: str) -> str:
    """The record of a member, or the constant itself."""
    if not subject.startswith(("struct ", "union ")):
        return subject.partition(".")[0]
    kind, tag, *_ = subject.split(" ")
    return f"{kind} {tag.partition('.')[0]}"


def _lost(facts: Merge, losses: Sequence[Loss]) -> Hit:
    loss = losses[0]
    found = _moves(facts, _owner(loss.subject), loss.parent)
    abis = _abis(found)
    certain = not loss.contested and (loss.has is None or _is_old(loss))
    return Hit(
        span=_span(loss, facts),
        older=loss.had.span if loss.had else None,
        subject=loss.subject.partition(" after ")[0],
        abis=abis,
        fields=(("verdict", _story(loss, facts.labels[loss.parent])),),
        consequence=_consequence(found, facts.labels[loss.parent], len(losses) - 1),
        suggestion=_declaration(loss),
        severity=None if certain else Severity.WARNING,
        breaks=_breaks(abis),
        kind="lost",
        victims=_victims(abis),
        shifts=_shifts(found[0]) if found else (),
    )


def _story(loss: Loss, parent: str) -> str:
    """What a parent did, and what the merge has instead."""
    was, had, has = (entry and f"`{entry.text}`" for entry in (loss.was, loss.had, loss.has))
    _, _, after = loss.subject.partition(" after ")
    at = f" after {after}" if after else ""
    if was is None:
        deed = f"added {had}{at}"
    elif had is None:
        deed = f"removed {was}{at}"
    else:
        deed = f"made {had} of {was}{at}"
    if has is None:
        state = "does not have it"
    elif _is_old(loss):
        state = "has it again" if had is None else f"has {was} again"
    else:
        state = f"has {has}"
    rival = ", which another parent changed too" if loss.contested else ""
    return f"lost what {parent} did since the merge base: it {deed}, and the merge {state}{rival}"


def _is_old(loss: Loss) -> bool:
    """Whether the merge has what the merge base has."""
    return loss.has is not None and loss.was is not None and loss.has.text == loss.was.text


def _declaration(loss: Loss) -> str:
    """What the parent has, as C; empty where it has nothing."""
    if loss.had is None:
        return ""
    end = ";" if _owner(loss.subject) != loss.subject else ""
    return f"{loss.had.text}{end}"


def _span(loss: Loss, facts: Merge) -> Span:
    """Where the merge has it; else where its record is there, else where the parent has it."""
    if loss.has is not None:
        return loss.has.span
    record = facts.records.get(_owner(loss.subject))
    if record is not None:
        return record.groups[0].layout.record.span
    entry = loss.had or loss.was
    assert entry is not None  # a loss is of something
    return entry.span


def _stray(facts: Merge, name: str) -> Iterator[Hit]:
    """The first member that is where no parent has it, with what follows."""
    found = strays(
        [parent[name] for parent in facts.parents if name in parent], facts.records[name]
    )
    if not found:
        return
    move, abis = found[0], _abis(found)
    yield Hit(
        span=move.span,
        subject=f"{name}.{move.path}",
        abis=abis,
        fields=(("verdict", f"has {move.path} where no parent has it"),),
        consequence=_consequence(found, "the first parent that has it", 0),
        severity=Severity.WARNING,
        breaks=_breaks(abis),
        kind="moved",
        victims=_victims(abis),
        shifts=_shifts(move),
    )


def _moves(facts: Merge, name: str, parent: int) -> tuple[Move, ...]:
    older, newer = facts.parents[parent].get(name), facts.records.get(name)
    return moves((older,), newer) if older is not None and newer is not None else ()


def _abis(found: Iterable[Move]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(abi for move in found for abi in move.places))


def _breaks(abis: Sequence[str]) -> Breaks | None:
    """Compiled programs, unless only 32-bit ones see another layout; None leaves it open."""
    if not abis or any(get(abi).bits == 64 for abi in abis):
        return None
    return Breaks.COMPAT if any(get(abi).compat_of for abi in abis) else Breaks.PORTABILITY


def _victims(abis: Sequence[str]) -> tuple[Victim, ...]:
    """Who meets another layout than the parent's: the 64-bit kernel, where it alone differs."""
    if _breaks(abis) is Breaks.COMPAT:
        return (Victim.COMPAT,)
    return (Victim.OLD_PROGRAM, Victim.NEW_PROGRAM)


def _consequence(found: Sequence[Move], parent: str, others: int) -> str:
    parts = []
    if found:
        (old, new), *_ = found[0].places.values()
        parts.append(f"{found[0].path} is at {_place(new)}, and at {_place(old)} in {parent}")
    if len(found) > 1:
        parts.append(f"so are {len(found) - 1} later members elsewhere")
    if others:
        parts.append(f"{others} more of its changes to this record are lost")
    return "; ".join(parts)


def _place(bits: int) -> str:
    whole, rest = divmod(bits, 8)
    return f"bit {rest} of byte {whole}" if rest else f"byte {whole}"


def _shifts(move: Move) -> tuple[Shift, ...]:
    together: dict[tuple[int, int], list[str]] = {}
    for abi, places in move.places.items():
        together.setdefault(places, []).append(abi)
    return tuple(
        Shift(abis=tuple(abis), old=Side(offset=old // 8), new=Side(offset=new // 8))
        for (old, new), abis in together.items()
    )
