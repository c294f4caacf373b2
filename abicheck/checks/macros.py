# SPDX-License-Identifier: GPL-2.0-or-later
"""This module finds macros of the kernel that programs lack, and constants of a wrong type."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from abicheck.abis import get
from abicheck.checks.facts import Hit
from abicheck.checks.reading import at, guard, includes, read
from abicheck.checks.source import added, replaced
from abicheck.model import Breaks, Severity, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abicheck.checks.facts import HeaderFacts
    from abicheck.checks.reading import Reading, Token
    from abicheck.families.scan import Enumerator, Macro
    from abicheck.model import Edit, Rule

_FIXED = {"BIT": "_BITUL", "BIT_ULL": "_BITULL"}
_TYPES = re.compile(r"[us](?:8|16|32|64)")
_IDENTIFIER = re.compile(r"[A-Za-z_]\w*")
_GENMASK = re.compile(r"\b(GENMASK(?:_ULL)?)\s*\(\s*(\d+)\s*,\s*(\d+)\s*\)")
_SHIFTED = re.compile(r"(?<![\w.])(\d+|0[xX][0-9a-fA-F]+)([uUlL]*)\s*\)?\s*<<\s*\(?\s*(\d+)\b")
_LONGEST = 400
"""Characters of a constant that are looked at; hostile ones have no end."""
_WORD_WIDE = re.compile(r"\(*1(?:[uU][lL]|[lL][uU]|[lL])\s*<<\s*[\w() +]+")


def kernel_only(header: HeaderFacts, rule: Rule) -> Iterator[Hit]:
    """Words that only the kernel's own headers define; each word once per definition."""
    words = rule.parameter("words")
    wanted = frozenset(words if isinstance(words, tuple) else ())
    reading = read(header)
    told: set[tuple[str, str]] = set()
    for place, token in _used(header, reading, wanted):
        if (place, token.text) not in told and not header.around.defines(token.text):
            told.add((place, token.text))
            yield _kernel_hit(header, reading, place, token)


def _used(
    header: HeaderFacts, reading: Reading, wanted: frozenset[str]
) -> Iterator[tuple[str, Token]]:
    """(the macro it is in, or the header; the word) for each use that survives."""
    for item in reading.directives:
        if item.word == "define" and item.exported:
            words = list(reading.words_of(item))
            name = words[2].text if len(words) > 2 else ""
            for token in words[3:]:
                if token.text in wanted and token.text not in _parameters(header, name):
                    yield name, token
    tokens = reading.tokens
    for index, token in enumerate(tokens):
        if token.text in wanted:
            yield _enumerator_at(tokens, index) or header.include, token
        elif _TYPES.fullmatch(token.text) and _is_type(tokens, index):
            yield header.include, token


def _parameters(header: HeaderFacts, name: str) -> tuple[str, ...]:
    macro = header.text.by_name.get(name)
    return getattr(macro, "params", None) or ()


def _enumerator_at(tokens: tuple[Token, ...], index: int) -> str:
    """The enumerator or member in whose declaration a word stands, "" for none."""
    for back in range(index - 1, max(index - 6, 0), -1):
        if tokens[back].text == "=" and _IDENTIFIER.fullmatch(tokens[back - 1].text):
            return tokens[back - 1].text
        if tokens[back].text == "[" and _IDENTIFIER.fullmatch(tokens[back - 1].text):
            return tokens[back - 1].text
    return ""


def _is_type(tokens: tuple[Token, ...], index: int) -> bool:
    """Whether ``u32`` declares something here, rather than being a member's name."""
    before = tokens[index - 1].text if index else ";"
    after = tokens[index + 1].text if index + 1 < len(tokens) else ""
    return before in {"{", ";", "}", "const", "(", ",", "/"} and (
        after == "*" or _IDENTIFIER.fullmatch(after) is not None
    )


def _kernel_hit(header: HeaderFacts, reading: Reading, place: str, token: Token) -> Hit:
    line = header.lines[token.line - 1]
    suggestion, edits = _instead(header, reading, token, line)
    return Hit(
        span=at(header, token),
        subject=f"{place}: {token.text}" if place != token.text else place,
        fields=(("word", token.text),),
        suggestion=suggestion,
        edits=edits,
    )


def _instead(
    header: HeaderFacts, reading: Reading, token: Token, line: str
) -> tuple[str, tuple[Edit, ...]]:
    word = token.text
    if word in _FIXED:
        mended = re.sub(rf"\b{word}(?=\s*\()", _FIXED[word], line)
        include = _const_h(header, reading)
        edits = () if include is None else (replaced(header, token.line, mended), *include)
        return f"{mended.strip()}\nwith #include <linux/const.h>", edits
    mask = _GENMASK.search(line, token.column - 1)
    if mask is not None and mask.start() == token.column - 1:
        high, low = int(mask[2]), int(mask[3])
        if low <= high < 64:
            number = ((1 << (high + 1)) - 1) ^ ((1 << low) - 1)
            suffix = "ULL" if high > 31 or mask[1].endswith("ULL") else "U"
            return line.replace(mask[0], f"0x{number:x}{suffix}").strip(), ()
    if _TYPES.fullmatch(word):
        mended = re.sub(rf"\b{word}\b", f"__{word}", line)
        return mended.strip(), (replaced(header, token.line, mended),)
    return "", ()


