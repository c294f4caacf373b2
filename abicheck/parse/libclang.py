# SPDX-License-Identifier: GPL-2.0-or-later
"""This module parses headers with libclang; it alone imports ``clang``.

libclang gives the declarations, never a layout: it has no target for six of the architectures and
a wrong one for m68k. Texts go to it in memory, and an empty overlay file system hides the disk
from it, so that no ``#include`` can reach a file the world does not hold.
"""

from __future__ import annotations

import ctypes
import os
import re
from contextlib import contextmanager
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from abicheck.errors import InputError
from abicheck.model import RecordRef, Span, TypedefRef
from abicheck.parse.cursors import Functions, UnsavedFile
from abicheck.parse.expressions import AlignedExpressions
from abicheck.parse.extract import Extraction, Memo, distrust
from abicheck.parse.inclusion import closure
from abicheck.parse.pragmas import PackState, pragmas
from abicheck.parse.unit import Problem, Unit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from abicheck.model import Declarations, Record
    from abicheck.parse.cursors import Cursor
    from abicheck.parse.unit import Measure, World

_ROOT = "/uapi/"
"""Where the world stands in libclang's eyes; no such folder need exist."""
_MAIN_NAME = "<header>.c"
_MAIN = os.fsencode(_ROOT + _MAIN_NAME)
_LANDMARK = '_Static_assert(1, "");'
"""Stands behind each header: where it is missing, a header swallowed what follows it."""
_NO_DISK = b"{'version': 0, 'redirecting-with': 'redirect-only', 'roots': []}"
"""An overlay without entries that does not fall through to the real file system."""
_SKIP_BODIES, _KEEP_GOING = 0x40, 0x200
_ERROR = 3
"""CXDiagnostic_Error."""
_UNPACKED = PackState()
_MAX_DIAGNOSTICS = 2000
"""Errors read of one unit; what has more is hopeless, and each costs time."""
_WORD = re.compile(rb"[A-Za-z_]\w*")
_ALIGNOF = frozenset((b"_Alignof", b"__alignof", b"__alignof__"))
_UNLIKE_IN_SIZE = frozenset((b"double", b"__int128"))
_UNLIKE_IN_ALIGNMENT = _UNLIKE_IN_SIZE | {b"long", b"int64_t", b"uint64_t"}
"""Words in the names of basic types that a stand-in target may measure otherwise."""
_ARGUMENTS = (
    *("-x", "c", "-std=gnu11", "-nostdinc", "-w", "-ferror-limit=0", "-fno-spell-checking"),
    *("-I", _ROOT.rstrip("/")),
)


class Library(Struct, frozen=True):
    """The libclang in use."""

    path: str
    version: str


@cache
def _functions() -> tuple[Functions, str]:
    """libclang's functions and the path it was loaded from; InputError where none loads."""
    try:
        path = os.environ.get("ABICHECK_LIBCLANG") or _installed()
        return Functions(path), path
    except Exception as error:  # whatever the bindings' own code may raise
        first = str(error).partition("\n")[0].rstrip(".")
        msg = f"libclang cannot be loaded ({first}); 'abicheck doctor' says more"
        raise InputError(msg) from error


def _installed() -> str:
    """The path of the library that ``clang.cindex`` would load.

    Where a wheel has it beside the bindings, these are not imported: that takes 5 ms.
    """
    import clang

    beside = Path(clang.__path__[0], "native", "libclang.so")
    if beside.is_file() and "LIBCLANG_LIBRARY_PATH" not in os.environ:
        return str(beside)
    from clang.cindex import conf

    path: str = conf.get_filename()
    return path


def library() -> Library:
    """The libclang in use; InputError where none can be loaded."""
    lib, path = _functions()
    return Library(path, lib.text(lib.clang_getClangVersion()))


@contextmanager
def _overlay() -> Iterator[str]:
    """The path of the overlay file, which nobody else can write and nothing leaves behind."""
    path = _memory_file()
    if path is not None:
        yield path
        return
    from tempfile import NamedTemporaryFile

    with NamedTemporaryFile(prefix="abicheck-overlay-") as file:
        file.write(_NO_DISK)
        file.flush()
        yield file.name


