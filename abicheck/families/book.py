# SPDX-License-Identifier: GPL-2.0-or-later
"""This module reads the family files, ours and a user's."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from abicheck.datafiles import data_files, read_shaped
from abicheck.errors import ConfigError, UsageError
from abicheck.families.sound import check
from abicheck.model.claims import Alias, Extent, Family, FamilyKind, Kept, Renumbered

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from abicheck.families.schema import FamilyRow


def read_families(wanted: Sequence[str] = (), folders: Sequence[Path] = ()) -> tuple[Family, ...]:
    """The families with these ids (all without ids), sorted by id; ours and those of folders.

    An id also names all families below it: ``kvm`` stands for ``kvm.cap`` and the rest. A file
    named like the first part of an id is read first, and alone where it holds all that is wanted.
    Raises UsageError for an id no file has and ConfigError for a wrong file.
    """
    files = sorted(data_files("families", folders))
    stems = {name.partition(".")[0] for name in wanted}
    near = [] if folders else [path for path in files if path.stem in stems]
    families = _read(near)
    if not wanted or not {family.id for family in families}.issuperset(wanted):
        families = _read(files)
    for name in wanted:
        if not _below(families, name):
            raise UsageError(f"no family is called {name}{_near_name(families, name)}")
    chosen = families if not wanted else [f for name in wanted for f in _below(families, name)]
    return tuple(sorted({family.id: family for family in chosen}.values(), key=lambda f: f.id))


def families_of(header: str) -> tuple[Family, ...]:
    """Those of our own families that live in a header, by its include path, sorted by id.

    Only the files that mention the header are parsed; most of them never are.
    """
    near = (path for path, text in _shipped_texts() if header.encode() in text)
    families = (family for path in near for family in _read_once(path))
    return tuple(sorted((f for f in families if header in f.headers), key=lambda f: f.id))


def families_with(ending: str) -> tuple[Family, ...]:
    """Those of our own families that live in a file whose path ends so, sorted by id."""
    near = (path for path, text in _shipped_texts() if f'{ending}"'.encode() in text)
    families = (family for path in near for family in _read_once(path))
    found = (f for f in families if any(header.endswith(ending) for header in f.headers))
    return tuple(sorted(found, key=lambda f: f.id))


@cache
def _shipped_texts() -> tuple[tuple[Path, bytes], ...]:
    return tuple((path, path.read_bytes()) for path in data_files("families", ()))


@cache
def _read_once(path: Path) -> tuple[Family, ...]:
    """The families of a file of our own, whose rows the tests check."""
    return tuple(family for row in _rows(path) for family in _families(row))


def _read(paths: Iterable[Path]) -> list[Family]:
    ours = frozenset(data_files("families", ()))
    read = (_read_once(path) if path in ours else read_file(path) for path in paths)
    return _unique(family for families in read for family in families)


def _below(families: Sequence[Family], name: str) -> list[Family]:
    return [f for f in families if f.id == name or f.id.startswith(f"{name}.")]


def _near_name(families: Sequence[Family], name: str) -> str:
    from difflib import get_close_matches

    close = get_close_matches(name, [family.id for family in families], 3)
    return f"; did you mean {' or '.join(close)}?" if close else ""


def _unique(families: Iterable[Family]) -> list[Family]:
    seen: dict[str, Family] = {}
    for family in families:
        if family.id in seen:
            raise ConfigError(f"family {family.id} is described twice")
        seen[family.id] = family
    return list(seen.values())


def read_file(path: Path) -> tuple[Family, ...]:
    """The families of one file, one for each architecture where numbers differ by it.

    ConfigError for a file that is wrong, or that contradicts itself.
    """
    rows = _rows(path)
    for row in rows:
        problem = check(row)
        if problem is not None:
            raise ConfigError(f"{path}: {row.id}: {problem}")
    return tuple(family for row in rows for family in _families(row))


def _rows(path: Path) -> Sequence[FamilyRow]:
    from abicheck.families.schema import FamilyFile

    return read_shaped(path, FamilyFile).family


def _families(row: FamilyRow) -> list[Family]:
    if not row.per_arch:
        return [_family(row, row.id, row.arches)]
    return [_family(row, f"{row.id}.{arch}", (arch,)) for arch in row.arches]


def _family(row: FamilyRow, name: str, arches: tuple[str, ...]) -> Family:
    return Family(
        id=name,
        title=row.title,
        kind=FamilyKind(row.kind),
        headers=row.headers,
        names=row.names,
        excludes=row.excludes,
        enums=row.enums,
        arches=arches,
        uses=row.uses,
        magic=tuple(ord(byte) if isinstance(byte, str) else byte for byte in row.magic),
        width=row.width,
        aliases=tuple(Alias(names=a.names, reason=a.reason) for a in row.aliases),
        shares=tuple(Alias(names=a.names, reason=a.reason) for a in row.shares),
        renumbered=tuple(Renumbered(names=r.names, reason=r.reason) for r in row.renumbered),
        kept=tuple(_kept(kept.numbers, kept.reason) for kept in row.kept),
        foreign=tuple(_kept(kept.numbers, kept.reason) for kept in row.foreign),
        markers=row.markers,
        members=row.members,
        fields=row.fields,
        sizes=tuple(Extent(names=e.names, size=e.size) for e in row.sizes),
        spaces=row.spaces,
        floor=row.floor,
        ceiling=row.ceiling,
        pool=row.pool,
        external=row.external,
        note=row.note,
    )


def _kept(numbers: tuple[int | tuple[int, int], ...], reason: str) -> Kept:
    return Kept(spans=tuple((n, n) if isinstance(n, int) else n for n in numbers), reason=reason)
