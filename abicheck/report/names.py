# SPDX-License-Identifier: GPL-2.0-or-later
"""This module names sets of ABIs by what they have in common."""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import cache
from itertools import combinations
from typing import TYPE_CHECKING

from msgspec import Struct

from abicheck.abis import all_abis
from abicheck.errors import UsageError
from abicheck.model import Abi, ScalarKind

_LEAST = 4
"""Characters that naming one ABI more takes at least: ", sh"."""

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence


class AbiClass(Struct, frozen=True, kw_only=True):
    """ABIs that share a property."""

    name: str
    members: frozenset[str]


class Description(Struct, frozen=True):
    """A set of ABIs as single names, then classes, then what the classes have too many."""

    plus: tuple[str, ...]
    classes: tuple[AbiClass, ...]
    minus: tuple[str, ...]

    def __str__(self) -> str:
        named = ", ".join((*self.plus, *(each.name for each in self.classes)))
        return f"{named} but {', '.join(self.minus)}" if self.minus else named


def _u64_align(abi: Abi) -> int:
    return dict(abi.scalars)[ScalarKind.ULLONG].field_align


def _class(name: str, holds: Callable[[Abi], bool]) -> AbiClass:
    return AbiClass(name=name, members=frozenset(abi.name for abi in all_abis() if holds(abi)))


@cache
def classes() -> tuple[AbiClass, ...]:
    """The classes a set of ABIs may be named by, the plainest first."""
    return (
        _class("LP64", lambda a: a.bits == 64),
        _class("ILP32", lambda a: a.bits == 32),
        _class("little-endian", lambda a: not a.big_endian),
        _class("big-endian", lambda a: a.big_endian),
        _class("LP64 little-endian", lambda a: a.bits == 64 and not a.big_endian),
        _class("LP64 big-endian", lambda a: a.bits == 64 and a.big_endian),
        _class("ILP32 little-endian", lambda a: a.bits == 32 and not a.big_endian),
        _class("ILP32 big-endian", lambda a: a.bits == 32 and a.big_endian),
        _class("ABIs with 8-aligned __u64", lambda a: _u64_align(a) == 8),
        _class("ABIs with __u64 below 8-aligned", lambda a: _u64_align(a) < 8),
        _class("ABIs with 4-aligned __u64", lambda a: _u64_align(a) == 4),
        _class("ILP32 with 8-aligned __u64", lambda a: a.bits == 32 and _u64_align(a) == 8),
        *_architectures(),
    )


def _architectures() -> Iterable[AbiClass]:
    for arch in dict.fromkeys(abi.arch for abi in all_abis()):
        found = _class(f"all of {arch}", lambda a, arch=arch: a.arch == arch)  # type: ignore[misc]
        if len(found.members) > 2:
            yield found


def describe(abis: Iterable[str], among: Sequence[str]) -> str:
    """The shortest true name of a set of ABIs among those in question, such as ``all but i386``.

    One or two ABIs are named themselves. "all" without a number means the whole table.
    """
    return _describe(frozenset(abis), tuple(among))


@cache
def _describe(group: frozenset[str], among: tuple[str, ...]) -> str:
    if len(group) <= 2:
        return ", ".join(_in_order(group))
    number = "" if len(among) == len(all_abis()) else f" {len(among)}"
    every = AbiClass(name=f"all{number}", members=frozenset(among))
    if group == every.members:
        same = (each.name for each in classes() if each.members == group)
        return next(same, f"{every.name} ABIs")
    return str(shortest(group, among, (every, *classes())))


def named(abis: Iterable[str]) -> str:
    """``describe`` among all ABIs of the table."""
    return describe(abis, [abi.name for abi in all_abis()])


def shortest(group: frozenset[str], among: Sequence[str], known: Sequence[AbiClass]) -> Description:
    """The description with the fewest characters that is true among the ABIs in question."""
    wanted, universe = _mask(group), _mask(frozenset(among))
    best = Description(_in_order(group), (), ())
    cost = len(str(best)), len(group)
    for bases in (each for size in (1, 2) for each in combinations(known, size)):
        covered = (_mask(bases[0].members) | _mask(bases[-1].members)) & universe
        odd = (covered ^ wanted).bit_count()
        if sum(len(base.name) for base in bases) + _LEAST * odd <= cost[0]:
            plus, minus = _names(wanted & ~covered), _names(covered & ~wanted)
            attempt = Description(plus, bases, minus)
            new_cost = len(str(attempt)), odd
            if new_cost < cost:
                best, cost = attempt, new_cost
    return best


@cache
def _mask(names: frozenset[str]) -> int:
    """The set as bits, in the order of the table."""
    return sum(1 << index for index, abi in enumerate(all_abis()) if abi.name in names)


def _names(mask: int) -> tuple[str, ...]:
    return tuple(abi.name for index, abi in enumerate(all_abis()) if mask >> index & 1)


def _in_order(names: Iterable[str]) -> tuple[str, ...]:
    wanted = frozenset(names)
    return tuple(abi.name for abi in all_abis() if abi.name in wanted)


def select(patterns: Iterable[str]) -> tuple[str, ...]:
    """The ABIs meant by names, globs and classes, in table order; UsageError for an unknown one."""
    wanted: set[str] = set()
    for pattern in patterns:
        wanted |= _meant(pattern)
    return _in_order(wanted)


def _meant(pattern: str) -> set[str]:
    table = all_abis()
    found = {abi.name for abi in table if fnmatchcase(abi.name, pattern)}
    if found:
        return found
    match pattern.lower():
        case "all":
            found = {abi.name for abi in table}
        case "lp64" | "ilp32" as model:
            found = {abi.name for abi in table if abi.data_model.lower() == model}
        case "little-endian" | "big-endian" as order:
            found = {abi.name for abi in table if abi.big_endian == (order == "big-endian")}
        case "compat":
            found = {name for abi in table if abi.compat_of for name in (abi.name, *abi.compat_of)}
        case _:
            found = {abi.name for abi in table if abi.arch == pattern}
    if not found:
        raise UsageError(_unknown(pattern))
    return found


def _unknown(pattern: str) -> str:
    from difflib import get_close_matches

    groups = ("all", "lp64", "ilp32", "little-endian", "big-endian", "compat")
    known = dict.fromkeys((*(a.name for a in all_abis()), *groups, *(a.arch for a in all_abis())))
    near = get_close_matches(pattern, list(known), n=3)
    hint = f"; did you mean {' or '.join(near)}?" if near else "; see 'abicheck abis'"
    return f"unknown ABI '{pattern}'{hint}"