@cache
def _memory_file() -> str | None:
    """The path of the overlay in memory; None where no /proc shows it."""
    try:
        descriptor = os.memfd_create("abicheck-overlay")
    except OSError:
        return None
    os.write(descriptor, _NO_DISK)
    path = f"/proc/self/fd/{descriptor}"
    return path if Path(path).exists() else None


@cache
def _index() -> int:
    lib, _ = _functions()
    index: int = lib.clang_createIndex(0, 0)
    # A crash that libclang survives leaves locks held and memory lost; a child may die of it.
    lib.clang_toggleCrashRecovery(0)  # creating an index turns it on
    return index


def parse(
    world: World, includes: Sequence[str], measure: Measure, memo: Memo | None = None
) -> Unit:
    """One unit that includes all of ``includes`` in that order, under the world's ABI.

    ``memo`` shares what several ABIs of one tree have in common. Raises InputError where libclang
    cannot be loaded; what the text does wrong is in ``Unit.problems``.
    """
    texts = closure(world, includes)
    lib, _ = _functions()
    handle = ctypes.c_void_p()
    files, keep = _unsaved(texts, includes)
    with _overlay() as overlay:
        arguments = _arguments(world, overlay)
        failure = lib.clang_parseTranslationUnit2(
            _index(),
            _MAIN,
            (ctypes.c_char_p * len(arguments))(*arguments),
            len(arguments),
            files,
            len(files),
            _SKIP_BODIES | _KEEP_GOING,
            ctypes.byref(handle),
        )
    del keep
    if failure or not handle.value:
        name = includes[0] if includes else "<header>"
        what = "libclang crashed" if failure == 2 else "libclang gave up"
        return Unit(problems=(Problem(message=what, span=Span(world.origin(name), 1, 1)),))
    try:
        reading = _Reading(world, includes, texts, lib, handle.value, measure)
        return reading.unit(memo or Memo())
    except ctypes.ArgumentError as error:  # what ctypes makes of a RecursionError within it
        raise RecursionError(str(error)) from error
    finally:
        lib.clang_disposeTranslationUnit(handle)


def _arguments(world: World, overlay: str) -> list[bytes]:
    abi = world.abi
    spelled = [
        *_ARGUMENTS,
        *("-ivfsoverlay", overlay, f"--target={abi.triple}"),
        *abi.clang_args,
        *(f"-U{name}" for name in abi.undefines),
        *(f"-D{name}={value}" for name, value in abi.defines),
        *world.arguments,
    ]
    return [argument.encode() for argument in spelled]


def _unsaved(
    texts: dict[str, bytes], includes: Sequence[str]
) -> tuple[ctypes.Array[UnsavedFile], object]:
    """The texts as libclang takes them, and what must stay alive while it does."""
    main = "".join(f"#include <{name}>\n{_LANDMARK}\n" for name in includes)
    named = {_ROOT + name: text for name, text in texts.items()}
    entries = [(os.fsencode(name), text) for name, text in named.items()]
    entries.append((_MAIN, os.fsencode(main)))
    files = (UnsavedFile * len(entries))(
        *(UnsavedFile(name, text, len(text)) for name, text in entries)
    )
    return files, entries


