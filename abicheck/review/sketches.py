# SPDX-License-Identifier: GPL-2.0-or-later
"""This module reads the records that a text shows: a header, a document's block, half a patch.

Nothing is preprocessed or compiled: a document shows parts of records, with an ellipsis for the
rest, and names types that it does not define.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct

from abicheck.families.conditions import ConditionStack, never
from abicheck.parse.portable import lexer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_SKIPPED = frozenset({"CPP_WS", "CPP_LINECONT"})
_COMMENTS = frozenset({"CPP_COMMENT1", "CPP_COMMENT2", "UNTERMINATED"})
_OPENING = {"(": ")", "[": "]", "{": "}"}
_QUALIFIERS = frozenset(
    {"const", "volatile", "__user", "__force", "__packed", "__bitwise", "__extension__", "static"}
)
_WITH_ARGUMENTS = frozenset({"__attribute__", "__aligned", "__counted_by", "_Alignas"})
_FLEXIBLE = frozenset({"__DECLARE_FLEX_ARRAY", "DECLARE_FLEX_ARRAY"})
_ANNOTATION = re.compile(r"__[A-Z_]+")
"""A macro behind a declarator that stands for an attribute, such as ``__ATM_API_ALIGN``."""
_DEEPEST = 32
"""Bodies in bodies that are read; no uapi header has ten."""
_ATTRIBUTE = 64
"""Words of an attribute that are looked at before it is taken for something else."""
MAX_TEXT = 1 << 20
"""Characters; the largest uapi header of Linux 6.19 has 0.4 million."""


class Sketch(Struct, frozen=True, kw_only=True):
    """A struct or union as a text shows it."""

    kind: str
    tag: str | None
    fields: tuple[Field, ...]
    partial: bool
    """It says by an ellipsis, or by ending early, that it has more members."""
    line: int
    end: int
    """The line of its closing brace."""
    packed: bool = False
    """It, or a member, has an attribute that says how to align it."""

    @property
    def shape(self) -> tuple[object, ...]:
        """Equal for records that are written alike, wherever they stand."""
        members = tuple(field.shape for field in self.fields)
        return self.kind, self.tag, self.partial, self.packed, members


class Field(Struct, frozen=True, kw_only=True):
    """One member as a text shows it."""

    name: str | None
    """None for an unnamed record or bit-field."""
    type: str
    """The words of its type, without qualifiers; ``struct tag`` for a record."""
    pointer: bool = False
    sizes: tuple[str, ...] = ()
    """The expressions in its brackets; ``""`` for empty ones."""
    bits: str = ""
    record: Sketch | None = None
    """The body that stands there."""
    conditional: bool = False
    """Under an ``#if`` that is not about ``__KERNEL__``."""
    line: int

    @property
    def shape(self) -> tuple[object, ...]:
        """Equal for members that are written alike, wherever they stand."""
        inner = None if self.record is None else self.record.shape
        return (
            *(self.name, self.type, self.pointer, self.sizes, self.bits, self.conditional),
            inner,
        )


class Named(Struct, frozen=True):
    """A record that a text names: by its tag, or as a member with a name."""

    key: str
    """``struct kvm_run``, or ``system_event`` for the member without a tag."""
    path: str
    """The same with what is around it: ``struct kvm_run.system_event``."""
    sketch: Sketch


def named(fields: Iterable[Field], around: str = "") -> Iterator[Named]:
    """All records among these members and inside of them that have a name."""
    for field in fields:
        if field.record is None:
            continue
        inside = f"{around}.{field.name}" if around and field.name else field.name or around
        if field.record.tag is not None:
            key = inside = f"{field.record.kind} {field.record.tag}"
            yield Named(key, key, field.record)
        elif field.name is not None:
            yield Named(field.name, inside, field.record)
        yield from named(field.record.fields, inside)


class _Word(Struct, frozen=True):
    text: str
    line: int
    conditional: bool
    is_name: bool = False


@lru_cache(maxsize=16)  # what one step of a series leaves, the next one finds
def sketches(text: str) -> tuple[Field, ...]:
    """The records that a text shows outside of other records, each with the name it declares.

    None of a text larger than ``MAX_TEXT``.
    """
    if len(text) > MAX_TEXT:
        return ()
    reader = _Reader(tuple(_words(text)))
    found: list[Field] = []
    while not reader.at_end:
        if reader.at_body():
            found.extend(field for field in reader.declaration(0) or () if field.record)
        else:
            reader.skip()
    return tuple(found)


