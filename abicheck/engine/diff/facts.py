# SPDX-License-Identifier: GPL-2.0-or-later
"""This module gathers what rules about a change may ask: the records of both versions, matched."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from abicheck import abis
from abicheck.checks.changes.facts import Form, Gate, RecordChange, RecordGone
from abicheck.checks.facts import RecordFacts
from abicheck.diff.gates import first_word, kind_of
from abicheck.diff.holders import displaced
from abicheck.diff.records import layouts, match
from abicheck.diff.same import is_same, retyped, typedefs
from abicheck.engine.constants import (
    Comparison,
    dropped,
    notes_on,
    read_ahead,
    unevaluated,
    versions_of,
)
from abicheck.engine.contexts import read_contexts
from abicheck.engine.diff.gone import gone
from abicheck.engine.diff.through import users_of
from abicheck.engine.diff.unread import unread_of
from abicheck.engine.headers import header_facts
from abicheck.engine.labour import absences, records
from abicheck.engine.relations import relations
from abicheck.engine.uses import UsesAsked
from abicheck.model import HeaderChange, RecordPair

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from abicheck.checks.changes.facts import (
        ConstantsChange,
        HeaderBroken,
        HeaderLost,
    )
    from abicheck.checks.facts import HeaderFacts
    from abicheck.config import Config
    from abicheck.diff.records import Match, Matching
    from abicheck.engine.contexts import Contexts
    from abicheck.engine.diff.gone import Gone
    from abicheck.engine.diff.plots import Plots
    from abicheck.engine.fields import Plot
    from abicheck.engine.frontends import FrontEnd
    from abicheck.engine.harvest import Harvest
    from abicheck.engine.relations import Relations
    from abicheck.export import World
    from abicheck.model import Absent, NotChecked, RecordAcross

    _Sizes: TypeAlias = Mapping[str, Mapping[str, int]]
    """By record and ABI, in bytes."""


_TYPEDEF = rb"\btypedef\b[^;{}]{0,200}\b%s\s*;"

Reap: TypeAlias = (
    "Callable[[Sequence[Plot], FrontEnd, int, Callable[[], None]], tuple[Harvest, ...]]"
)
"""Lays out what plots hold, in so many processes; what this one does meanwhile."""


class DiffFacts(Struct, frozen=True, kw_only=True):
    """What a change is made of."""

    records: tuple[RecordChange, ...]
    gone: tuple[RecordGone, ...]
    constants: ConstantsChange
    lost: tuple[HeaderLost, ...]
    broken: tuple[HeaderBroken, ...]
    notes: tuple[str, ...]
    headers: tuple[HeaderChange, ...]
    old: Mapping[str, HeaderFacts]
    """By path: the baseline's headers that a record of ``records`` stands in."""
    new: Mapping[str, HeaderFacts]
    not_checked: tuple[NotChecked, ...]
    absent: tuple[Absent, ...]


class _Version:
    """One side of the comparison."""

    def __init__(self, plot: Plot, harvest: Harvest, contexts: Contexts) -> None:
        self.plot = plot
        self.harvest = harvest
        self.records = records(self.harvest)
        self.headers: dict[str, HeaderFacts] = {}
        self._contexts = contexts
        self._relations: Mapping[str, Relations] = {}
        self._uses = UsesAsked(plot)

    def prepare(self, paths: Iterable[str], inner: Mapping[str, str]) -> None:
        """Reads the headers in which a record changed, and how records are related."""
        wanted = frozenset(paths)
        shown = self.plot.narrowed(wanted, frozenset(self.plot.headers))
        behind = [(inner[path], path) for path in sorted(wanted & self.plot.inner)]
        headers = {
            abi: {**found, **_served(shown.worlds[abi], behind)}
            for abi, found in shown.headers.items()
        }
        self.headers = header_facts(replace(shown, headers=headers), self.harvest)
        self._relations = relations(self.records)

    def facts(self, across: RecordAcross) -> RecordFacts:
        """What rules may ask about one of the records."""
        header = self.headers[across.path]
        relation = self._relations[across.name]
        own = (*self._uses.of(across.name), *self._contexts.of(header.include, across.name))
        return RecordFacts(
            across=across,
            header=header,
            uses=(*own, *relation.uses),
            hidden_in=relation.hidden_in,
            holders=tuple(relation.holders),
            twin=relation.twin,
        )


