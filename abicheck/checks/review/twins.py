# SPDX-License-Identifier: GPL-2.0-or-later
"""This module finds twins of records that are not what 32-bit programs have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.checks.facts import Hit
from abicheck.checks.review.facts import is_header, shown
from abicheck.errors import InputError
from abicheck.model import Severity, Span
from abicheck.review.headers import HeaderStep
from abicheck.review.homes import varying
from abicheck.review.mirrors import Mirrors, difference, pairs
from abicheck.review.paths import expand
from abicheck.review.sketches import MAX_TEXT
from abicheck.review.twins import asserted, definer, names_twin, parts, twins

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abicheck.checks.review.facts import StepFacts
    from abicheck.export.exports import Exports
    from abicheck.model import RecordLayout, Rule
    from abicheck.review.headers import ShownHeader
    from abicheck.review.twins import Twin

_NOTE = Severity.NOTE
_ORPHAN = "it was not compared: nothing that it includes defines that"
_MOST = 64
"""Twins of one step that are compared; include/linux/compat.h of Linux 6.1 has 20."""


def unlike(facts: StepFacts, rule: Rule) -> Iterator[Hit]:
    """Twins that a step touches, or whose original it touches, and that have another layout."""
    if facts.step.partial:
        return
    exports: Exports | None = None
    mirrors = Mirrors(facts.step.new)
    far, problem = _far(facts)
    if problem is not None:
        yield problem
    for count, (twin, original) in enumerate(_touched(facts, rule, far)):
        if count == _MOST:
            yield _hit(twin, ["neither it nor what follows was compared: too many"], (), _NOTE)
            return
        if exports is None:
            from abicheck.export.exports import open_exports

            exports = open_exports(facts.step.new)
        if original is None:
            yield _hit(twin, [_ORPHAN], (), _NOTE)
            continue
        hit = _judged(twin, original, exports, mirrors, _asserted(facts, twin))
        if hit is not None:
            yield hit


def _far(facts: StepFacts) -> tuple[tuple[str, ...], Hit | None]:
    """The files anywhere that define twins of what the step changes; or why nobody knows them."""
    keys = {key: header for header in facts.headers for key in varying(header)}
    if not keys:
        return (), None
    try:
        return facts.homes.of(facts.step.new, keys), None
    except InputError as error:
        key = min(keys)
        what = f"no twin was looked for: {error}"
        fields = (("twin", "a twin anywhere in the tree"), ("of", key), ("what", what))
        span = Span(keys[key].path, 1, 1)
        return (), Hit(span=span, subject=key, fields=fields, severity=_NOTE)


def _touched(
    facts: StepFacts, rule: Rule, far: tuple[str, ...]
) -> Iterator[tuple[Twin, ShownHeader | None]]:
    """Twins with the file of what they mirror, None where nobody knows it."""
    homes = rule.parameter("homes")
    assert isinstance(homes, tuple)
    changed = {file.path: file.old_path for file in facts.step.files if not file.removed}
    records = frozenset(key for header in facts.headers for key in header.records)
    inner = (path for path in changed if path.startswith("include/") and path.endswith(".h"))
    records |= {key for path in inner for key in _step_of(facts, path, changed[path]).records}
    records |= _newly_asserted(facts)
    others = (*expand(facts.step.new, homes), *_namesakes(facts)) if records else ()
    for path in dict.fromkeys((*(p for p in changed if p.endswith((".c", ".h"))), *others, *far)):
        file = None if is_header(path) else _file(facts, path)
        if file is None:
            continue
        mine = _step_of(facts, path, changed[path]).records if path in changed else frozenset()
        for twin in twins(file):
            both = {twin.key, twin.of}
            if both & records or (mine and (both | parts(file, twin.key).keys()) & mine):
                original = definer(facts.step.new, twin)
                if original is not None or twin.is_certain:
                    yield twin, original


def _step_of(facts: StepFacts, path: str, older: str | None) -> HeaderStep:
    old = shown(facts.step.old, older) if older else None
    return HeaderStep(path, old, shown(facts.step.new, path))


def _file(facts: StepFacts, path: str) -> ShownHeader | None:
    """A file after the step; that it is too large to read matters where it has a twin."""
    file = shown(facts.step.new, path)
    if file is not None and len(file.content) > MAX_TEXT:
        return facts.shown(path) if names_twin(file.content.decode("latin-1")) else file
    return file


def _namesakes(facts: StepFacts) -> tuple[str, ...]:
    """The headers that C files of the step are called after."""
    paths = (file.path for file in facts.added if file.path.endswith(".c"))
    return tuple(f"{path.removesuffix('.c')}.h" for path in paths)


def _newly_asserted(facts: StepFacts) -> frozenset[str]:
    """The records of which the step states a size that was not stated before."""
    found: set[tuple[str, int]] = set()
    for file in facts.step.files:
        new = None if file.removed else shown(facts.step.new, file.path)
        old = shown(facts.step.old, file.old_path) if file.old_path else None
        if new is not None and file.path.endswith((".c", ".h")):
            before = {(key, size) for key, size, _ in asserted(old)} if old else set()
            found |= {(key, size) for key, size, _ in asserted(new)} - before
    return frozenset(key for key, _ in found)


def _asserted(facts: StepFacts, twin: Twin) -> tuple[tuple[str, int], ...]:
    """The sizes that the twin's file, its namesake, or a file of the step asserts: place, bytes."""
    path = twin.file.path
    near = (path, f"{path.removesuffix('.h')}.c", *(file.path for file in facts.added))
    files = (shown(facts.step.new, name) for name in dict.fromkeys(near))
    return tuple(
        (f"{file.path}:{line}", size)
        for file in files
        if file is not None and file.path.endswith((".c", ".h"))
        for key, size, line in asserted(file)
        if key == twin.key
    )


