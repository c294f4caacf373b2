# SPDX-License-Identifier: GPL-2.0-or-later
"""This module takes GNU C out of a token stream and leaves C11, which pycparser reads.

Attributes go into tables keyed by the token they belong to; asm labels, initialisers and function
bodies go away. The C11 text has one token on each line, so a line number of the syntax tree is an
index into the tokens, whatever pycparser does with columns.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct, field

from abicheck.parse.portable.lexer import Token
from abicheck.parse.portable.packing import Packing, operator

if TYPE_CHECKING:
    from collections.abc import Iterable

ATTRIBUTE = ("__attribute__", "__attribute")
_ASM = ("asm", "__asm", "__asm__")
_TYPEOF = ("typeof", "__typeof", "__typeof__", "__typeof_unqual__", "typeof_unqual")
_TAGGED = ("struct", "union", "enum")
_SPELLED = {
    "__const": "const",
    "__const__": "const",
    "__volatile": "volatile",
    "__volatile__": "volatile",
    "__restrict": "restrict",
    "__restrict__": "restrict",
    "__inline": "inline",
    "__inline__": "inline",
    "__signed": "signed",
    "__signed__": "signed",
    "__alignof": "_Alignof",
    "__alignof__": "_Alignof",
    "__builtin_offsetof": "offsetof",
    "__complex__": "_Complex",
    "__thread": "_Thread_local",
}
_DROPPED = ("__extension__",)
_NOT_A_TYPE = (
    *("typedef", "extern", "static", "auto", "register", "inline", "const", "volatile"),
    *("restrict", "_Noreturn", "_Thread_local", "_Atomic"),
)
_TYPE_WORDS = (
    *("void", "char", "short", "int", "long", "float", "double", "signed", "unsigned"),
    *("_Bool", "_Complex", "__int128"),
)
BUILTIN_TYPES = (
    *("__builtin_va_list", "__float128", "_Float128", "_Float64x", "_Float64", "_Float32x"),
    *("_Float32", "_Float16", "__fp16", "__ibm128", "__ieee128", "_Decimal32", "_Decimal64"),
    *("_Decimal128", "__bf16", "__int128_t", "__uint128_t"),
)
PLACEHOLDER = "__typeof_%s"
_PLAIN_NUMBER = re.compile(r"(0[xX][0-9a-fA-F]+|[0-9]+)[uUlL]*")


class Attribute(Struct, frozen=True):
    """An attribute: its name without underscores and its argument, as far as it is known here."""

    name: str
    text: str
    number: int | None
    """The argument where it is a plain number."""
    asked: int | None
    """The number of the question (see ``Plain``) that gives the argument otherwise."""


class Body(Struct):
    """What stands outside the braces of a struct, union or enum, and yet belongs to it."""

    token: Token
    """The tag, or the keyword of a body without one."""
    attributes: list[Attribute] = field(default_factory=list)
    pack: int | None = None
    undecided: str | None = None


class Plain(Struct):
    """C11 with what was taken out of it."""

    tokens: list[Token | None] = field(default_factory=list)
    """The token on each line of the text, from line 1; None for a line we wrote."""
    written: dict[int, str] = field(default_factory=dict)
    """The lines we wrote. Each ``_Static_assert(e, "n")`` there is question ``n``."""
    chunks: list[int] = field(default_factory=list)
    """The line each declaration at file scope starts at."""
    bodies: dict[int, Body] = field(default_factory=dict)
    """By the line of the keyword, the tag, and the opening brace."""
    declarators: dict[int, tuple[Attribute, ...]] = field(default_factory=dict)
    """By the line of the declared name."""
    unknown: dict[int, str] = field(default_factory=dict)
    """By line: the names that stand for types but are none; the text makes them types."""

    def text(self, without: frozenset[int] = frozenset()) -> str:
        """The C11 text; the chunks that start at these lines are left empty."""
        words = [
            self.written.get(number, "") if token is None else token.value
            for number, token in enumerate(self.tokens, 1)
        ]
        ends = [*self.chunks, len(words) + 1][1:]
        for start, end in zip(self.chunks, ends, strict=True):
            if start in without:
                words[start - 1 : end - 1] = [""] * (end - start)
        return "\n".join(words) + "\n"


def plain(tokens: Iterable[Token]) -> Plain:
    """The C11 of a preprocessed unit, with its attributes and packings in tables."""
    reader = _Reader(list(tokens))
    reader.unit()
    return reader.out


class _Reader:
    def __init__(self, tokens: list[Token]) -> None:
        self.out = Plain()
        self._tokens = tokens
        self._at = 0
        self._packing = Packing()
        self._questions: list[str] = []
        self._placeholders: list[str] = []
        self._assertions: list[Token | None] = []
        self._asked = 0
        self._types: dict[int, str] = {}
        self._typedefs: dict[str, int] = {}
        self._name: int | None = None
        """The line of the name that the declarator being read declares."""

    # --- tokens in and out ----------------------------------------------------------------

    def _peek(self) -> str:
        """The next token's text, "" at the end; pragmas on the way take effect."""
        while self._at < len(self._tokens):
            token = self._tokens[self._at]
            if token.type == "PRAGMA":
                self._packing.apply(token.value)
            elif token.value == "_Pragma":
                self._at += 1
                self._packing.apply(operator(" ".join(self._skipped())))
                continue
            elif token.value not in _DROPPED:
                return token.value
            self._at += 1
        return ""

    def _next(self) -> Token:
        self._peek()
        self._at += 1
        return self._tokens[self._at - 1]

    def _emit(self) -> int:
        """Passes the next token on; the line it stands on."""
        token = self._next()
        if token.value in _SPELLED:
            token.value = _SPELLED[token.value]
        self.out.tokens.append(token)
        return len(self.out.tokens)

    def _write(self, text: str) -> None:
        self.out.tokens.append(None)
        self.out.written[len(self.out.tokens)] = text

    def _skipped(self) -> list[str]:
        """The texts of a balanced group, which goes away."""
        depth, words = 0, []
        while self._at < len(self._tokens):
            token = self._tokens[self._at]
            self._at += 1
            if token.type == "PRAGMA":
                self._packing.apply(token.value)
                continue
            words.append(token.value)
            if token.value in ("(", "[", "{"):
                depth += 1
            elif token.value in (")", "]", "}"):
                depth -= 1
            if depth <= 0:
                break
        return words

    # --- declarations ---------------------------------------------------------------------

    def unit(self) -> None:
        """Everything at file scope."""
        self._write("")
        while self._peek():
            start = self._at
            self._write("")
            line = len(self.out.tokens)
            self.out.chunks.append(line)
            self._declaration(outermost=True)
            self.out.written[line] = " ".join(self._placeholders)
            self.out.tokens += self._assertions
            self._write(" ".join(self._questions))
            self._placeholders, self._questions, self._assertions = [], [], []
            if self._at == start:
                self._emit()
        known = self._typedefs
        for line, name in self._types.items():
            if name not in BUILTIN_TYPES and known.get(name, line) >= line:
                self.out.unknown[line] = name
        made = dict.fromkeys((*BUILTIN_TYPES, *self.out.unknown.values()))
        self.out.written[1] = " ".join(f"typedef int {name};" for name in made)

    def _declaration(self, *, outermost: bool) -> None:
        """One declaration up to its semicolon."""
        if self._peek() == "_Static_assert":
            self._assertion(outermost=outermost)
            return
        shared: list[Attribute] = []
        typedef = self._peek() == "typedef"
        self._specifiers(shared)
        while self._peek() not in ("", ";", "}"):
            before = self._at
            if self._declarator(shared, outermost=outermost):
                return
            if typedef and self._name is not None:
                token = self.out.tokens[self._name - 1]
                self._typedefs.setdefault(token.value if token else "", self._name)
            if self._at == before:
                self._group() if self._peek() == "{" else self._emit()
        if self._peek() == ";":
            self._emit()
        elif self._peek() == "}" and not outermost:
            self._write(";")  # compilers only warn where a body's last semicolon is missing

    def _assertion(self, *, outermost: bool) -> None:
        """A static assertion; one inside a record moves behind the whole declaration."""
        start = len(self.out.tokens)
        self._emit()
        self._group()
        while self._peek() not in ("", ";"):
            self._emit()
        if self._peek():
            self._emit()
        if not outermost:
            self._assertions += self.out.tokens[start:]
            del self.out.tokens[start:]

    def _specifiers(self, shared: list[Attribute]) -> None:
        """Everything in front of the first declarator."""
        typed = False
        while True:
            word = self._peek()
            if word in ATTRIBUTE:
                shared += self._attribute()
            elif word in _TAGGED:
                self._tagged()
                typed = True
            elif word in _TYPEOF:
                self._typeof()
                typed = True
            elif word in ("_Alignas", "alignas"):
                self._emit()
                self._group()
            elif _SPELLED.get(word, word) in _NOT_A_TYPE:
                self._emit()
            elif _SPELLED.get(word, word) in _TYPE_WORDS:
                self._emit()
                typed = True
            elif not typed and _is_word(word):
                self._types[self._emit()] = word
                typed = True
            else:
                return

    def _declarator(self, shared: list[Attribute], *, outermost: bool) -> bool:
        """One declarator and the comma behind it; true where it ended the declaration."""
        own: list[Attribute] = []
        self._name = None
        while True:
            word = self._peek()
            if word in ATTRIBUTE:
                own += self._attribute()
            elif word in _ASM:
                self._next()
                self._skipped()
            elif word in ("(", "["):
                self._group()
            elif word == "=":
                self._initialiser()
            elif word == "{" and outermost:
                self._skipped()
                self._end_of_function()
                return True
            elif word in ("", ";", ",", "}", "{"):
                break
            else:
                line = self._emit()
                if self._name is None and _is_name(word):
                    self._name = line
        if self._name is not None and (own or shared):
            self.out.declarators[self._name] = (*shared, *own)
        if self._peek() == ",":
            self._emit()
        return False

    def _end_of_function(self) -> None:
        """A definition becomes a declaration."""
        self._write(";")

    def _initialiser(self) -> None:
        while self._peek() not in ("", ";", ","):
            self._skipped()

    def _group(self) -> None:
        """A balanced group in which declarations keep their GNU words out of sight."""
        closing = {"(": ")", "[": "]", "{": "}"}.get(self._peek())
        if closing is None:
            return
        self._emit()
        while (word := self._peek()) not in ("", closing):
            if word in ATTRIBUTE:
                self._attribute()
            elif word in _TAGGED:
                self._tagged()
            elif word in _TYPEOF:
                self._typeof()
            elif word in ("(", "[", "{"):
                self._group()
            elif word in (")", "]", "}"):
                return
            else:
                line = self._emit()
                if self._name is None and _is_name(word):
                    self._name = line
        if self._peek():
            self._emit()

    def _tagged(self) -> None:
        """``struct``, ``union`` or ``enum`` with its tag and body."""
        kind = self._peek()
        body = Body(self._tokens[self._at])
        lines = [self._emit()]
        while self._peek() in ATTRIBUTE:
            body.attributes += self._attribute()
        if _is_word(self._peek()):
            body.token = self._tokens[self._at]
            lines.append(self._emit())
        if self._peek() != "{":
            return
        lines.append(self._emit())
        body.pack, body.undecided = self._packing.pack, self._packing.unknown
        named = self._name
        if kind == "enum":
            self._enumerators()
        else:
            while self._peek() not in ("", "}"):
                before = self._at
                self._declaration(outermost=False)
                if self._at == before:
                    self._emit()
        if self._peek():
            self._next_brace(body)
        self._name = named
        for number in lines:
            self.out.bodies[number] = body

    def _next_brace(self, body: Body) -> None:
        self._emit()
        if self._packing.pack != body.pack:
            body.undecided = body.undecided or "#pragma pack changes inside the body"
        while self._peek() in ATTRIBUTE:
            body.attributes += self._attribute()

    def _enumerators(self) -> None:
        while (word := self._peek()) not in ("", "}"):
            if word in ATTRIBUTE:
                self._attribute()
            elif word in ("(", "[", "{"):
                self._group()
            else:
                self._emit()

    # --- attributes and typeof --------------------------------------------------------------

    def _attribute(self) -> list[Attribute]:
        """The attributes of one ``__attribute__((...))``, which goes away."""
        self._next()
        words = self._skipped()[2:-2]
        found: list[Attribute] = []
        one: list[str] = []
        depth = 0
        for word in (*words, ","):
            depth += (word in ("(", "[", "{")) - (word in (")", "]", "}"))
            if word == "," and depth == 0:
                if one:
                    found.append(self._one(one[0].strip("_"), one[2:-1]))
                one = []
            else:
                one.append(word)
        return found

    def _one(self, name: str, argument: list[str]) -> Attribute:
        text = " ".join(argument)
        number = asked = None
        if name in ("aligned", "vector_size") and argument:
            if _PLAIN_NUMBER.fullmatch(text):
                digits = text.rstrip("uUlL")
                octal = digits.startswith("0") and digits.isdigit()
                number = int(digits, 8 if octal else 0)
            else:
                asked = self._ask(" ".join(_SPELLED.get(word, word) for word in argument))
        return Attribute(name, text, number, asked)

    def _ask(self, text: str) -> int:
        self._asked += 1
        self._questions.append(f'_Static_assert({text}, "{self._asked}");')
        return self._asked

    def _typeof(self) -> None:
        """A type of our own naming in place of ``typeof (...)``; the question tells which."""
        token = self._next()
        words = self._skipped()
        number = self._ask(f"sizeof {' '.join(_SPELLED.get(word, word) for word in words)}")
        name = PLACEHOLDER % number
        self._placeholders.append(f"typedef int {name};")
        self.out.tokens.append(Token("CPP_ID", name, token.place))


def _is_word(word: str) -> bool:
    return word[:1].isalpha() or word[:1] in ("_", "$")


def _is_name(word: str) -> bool:
    return _is_word(word) and _SPELLED.get(word, word) not in (*_NOT_A_TYPE, *_TYPE_WORDS)
