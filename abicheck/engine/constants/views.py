# SPDX-License-Identifier: GPL-2.0-or-later
"""This module gives constants the numbers that programs of an ABI see."""

from __future__ import annotations

import re
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from abicheck import abis
from abicheck.engine.constants.declared import Declared
from abicheck.export.world import clean
from abicheck.families.codes import any_command, encode, scalar_kind, scalar_size, split_payload
from abicheck.families.evaluate import Evaluator, UnevaluatedError
from abicheck.families.ioctls import read_ioctl
from abicheck.families.scan import Enumerator, Macro
from abicheck.families.typedefs import behind
from abicheck.model import ScalarKind
from abicheck.parse.constants import Widths
from abicheck.parse.predefined import predefined

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from abicheck.engine.constants.version import Definition, Header, Site, Version
    from abicheck.model import Abi
    from abicheck.model.claims import Ioctl

_DEFINED = re.compile(r"\bdefined\s*\(?\s*([A-Za-z_]\w*)\s*\)?")
_WORD = re.compile(r"\b[A-Za-z_]\w*")
_NEVER = re.compile(
    r"CONFIG_\w+|__KERNEL__|__ASSEMBLY__|__ASSEMBLER__|__cplusplus|__CHECKER__|__SYSCALL_COMPAT|_*(?:ARCH|WANT)_\w+"
)
"""Macros that no C program defines when it includes a header of the kernel."""
_QUALIFIER = re.compile(r"\b(?:__bitwise|__force|const|volatile)\b")
_MOST_TEXTS = 400
_MOST_UNKNOWN = 4
"""Macros of one condition, of which nobody knows whether they are defined, that are tried."""