def _judged(
    twin: Twin,
    original: ShownHeader,
    exports: Exports,
    mirrors: Mirrors,
    sizes: tuple[tuple[str, int], ...],
) -> Hit | None:
    """What is wrong with a twin; a note where none of its ABIs could tell."""
    said: dict[str, list[str]] = {}
    problem = ""
    for narrow, wide in pairs(twin.file.path):
        kernel, programs = exports.world(wide), exports.world(narrow)
        if kernel is None or programs is None:
            continue
        native = mirrors.laid_out(programs, original, twin.of)
        mirror = mirrors.laid_out(kernel, twin.file, twin.key)
        if isinstance(native, str) or isinstance(mirror, str):
            problem = problem or (native if isinstance(native, str) else str(mirror))
            continue
        what = difference(mirror, native)
        if what and not _serves(mirrors.laid_out(kernel, original, twin.of), native):
            said.setdefault(what, []).append(narrow.name)
        for place, size in sizes:
            if size != mirror.size:
                text = f"{place} says that it has {size} bytes, and it has {mirror.size}"
                said.setdefault(text, []).append(wide.name)
    if not said:
        return _hit(twin, [f"it was not compared: {problem}"], (), _NOTE) if problem else None
    first = next(iter(said))
    return _hit(twin, list(said), tuple(said[first]), None)


def _serves(wide: RecordLayout | str, native: RecordLayout) -> bool:
    """Whether the kernel's own record is what 32-bit programs have, so that nobody needs a twin."""
    return not isinstance(wide, str) and not difference(wide, native)


def _hit(twin: Twin, said: list[str], abis: tuple[str, ...], severity: Severity | None) -> Hit:
    return Hit(
        span=Span(twin.file.path, twin.line, 1),
        subject=twin.key,
        abis=abis,
        fields=(("twin", twin.key), ("of", twin.of), ("what", said[0])),
        consequence="; ".join(said[1:]),
        suggestion="Compare the two by hand." if severity is _NOTE else "",
        severity=severity,
    )