def _words(text: str) -> Iterator[_Word]:
    """The tokens outside of directives and of what only the kernel compiles."""
    stack, directive = ConditionStack(), list[str]()
    in_directive = fresh = hidden = conditional = False
    for kind, value, position in (*lexer.tokens(text + "\n"), ("NEWLINE", "\n", 0)):
        if kind == "NEWLINE":
            if in_directive:
                _feed(stack, "".join(directive))
                hidden, conditional = _seen(stack)
            in_directive, fresh, directive = False, True, []
        elif in_directive:
            directive.append(" " if kind in _COMMENTS or kind == "CPP_LINECONT" else value)
        elif kind in _SKIPPED:
            continue
        elif kind == "CPP_POUND" and fresh:
            in_directive = True
        elif kind in _COMMENTS:
            if "..." in value or "\N{HORIZONTAL ELLIPSIS}" in value:
                yield _Word("...", lexer.line(("", position)), False)
        else:
            fresh = False
            if not hidden:
                yield _Word(value, lexer.line(("", position)), conditional, kind == "CPP_ID")


def _seen(stack: ConditionStack) -> tuple[bool, bool]:
    """Whether no program sees what stands here, and whether not every program does."""
    conditions = stack.without_guard(stack.current)
    hidden = "defined(__KERNEL__)" in conditions or never(conditions)
    return hidden, any("__KERNEL__" not in condition for condition in conditions)


def _feed(stack: ConditionStack, directive: str) -> None:
    word, _, rest = directive.strip().partition(" ")
    if word == "define":
        name = rest.split()[:1]
        if name:
            stack.saw_define(name[0].partition("(")[0])
    elif word in ("if", "ifdef", "ifndef", "elif", "else", "endif"):
        stack.feed(word, rest.strip())


class _Reader:
    """A place in a list of words."""

    def __init__(self, words: tuple[_Word, ...]) -> None:
        self._words = words
        self._at = 0
        self._aligned = 0
        """How many attributes about alignment were passed."""

    @property
    def at_end(self) -> bool:
        return self._at >= len(self._words)

    def skip(self) -> None:
        self._at += 1

    def _text(self, ahead: int = 0) -> str:
        at = self._at + ahead
        return self._words[at].text if at < len(self._words) else ""

    def at_body(self) -> bool:
        """Whether a struct or union with its body begins here."""
        if self._text() not in ("struct", "union"):
            return False
        at = self._at
        self._at += 1
        self._attributes()
        if self._text() != "{":
            self._at += 1
            self._attributes()
        found = self._text() == "{"
        self._at = at
        return found

    def declaration(self, depth: int) -> tuple[Field, ...] | None:
        """What one declaration declares, up to its semicolon; None for what is not understood."""
        first = self._words[self._at]
        record: Sketch | None = None
        base: list[str] = []
        if self.at_body():
            record = self._record(depth)
            base = [f"{record.kind} {record.tag or ''}".strip()]
        elif self._text() == "enum":
            base = self._enum()
        rest = self._until_semicolon()
        if rest is None and record is not None and record.partial and self.at_end:
            rest = [[]]
        if rest is None:
            return None
        return _declared(first, base, record, rest)

    def _record(self, depth: int) -> Sketch:
        line, kind = self._words[self._at].line, self._text()
        self._at += 1
        self._attributes()
        tag = None
        if self._text() != "{":
            tag = self._text()
            self._at += 1
            self._attributes()
        self._at += 1
        before = self._aligned
        fields, partial = self._body(depth + 1)
        end = self._words[self._at - 1].line
        self._attributes()
        return Sketch(
            kind=kind,
            tag=tag,
            fields=fields,
            partial=partial,
            line=line,
            end=end,
            packed=self._aligned > before,
        )

    def _body(self, depth: int) -> tuple[tuple[Field, ...], bool]:
        """The members up to the closing brace, and whether there are more than are shown."""
        fields: list[Field] = []
        partial = depth > _DEEPEST
        while not self.at_end:
            if self._text() == "}":
                self._at += 1
                return tuple(fields), partial
            if self._text() in ("...", ";"):
                partial |= self._text() == "..."
                self._at += 1
            elif partial and depth > _DEEPEST:
                self._at += 1
            else:
                found = self.declaration(depth)
                partial |= found is None
                fields.extend(found or ())
        return tuple(fields), True

    def _enum(self) -> list[str]:
        base = []
        while not self.at_end and self._text() not in ("{", ";", "}"):
            base.append(self._text())
            self._at += 1
            if len(base) == 2:
                break
        if self._text() == "{":
            self._group()
        return [" ".join(base)]

    def _attributes(self) -> None:
        while self._text() in _WITH_ARGUMENTS or self._text() in _QUALIFIERS:
            start = self._at
            self._at += 1
            if self._text() == "(":
                self._group(_ATTRIBUTE)
            self._aligned += any(
                "packed" in word.text or "aligned" in word.text
                for word in self._words[start : self._at]
            )

    def _group(self, most: int | None = None) -> list[_Word]:
        """The words from an opening bracket to its closing one, or as many as may be."""
        start, open_ = self._at, list[str]()
        while not self.at_end and (most is None or self._at - start < most):
            text = self._text()
            if text in _OPENING:
                open_.append(_OPENING[text])
            elif open_ and text == open_[-1]:
                open_.pop()
            self._at += 1
            if not open_:
                break
        return list(self._words[start : self._at])

    def _until_semicolon(self) -> list[list[_Word]] | None:
        """Declarators, each a list of words; None where no semicolon ends them."""
        found: list[list[_Word]] = [[]]
        while not self.at_end:
            text = self._text()
            if text == ";":
                self._at += 1
                return found
            if text == "}":
                return None
            self._attributes()
            if self._text() in _OPENING:
                found[-1].extend(self._group())
            elif self._text() == ",":
                found.append([])
                self._at += 1
            elif self._text() not in (";", "}", ""):
                found[-1].append(self._words[self._at])
                self._at += 1
        return None