class _Reading:
    """Reads one parsed unit; all its texts are copied out before the unit goes away."""

    def __init__(
        self,
        world: World,
        includes: Sequence[str],
        texts: dict[str, bytes],
        lib: Functions,
        handle: int,
        measure: Measure,
    ) -> None:
        self._world = world
        self._includes = includes
        self._texts = texts
        self._lib = lib
        self._handle = handle
        self._measure = measure
        self._names: dict[int, str] = {}
        self._origins: dict[int, str] = {}
        self._opinions: dict[str, Unit] = {}
        self._leaks = {
            name: leak for name, text in texts.items() if (leak := pragmas(text).leak) is not None
        }

    def unit(self, memo: Memo) -> Unit:
        """The declarations and problems of the unit."""
        unit = Unit()
        reading = Extraction(
            lib=self._lib,
            unit=unit,
            memo=memo,
            origin=self._origin,
            packing=self._packing,
            operator=self._operator,
            number=AlignedExpressions(self._world.abi, unit.declarations, self._measure).value,
        )
        reading.read(self._lib.clang_getTranslationUnitCursor(self._handle))
        unit.problems = self._problems()
        if len([at for at in reading.asserts if self._in_main(at)]) != len(self._includes):
            cut = "a header ends inside a declaration, or the parser gave up on it"
            unit.problems += (Problem(message=cut, span=None),)
        if not self._world.abi.clang_lays_out:
            self._distrust(reading, unit)
        return unit

    def _include(self, handle: int) -> str:
        """The include path behind a file handle."""
        if handle not in self._names:
            name = self._lib.text(self._lib.clang_getFileName(handle)) if handle else ""
            self._names[handle] = name.removeprefix(_ROOT)
        return self._names[handle]

    def _in_main(self, cursor: Cursor) -> bool:
        place = self._lib.place(self._lib.clang_getCursorLocation(cursor))
        return self._include(place[0]) == _MAIN_NAME

    def _origin(self, handle: int) -> str:
        if handle not in self._origins:
            include = self._include(handle)
            known = include in self._texts
            self._origins[handle] = self._world.origin(include) if known else "<command line>"
        return self._origins[handle]

    def _span(self, handle: int, line: int, column: int) -> Span:
        """A place in the tree; for one behind a header, in our own text, the header's last line."""
        if self._include(handle) != _MAIN_NAME:
            return Span(self._origin(handle), line, column)
        include = self._includes[(line - 1) // 2]
        if include not in self._texts:
            return Span(include, 1, 1)
        return Span(self._world.origin(include), self._texts[include].count(b"\n") + 1, 1)

    def _packing(self, cursor: Cursor, handle: int, line: int) -> PackState:
        """The packing that a record's body gets, which starts at that line."""
        include = self._include(handle)
        for name, leak in self._leaks.items():
            if name != include:
                return PackState(unknown=leak)
        found = pragmas(self._texts.get(include, b""))
        if not found.lines:
            return _UNPACKED
        end = self._lib.clang_getRangeEnd(self._lib.clang_getCursorExtent(cursor))
        return found.within(line, self._lib.place(end)[1])

    def _problems(self) -> tuple[Problem, ...]:
        lib, found = self._lib, []
        total = lib.clang_getNumDiagnostics(self._handle)
        for index in range(min(total, _MAX_DIAGNOSTICS)):
            diagnostic = lib.clang_getDiagnostic(self._handle, index)
            if lib.clang_getDiagnosticSeverity(diagnostic) >= _ERROR:
                message = lib.text(lib.clang_getDiagnosticSpelling(diagnostic))
                place = lib.place(lib.clang_getDiagnosticLocation(diagnostic))
                found.append((message, place))
            lib.clang_disposeDiagnostic(diagnostic)
        if not found:
            return ()
        inclusions = lib.inclusions(self._handle)
        more = (Problem(message="too many errors", span=None),) if total > _MAX_DIAGNOSTICS else ()
        return more + tuple(
            Problem(
                message=message,
                span=self._span(handle, line, column),
                stack=tuple(
                    Span(self._origin(at[0]), at[1], at[2])
                    for at in map(lib.place, inclusions.get(handle, ()))
                    if self._include(at[0]) != _MAIN_NAME
                ),
            )
            for message, (handle, line, column) in found
        )

    def _distrust(self, reading: Extraction, unit: Unit) -> None:
        """Replaces what rests on a size that the stand-in target gets wrong: bounds, and values.

        The other front end computes under the ABI's own numbers; a record it cannot read either
        is marked as one whose layout is not known. An enum keeps its values then: no layout
        depends on them, as long as they fit into 32 bits.
        """
        for name, cursor in reading.valued.items():
            enum = unit.declarations.enums.get(name)
            sizes = reading.sizes_in_enum(cursor)
            if enum is not None and not all(self._agrees(reading, key, unit) for key in sizes):
                other = self._opinion(enum.span.path)
                unit.declarations.enums[name] = other.enums.get(name, enum) if other else enum
        table = unit.declarations.records
        for name, used in reading.measured.items():
            wrong = [key for key in used if not self._agrees(reading, key, unit)]
            if wrong:
                why = f"an array bound uses {wrong[0]}, which no parser here knows"
                table[name] = self._second_opinion(table[name]) or distrust(table[name], why)
        for path, records in unit.records.items():
            unit.records[path] = tuple(table.get(r.name or "", r) for r in records)

    def _second_opinion(self, record: Record) -> Record | None:
        """The record as the other front end reads it, None where that is no surer."""
        other = self._opinion(record.span.path)
        found = other.records.get(record.name or "") if other is not None else None
        return None if found is None or found.undecided else found

    def _opinion(self, path: str) -> Declarations | None:
        """What the other front end reads in a file; None where it meets an error."""
        from abicheck.parse.portable import parse as parse_portably

        include = next((name for name in self._texts if self._world.origin(name) == path), None)
        if include is None:
            return None
        if include not in self._opinions:
            self._opinions[include] = parse_portably(self._world, (include,), self._measure)
        other = self._opinions[include]
        return None if other.problems else other.declarations

    def _agrees(self, reading: Extraction, key: str, unit: Unit) -> bool:
        operator, _, name = key.partition(" ")
        cursor = reading.cursors.get(name)
        if cursor is None:
            return key.startswith("sizeof enum ")
        named = RecordRef(name) if name.startswith(("struct ", "union ")) else TypedefRef(name)
        ours = self._measure(self._world.abi, unit.declarations)(named)
        written = self._lib.clang_getCursorType(cursor)
        sizes = ours is not None and ours[0] == self._lib.clang_Type_getSizeOf(written) * 8
        aligns = ours is not None and ours[1] == self._lib.clang_Type_getAlignOf(written) * 8
        return {"sizeof": sizes, "alignof": aligns}.get(operator, sizes and aligns)

    def _operator(self, cursor: Cursor) -> str:
        """What a cursor measures, see ``Extraction.operator``."""
        handle, line, column = self._lib.place(
            self._lib.clang_getRangeStart(self._lib.clang_getCursorExtent(cursor))
        )
        text = self._texts.get(self._include(handle), b"").split(b"\n", line)
        code = text[line - 1][column - 1 :] if line <= len(text) else b""
        written = re.match(rb"(?:(sizeof)|_Alignof|__alignof(?:__)?)\b[^)]*", code)
        words = frozenset(_WORD.findall(written[0] if written else code))
        if written is None:
            words = self._behind(words)
        operator = "sizeof" if written and written[1] else "alignof" if written else "measure"
        unsafe = _UNLIKE_IN_SIZE if operator == "sizeof" else _UNLIKE_IN_ALIGNMENT
        if operator == "measure" and not words & _ALIGNOF:
            operator, unsafe = "sizeof", _UNLIKE_IN_SIZE
        pointer = self._world.abi.pointer
        if operator != "sizeof" and pointer.align != pointer.size:
            return ""  # libclang has no target that aligns pointers below their size
        return "" if words & unsafe else operator

    def _behind(self, words: frozenset[bytes]) -> frozenset[bytes]:
        """These words and those of the macros that they may be, in whatever file."""
        new = words
        while new:
            found = [self._replacements[word] for word in new & self._replacements.keys()]
            new = frozenset().union(*found) - words
            words |= new
        return words

    @cached_property
    def _replacements(self) -> dict[bytes, frozenset[bytes]]:
        """By macro, the words of what any file replaces it by."""
        from abicheck.parse.names import names

        found: dict[bytes, frozenset[bytes]] = {}
        for text in self._texts.values():
            for macro, words in names(text).macros.items():
                found[macro] = found[macro] | words if macro in found else words
        return found
