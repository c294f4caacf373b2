# SPDX-License-Identifier: GPL-2.0-or-later
"""This module names C's arithmetic types: specifier words to scalars, modes to scalars."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.model import ScalarKind as K

if TYPE_CHECKING:
    from collections.abc import Iterable

    from abicheck.parse.constants import Widths

_WORDS = {
    "_Bool": K.BOOL,
    "char": K.CHAR,
    "char signed": K.SCHAR,
    "char unsigned": K.UCHAR,
    "short": K.SHORT,
    "short signed": K.SHORT,
    "short unsigned": K.USHORT,
    "": K.INT,
    "signed": K.INT,
    "unsigned": K.UINT,
    "long": K.LONG,
    "long signed": K.LONG,
    "long unsigned": K.ULONG,
    "long long": K.LLONG,
    "long long signed": K.LLONG,
    "long long unsigned": K.ULLONG,
    "__int128": K.INT128,
    "__int128 signed": K.INT128,
    "__int128 unsigned": K.UINT128,
    "float": K.FLOAT,
    "double": K.DOUBLE,
    "double long": K.LDOUBLE,
}
_NAMED = {
    "__int128_t": K.INT128,
    "__uint128_t": K.UINT128,
    "__float128": K.FLOAT128,
    "_Float128": K.FLOAT128,
    "_Float64": K.DOUBLE,
    "_Float32x": K.DOUBLE,
    "_Float32": K.FLOAT,
}
_MODES = {"QI": 1, "byte": 1, "HI": 2, "SI": 4, "DI": 8, "TI": 16}
_FLOAT_MODES = {"SF": K.FLOAT, "DF": K.DOUBLE}
_BY_WIDTH = (
    (K.SCHAR, K.UCHAR),
    (K.SHORT, K.USHORT),
    (K.INT, K.UINT),
    (K.LONG, K.ULONG),
    (K.LLONG, K.ULLONG),
    (K.INT128, K.UINT128),
)
"""In the order in which a mode takes the first type wide enough."""


def scalar(words: Iterable[str]) -> K | None:
    """The scalar that specifier words such as ``unsigned``, ``long`` name; None for no scalar."""
    names = list(words)
    if len(names) == 1 and names[0] in _NAMED:
        return _NAMED[names[0]]
    short = sorted(name for name in names if name != "int")
    if not names:
        return None
    return _WORDS.get(" ".join(short))


def named(words: Iterable[str]) -> str:
    """The C spelling of specifier words: a scalar's canonical one, another name as it stands."""
    names = list(words)
    kind = None if names[0] in _NAMED else scalar(names)
    return " ".join(names) if kind is None else kind.value


def of_mode(mode: str, base: K, widths: Widths) -> K | None:
    """The scalar that ``mode`` makes of a scalar; None for a mode we do not model."""
    name = mode.strip(" _")
    if name in _FLOAT_MODES:
        return _FLOAT_MODES[name]
    size = _MODES.get(name)
    if name in ("word", "pointer"):
        size = widths.bits[K.ULONG] // 8
    if size is None:
        return None
    for signed, unsigned in _BY_WIDTH:
        if widths.bits.get(signed) == size * 8:
            return signed if widths.signed(base) else unsigned
    return None