def _declared(
    first: _Word, base: list[str], record: Sketch | None, rest: list[list[_Word]]
) -> tuple[Field, ...] | None:
    """The members that declarators with a common type declare; None for what is no member."""
    if rest[0] and rest[0][0].text in _FLEXIBLE:
        inner = [word for word in rest[0][2:-1] if word.text != ","]
        rest = [[*inner, _Word("[", first.line, False), _Word("]", first.line, False)]]
    if not base:
        base, rest[0] = _type_words(rest[0])
        if not base:
            return None
    fields = []
    for words in rest:
        field = _declarator(words, " ".join(base), record, first)
        if field is None:
            return None
        fields.append(field)
    return tuple(fields)


def _type_words(words: list[_Word]) -> tuple[list[str], list[_Word]]:
    """The type in front of a declarator, and the declarator."""
    at = 0
    if len(words) > 2 and _ANNOTATION.fullmatch(words[-1].text):
        words = words[:-1]
    while at < len(words) and words[at].is_name:
        at += 1
    last = at if at < len(words) and words[at].text in ("*", "(") else at - 1
    if last >= 0 and words[last:] and words[last].text == ":":
        last -= 1
    if last <= 0:
        return [word.text for word in words[:at]] if words[at:] else [], words[at:]
    return [word.text for word in words[:last]], words[last:]


def _declarator(words: list[_Word], base: str, record: Sketch | None, first: _Word) -> Field | None:
    name, sizes, bits, pointer, at = None, [], "", False, 0
    line = first.line
    while at < len(words):
        word = words[at]
        if word.text == "(" and [w.text for w in words[at + 1 : at + 2]] != ["*"]:
            return None  # a macro's call, which may declare anything
        if word.text in ("*", "("):
            pointer = True
            name = name or next((w.text for w in words[at:] if w.is_name), None)
            break
        if word.text == "[":
            end = next((i for i in range(at, len(words)) if words[i].text == "]"), len(words))
            sizes.append("".join(w.text for w in words[at + 1 : end]))
            at = end
        elif word.text == ":":
            bits = "".join(w.text for w in words[at + 1 :])
            break
        elif word.is_name and name is None:
            name, line = word.text, word.line
        else:
            return None
        at += 1
    return Field(
        name=name,
        type=base,
        pointer=pointer,
        sizes=tuple(sizes),
        bits=bits,
        record=record,
        conditional=first.conditional,
        line=line,
    )