def facts_of(plots: Plots, front: FrontEnd, jobs: int, config: Config, reap: Reap) -> DiffFacts:
    """All that the rules judge."""
    contexts = read_contexts(config.extra_contexts)
    versions, differing = versions_of(plots.worlds), plots.differing()
    read = partial(read_ahead, versions, differing)
    before, after = reap((plots.old, plots.new), front, jobs, read)
    old = _Version(plots.old, before, contexts)
    new = _Version(plots.new, after, contexts)
    matching = match(old.records, new.records, lambda across: plots.include(across.path))
    sizes = _sizes(old.records), _sizes(new.records)
    comparison = Comparison(versions, differing, sizes, lambda: plots.others)
    apart = frozenset(comparison.dropped)
    pairs = ((found, _forms(found, apart)) for found in matching.matches)
    other = retyped(old.harvest.types, new.harvest.types)
    changed = [
        (found, forms)
        for found, forms in pairs
        if not all(is_same(form.old, form.new) and not _uses(form, other) for form in forms)
        or (forms and plots.names_sizes(found.new.path, forms[0].abis[0]))
    ]
    constants = comparison.changes()
    left = ((across, _without(names, apart)) for across, names in matching.gone)
    lost = tuple(gone(left, plots, new.harvest))
    names = (*constants.changes, *constants.declared)
    older = {value.span.path for change in names if (value := change.old)}
    newer = {value.span.path for change in names if (value := change.new)}
    older |= {found.old.path for found, _ in changed} | {each.across.path for each in lost}
    newer |= {found.new.path for found, _ in changed}
    old.prepare(older, _inner(plots, old.plot))
    new.prepare(newer, _inner(plots, new.plot))
    gates = _Gates(constants)
    unknown = unevaluated(constants)
    unread = unread_of(old.harvest, new.harvest, plots)
    judged = tuple(_changes(changed, old, new, gates, sizes))
    users = users_of(judged, other, constants)
    return DiffFacts(
        records=judged,
        gone=tuple(
            RecordGone(record=old.facts(each.across), abis=each.abis, elsewhere=each.elsewhere)
            for each in lost
        ),
        constants=replace(constants, users=users),
        lost=comparison.lost(),
        broken=unread.broken,
        notes=(*dropped(comparison), *notes_on(unknown), *unread.notes, *_added_inside(plots)),
        headers=tuple(
            replace(
                _with_typedefs(header, plots, {name for _, name in other}),
                unevaluated=unknown.get(header.path, ()),
                inherits=tuple(sorted(_inherited(header, users))),
            )
            for header in _headers(plots, _differing(changed), _alone(matching, lost))
        ),
        old=old.headers,
        new=new.headers,
        not_checked=unread.not_checked,
        absent=tuple(dict.fromkeys((*_absent(old), *_absent(new)))),
    )


def _differing(changed: Iterable[tuple[Match, tuple[Form, ...]]]) -> list[Match]:
    """Those that are laid out differently: others are judged for the constants beside them."""
    return [
        found for found, forms in changed if not all(is_same(form.old, form.new) for form in forms)
    ]


def _uses(form: Form, other: Collection[tuple[str, str]]) -> bool:
    """Whether a member is declared with one of some (ABI, typedef) pairs."""
    return bool(other) and any((abi, n) in other for n in typedefs(form.new) for abi in form.abis)


def _inherited(
    header: HeaderChange, users: Mapping[str, tuple[RecordChange, ...]]
) -> Iterator[str]:
    own = {pair.name for pair in header.records}
    for name, changes in users.items():
        if any(c.new.across.name in own and c.new.header.path == header.path for c in changes):
            yield name


def _sizes(found: Iterable[RecordAcross]) -> _Sizes:
    return {
        across.name: {abi: layout.size for abi, layout in layouts(across).items()}
        for across in found
    }