class View(Evaluator):
    """What one ABI's programs see when they include one header."""

    def __init__(
        self,
        version: Version,
        abi: str,
        include: str,
        sizes: Mapping[str, Mapping[str, int]],
    ) -> None:
        """``sizes`` has the bytes of records by name and ABI."""
        self._abi = abis.get(abi)
        super().__init__((), Widths.of(self._abi))
        self._version = version
        self._world = version.worlds[abi]
        self._include = version.entry(abi, include)
        self._sizes = sizes
        self._open: set[str] = set()
        self._first: set[str] = set()
        self._reached: list[Header] = []
        self._answers: dict[str, bool | None] = {}

    @cached_property
    def _own(self) -> Mapping[str, tuple[Site, ...]]:
        """The names of the header itself, which is the first that is looked at."""
        name = clean(self._include)
        known = name is not None and self._world.text(name) is not None
        return self._version.read(self._world, name).names if name and known else {}

    @property
    def _headers(self) -> Sequence[Header]:
        """The header, then those it includes under this ABI; while they are looked for, so far."""
        if not self._reached:
            self._reach(self._include)
            self._answers.clear()
            self._values.clear()
        return self._reached

    def _reach(self, start: str) -> None:
        waiting, seen = [start], set[str]()
        while waiting and len(self._reached) < _MOST_TEXTS:
            include = waiting.pop()
            name = clean(include)
            if name is None or name in seen or self._world.text(name) is None:
                continue
            seen.add(name)
            header = self._version.read(self._world, name)
            self._reached.append(header)
            for target, conditions in reversed(header.includes):
                if all(self._true(condition) is not False for condition in conditions):
                    waiting.append(target)

    def find(self, name: str) -> Macro | Enumerator | None:
        """The definition that is certainly there, else the only one that may be."""
        for site in self._own.get(name, ())[:1]:
            first = site.definition
            if not first.condition and not isinstance(first, Declared):
                return first
        perhaps = []
        for header in self._headers:
            for site in header.names.get(name, ()):
                definition = site.definition
                holds = self.holds(definition)
                if isinstance(definition, Declared):
                    continue
                if holds:
                    return definition
                if holds is None:
                    perhaps.append(definition)
        return perhaps[0] if len(perhaps) == 1 else None

    def holds(self, definition: Definition) -> bool | None:
        """Whether a definition is in force; None where that is up to the program."""
        if not definition.condition:
            return True
        own = f"!defined({definition.name})"
        answers = [
            self._is_first(definition) if text == own else self._true(text)
            for text in definition.condition
        ]
        return False if False in answers else None if None in answers else True

    def _is_first(self, definition: Definition) -> bool:
        """Whether no header in front defines the name that is defined only where it is not yet."""
        if definition.name in self._first:
            return True
        self._first.add(definition.name)
        try:
            return not self._is_given(definition)
        finally:
            self._first.discard(definition.name)

    def _is_given(self, definition: Definition) -> bool:
        for header in self._headers:
            sites = [site.definition for site in header.names.get(definition.name, ())]
            if not any(each is definition for each in sites) and any(map(self.holds, sites)):
                return True
        return False

    def number(self, definition: Definition) -> int | None:
        """The number that a definition has, None where text and sizes do not tell."""
        if isinstance(definition, Declared):
            return self._rank(definition)
        try:
            if isinstance(definition, Enumerator):
                return self.enumerator(definition)
            if definition.params is not None:
                return None
            command = self.command(definition)
            if command is not None:
                return self._code(command)
            return self.expression(definition.body)
        except UnevaluatedError:
            return None

    def _rank(self, declared: Declared) -> int | None:
        """The place of a typedef's scalar type among ``ScalarKind``, None where it is no scalar."""
        words, seen = declared.words, {declared.name}
        while True:
            bare = " ".join(_QUALIFIER.sub(" ", words).split())
            kind = scalar_kind(bare)
            if kind is not None:
                return tuple(ScalarKind).index(kind)
            inner = None if bare in seen else self._typedef(bare)
            if inner is None:
                return None
            seen.add(bare)
            words = inner.words

    def _typedef(self, name: str) -> Declared | None:
        """The typedef of that name that the header sees."""
        sites = (site for header in self._headers for site in header.all_names.get(name, ()))
        found = (site.definition for site in sites if isinstance(site.definition, Declared))
        return next((one for one in found if one.kind == "typedef" and self.holds(one)), None)

    def command(self, macro: Macro) -> Ioctl | None:
        """The ioctl command that a macro is, if it is one that the text encodes."""
        found = read_ioctl(macro, self, "", any_command) if macro.params is None else None
        return None if found is None else found.ioctl

    def enumerator(self, enumerator: Enumerator) -> int:
        """The number of an enumerator; those that are not in force do not count."""
        number, at = 0, enumerator
        while at.expression is None:
            before = at.before
            while before is not None and self.holds(before) is False:
                before = before.before
            if before is None:
                return number
            number, at = number + 1, before
        return number + self.expression(at.expression)

    def kind(self, typename: Any) -> ScalarKind:
        """The type that a cast names; UnevaluatedError for one that is no integer here."""
        at = typename.type
        while type(at).__name__ == "TypeDecl":
            at = at.type
        if type(at).__name__ == "PtrDecl":
            return ScalarKind.ULONG
        words = " ".join(getattr(at, "names", ()))
        found = scalar_kind(words)
        if found is None:
            plain = behind(words, self._contents())
            found = scalar_kind(_QUALIFIER.sub("", plain).strip())
        if found is None:
            raise UnevaluatedError(f"a cast to {words or 'no integer'}")
        return found

    def _contents(self) -> Iterator[str]:
        return (header.content.decode("utf-8", "replace") for header in self._headers)

    def _code(self, command: Ioctl) -> int | None:
        size = command.size
        if size is None:
            split = split_payload(command.payload or "", self)
            one = None if split is None else self._size(split[0])
            size = None if split is None or one is None else one * split[1]
        return None if size is None else encode(command, size, self._abi)

    def _size(self, payload: str) -> int | None:
        known = scalar_size(payload, self._abi)
        if known is not None:
            return known
        sizes = self._sizes.get(" ".join(payload.split()))
        if sizes is None:
            sizes = self._sizes.get(behind(payload, self._contents()), {})
        return sizes.get(self._abi.name)

    def _true(self, condition: str) -> bool | None:
        if condition in self._open:
            return None
        if condition not in self._answers:
            self._open.add(condition)
            try:
                self._answers[condition] = self._weighed(condition)
            except UnevaluatedError:
                self._answers[condition] = None
            finally:
                self._open.discard(condition)
        return self._answers[condition]

    def _weighed(self, condition: str) -> bool | None:
        unknown: list[str] = []

        def replaced(match: re.Match[str]) -> str:
            known = self._defined(match[1])
            if known is None:
                unknown.append(match[0])
                return match[0]
            return str(int(known))

        text = _DEFINED.sub(replaced, condition)
        unknown = list(dict.fromkeys(unknown))
        if len(unknown) > _MOST_UNKNOWN:
            return None
        answers = set()
        for pattern in range(1 << len(unknown)):
            tried = text
            for index, question in enumerate(unknown):
                tried = tried.replace(question, str(pattern >> index & 1))
            answers.add(bool(self.expression(tried, self._words(tried))))
        return answers.pop() if len(answers) == 1 else None

    def _words(self, text: str) -> Mapping[str, int]:
        """The numbers of a condition's words; 0 for one that is not defined."""
        return {word: self._word(word) for word in _WORD.findall(text)}

    def _word(self, word: str) -> int:
        given = _given(self._abi).get(word)
        if given is not None:
            return self.expression(given) if not given.isidentifier() else self._word(given)
        found = self.find(word)
        if found is not None and self.holds(found):
            return self.name(word)
        if any(word in header.names for header in self._headers):
            raise UnevaluatedError(f"{word} is up to the program")
        return 0

    def _defined(self, name: str) -> bool | None:
        if name in _given(self._abi):
            return True
        if name in _anywhere():
            return False
        if name in self._open:
            return None
        self._open.add(name)
        try:
            found = self.find(name)
            if found is None:
                return False if _NEVER.fullmatch(name) else None
            return self.holds(found)
        finally:
            self._open.discard(name)


@cache
def _given(abi: Abi) -> Mapping[str, str]:
    """What is defined before any header: by the compiler, and by the byte order."""
    order, digits = ("BIG", "4321") if abi.big_endian else ("LITTLE", "1234")
    long = dict(abi.scalars)[ScalarKind.LONG].size * 8
    return {
        **dict(predefined(abi)),
        f"__{order}_ENDIAN": digits,
        f"__{order}_ENDIAN_BITFIELD": digits,
        "__BYTE_ORDER": digits,
        "__BITS_PER_LONG": str(long),
    }


@cache
def _anywhere() -> frozenset[str]:
    """What some ABI's compiler defines."""
    return frozenset().union(*(_given(abi) for abi in abis.all_abis()))