def _const_h(header: HeaderFacts, reading: Reading) -> tuple[Edit, ...] | None:
    """The edit that includes linux/const.h, if any is needed; None where no place is plain."""
    if header.around.defines("_BITUL"):
        return ()
    lines = [item.last for item, asked in includes(reading) if not asked]
    if not lines:
        top = guard(reading)
        lines = [d.last for d in reading.directives if top is not None and d.line > top.line][:1]
    if not lines:
        return None
    return (added(header.path, lines[-1] + 1, "#include <linux/const.h>"),)


def constant_type(header: HeaderFacts, _rule: Rule) -> Iterator[Hit]:
    """Constants that overflow ``int`` or depend on the width of ``long``."""
    reading = read(header)
    wide: list[Macro] = []
    for macro in header.text.macros:
        if reading.is_exported(macro.line) and macro.params is None:
            yield from _overflowing(header, macro, macro.body)
            too_long = _too_long(header, macro)
            if too_long is not None:
                yield too_long
            elif len(macro.body) < _LONGEST and _WORD_WIDE.fullmatch(macro.body):
                wide.append(macro)
    for enumerator in header.text.enumerators:
        if reading.is_exported(enumerator.line) and enumerator.expression:
            yield from _overflowing(header, enumerator, enumerator.expression)
    for run in _runs(wide) if _has_both_words(header) else ():
        yield _wide_hit(header, run)


def _has_both_words(header: HeaderFacts) -> bool:
    """Whether ``long`` has more than one width among the header's ABIs."""
    return len({get(abi).bits for abi in header.abis}) > 1


def _overflowing(header: HeaderFacts, named: Macro | Enumerator, body: str) -> Iterator[Hit]:
    for match in _SHIFTED.finditer(body[:_LONGEST]):
        number, suffix, by = int(match[1], 0), match[2].upper(), int(match[3])
        bits = number.bit_length() + by
        width = 31 if not suffix else 32 if suffix == "U" else 64
        cast = body[: match.start()].rstrip().endswith(")")
        if bits <= width or "L" in suffix or cast:
            continue
        mended = f"{match[1]}U << {by}" if bits <= 32 else f"{match[1]}ULL << {by}"
        old = match[0].replace(")", "").replace("(", "")
        yield Hit(
            span=Span(header.path, named.line, 1),
            subject=named.name,
            fields=(("name", named.name), ("what", _overflow_text(old, bits, suffix))),
            suggestion=body.replace(match[0], mended) if "(" not in match[0] else mended,
            severity=Severity.ERROR if bits > 32 else None,
            breaks=Breaks.BINARY if bits > 32 else None,
        )
        return


def _too_long(header: HeaderFacts, macro: Macro) -> Hit | None:
    """A shift of a ``long`` by more than it has under some of the header's ABIs."""
    match = _SHIFTED.fullmatch(macro.body.strip("() ")) if len(macro.body) < _LONGEST else None
    if match is None or match[2].upper().count("L") != 1 or not _has_both_words(header):
        return None
    if int(match[1], 0).bit_length() + int(match[3]) <= 32:
        return None
    shift = match[0].replace(")", "").replace("(", "")
    return Hit(
        span=Span(header.path, macro.line, 1),
        subject=macro.name,
        fields=(("name", macro.name), ("what", f"{shift} has no value where long has 32 bits")),
        suggestion=macro.body.replace(match[1] + match[2], f"{match[1]}ULL", 1),
        severity=Severity.ERROR,
        breaks=Breaks.SOURCE,
    )


def _overflow_text(shift: str, bits: int, suffix: str) -> str:
    if bits > 32:
        return f"{shift} has no value: the shift leaves its {'unsigned int' if suffix else 'int'}"
    return f"{shift} is negative, and sets all upper bits of a 64-bit word"


def _runs(macros: list[Macro]) -> Iterator[list[Macro]]:
    """Macros that stand together: one decision made them all."""
    run: list[Macro] = []
    for macro in macros:
        if run and (macro.line - run[-1].line > 8 or not _alike(macro.name, run[-1].name)):
            yield run
            run = []
        run.append(macro)
    if run:
        yield run


def _alike(one: str, other: str) -> bool:
    return one.partition("_")[0] == other.partition("_")[0]


def _wide_hit(header: HeaderFacts, run: list[Macro]) -> Hit:
    first = run[0]
    more = f"and {len(run) - 1} more from here on" if len(run) > 1 else ""
    return Hit(
        span=Span(header.path, first.line, 1),
        subject=first.name,
        fields=(
            ("name", first.name),
            ("what", "it is as wide as long, so ~ of it clears the upper half of a 64-bit word"),
        ),
        consequence=more,
        suggestion=re.sub(r"(\d)([uU]?[lL][uU]?)\s*<<", r"\1U <<", first.body),
        severity=Severity.NOTE,
        breaks=Breaks.PORTABILITY,
    )