def _served(world: World, headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Those of the headers, by include path, that a world has at that path."""
    return {
        include: path
        for include, path in headers
        if world.text(include) is not None and world.origin(include) == path
    }


def _inner(plots: Plots, plot: Plot) -> dict[str, str]:
    return {path: plots.include(path) for path in plot.inner}


def _without(names: Iterable[str], apart: frozenset[str]) -> tuple[str, ...]:
    return tuple(name for name in names if name not in apart)


def _forms(found: Match, apart: frozenset[str]) -> tuple[Form, ...]:
    """Both layouts, ABIs that agree together, without those that the new version gave up."""
    old, new = layouts(found.old), layouts(found.new)
    together: dict[tuple[int, int], list[str]] = {}
    for abi in _without(found.abis, apart):
        together.setdefault((id(old[abi]), id(new[abi])), []).append(abi)
    return tuple(
        Form(abis=tuple(names), old=old[names[0]], new=new[names[0]]) for names in together.values()
    )


def _changes(
    changed: Sequence[tuple[Match, tuple[Form, ...]]],
    old: _Version,
    new: _Version,
    gates: _Gates,
    sizes: tuple[_Sizes, _Sizes],
) -> Iterator[RecordChange]:
    moved = displaced(
        (found.new.name, form.old, form.new) for found, forms in changed for form in forms
    )
    for found, forms in changed:
        before, after = old.facts(found.old), new.facts(found.new)
        yield RecordChange(
            old=before,
            new=after,
            forms=forms,
            uses=tuple(dict.fromkeys((*after.uses, *before.uses))),
            gates=gates.of(found.new),
            hidden_in=_hidden(before, after, sizes),
            displaces=tuple(sorted(moved.get(found.new.name, ()))),
        )


def _hidden(before: RecordFacts, after: RecordFacts, sizes: tuple[_Sizes, _Sizes]) -> str | None:
    """A record that holds it and shows nothing of its size, where all who hold it are so."""
    if before.hidden_in and after.hidden_in:
        return after.hidden_in
    holders = tuple(dict.fromkeys((*after.holders, *before.holders)))
    old, new = sizes
    steady = all(name in old and old[name] == new.get(name) for name in holders)
    alone = bool(before.uses or after.uses)
    return holders[0] if holders and steady and not alone else None


class _Gates:
    """What lets a program ask for what a change adds."""

    def __init__(self, constants: ConstantsChange) -> None:
        self._found: dict[str, list[Gate]] = {}
        for change in constants.changes:
            value = change.new
            kind = None if value is None else kind_of(change.name, value.text)
            if value is not None and kind and (change.old is None or kind == "version"):
                gate = Gate(name=change.name, kind=kind, span=value.span)
                for key in (value.span.path, first_word(change.name)):
                    self._found.setdefault(key, []).append(gate)

    def of(self, record: RecordAcross) -> tuple[Gate, ...]:
        """Those in its own header; of other headers those named as the record is."""
        tag = record.name.rpartition(" ")[2]
        own = self._found.get(record.path, [])
        return tuple(dict.fromkeys((*own, *self._found.get(first_word(tag), []))))


def _alone(
    matching: Matching, lost: Iterable[Gone]
) -> Iterator[tuple[RecordPair, tuple[str, ...]]]:
    """The records that one version alone has, and under which ABIs."""
    yield from ((RecordPair(old=None, new=across), names) for across, names in matching.born)
    yield from ((RecordPair(old=each.across, new=None), each.abis) for each in lost)


def _headers(
    plots: Plots,
    changed: Iterable[Match],
    alone: Iterable[tuple[RecordPair, tuple[str, ...]]],
) -> Iterator[HeaderChange]:
    """Headers whose own text differs, or one of whose records is laid out differently."""
    paths: dict[tuple[str, str], list[str | None]] = {}
    under: dict[tuple[str, str], dict[str, None]] = {}
    for index, plot in enumerate((plots.old, plots.new)):
        for abi, headers in plot.headers.items():
            for include, path in headers.items():
                under.setdefault(_scope(include, abi), {})[abi] = None
                if plots.differs(include, abi):
                    paths.setdefault(_scope(include, abi), [None, None])[index] = path
    pairs: dict[tuple[str, str], list[RecordPair]] = {}
    for found in changed:
        key = _scope(plots.include(found.new.path), found.abis[0])
        paths.setdefault(key, [found.old.path, found.new.path])
        pairs.setdefault(key, []).append(RecordPair(old=found.old, new=found.new))
    for pair, names in alone:
        across = pair.new or pair.old
        assert across is not None  # one of the two exists
        key = _scope(plots.include(across.path), names[0])
        if key in paths:
            pairs.setdefault(key, []).append(pair)
    for key, (before, after) in sorted(paths.items()):
        yield HeaderChange(
            path=after or before or "",
            old_path=before,
            removed=after is None,
            abis=tuple(under.get(key, ())),
            records=tuple(pairs.get(key, ())),
        )


def _added_inside(plots: Plots) -> Iterator[str]:
    """A remark about new headers that programs do not include by themselves."""
    new = {i: p for found in plots.touched.values() for i, p in found.new.inner.items()}
    old = {i for found in plots.touched.values() for i in found.old.inner}
    own = {i for found in plots.touched.values() for i in found.own}
    paths = sorted(new[include] for include in new.keys() & own - old)
    if paths:
        yield f"new, and only for other headers to include: {', '.join(paths)}"


def _with_typedefs(header: HeaderChange, plots: Plots, names: Collection[str]) -> HeaderChange:
    """The header, with those of the changed typedefs that its own text declares."""
    if not names or not header.abis:
        return header
    text = plots.worlds[header.abis[0]][1].text(plots.include(header.path)) or b""
    declared = (re.search(_TYPEDEF % re.escape(name.encode()), text) for name in sorted(names))
    found = (name for name, there in zip(sorted(names), declared, strict=True) if there)
    return replace(header, typedefs=tuple(found))


def _scope(include: str, abi: str) -> tuple[str, str]:
    """What stands for a header in both trees; each architecture has an ``asm/`` of its own."""
    return include, abis.get(abi).arch if include.startswith("asm/") else ""


def _absent(version: _Version) -> tuple[Absent, ...]:
    return absences(version.harvest, version.plot)
