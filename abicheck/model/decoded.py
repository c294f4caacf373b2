# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds what an ioctl number or name means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from abicheck.model.claims import Definition


class CodeGroup(Struct, frozen=True, kw_only=True):
    """The ABIs under which an ioctl command has one and the same number."""

    abis: tuple[str, ...]
    number: int | None
    """None where the payload's size is not known."""
    size: int | None


class Command(Struct, frozen=True, kw_only=True):
    """An ioctl command of a tree, with its number on every ABI asked for."""

    definition: Definition
    codes: tuple[CodeGroup, ...]
    matches: tuple[str, ...] = ()
    """The ABIs under which its number is the one asked for."""


class Reading(Struct, frozen=True, kw_only=True):
    """The parts of an ioctl number as some ABIs encode it."""

    abis: tuple[str, ...]
    direction: str
    type: int
    nr: int
    size: int


class Decoded(Struct, frozen=True, kw_only=True):
    """What an ioctl number or name means."""

    source: str
    word: str
    number: int | None
    readings: tuple[Reading, ...]
    commands: tuple[Command, ...]
    others: int = 0
    """Commands of the same type and nr that are left out: on no ABI do they have the number."""
