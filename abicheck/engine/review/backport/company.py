# SPDX-License-Identifier: GPL-2.0-or-later
"""This module answers what has to come along with a backport: gates, documents, copies, names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from abicheck.checks.facts import Hit
from abicheck.diff.gates import kind_of
from abicheck.engine.review.backport.case import below, listed
from abicheck.families.scan import Macro, read_text
from abicheck.model import Answer, Span
from abicheck.model.claims import FamilyKind
from abicheck.review.trailers import prerequisites as named_commits

if TYPE_CHECKING:
    from collections.abc import Iterable

    from abicheck.engine.review.backport.case import Added, Case
    from abicheck.model import Finding
    from abicheck.review.steps import Step
    from abicheck.vcs.tree import Tree

_COPIES = ("tools/include/uapi/", "tools/arch/")
_CAPABILITY = re.compile(r"_(?:CAP|EXT|FEATURE)_|_CAP$")
_ASIDE = re.compile(r"/\*.*?\*/|//[^\n]*|\"(?:\\.|[^\"\\\n])*\"")
_WORD = re.compile(r"[A-Za-z_]\w{2,}")
_DEFINED = re.compile(
    rb"^[ \t]*#[ \t]*define[ \t]+(\w+)|\b(?:struct|union|enum)[ \t]+(\w+)[ \t]*\{"
    rb"|^\}[^;{}\n]{0,200}?\b(\w+)[ \t]*;"
    rb"|^[ \t]+([A-Z][A-Z0-9_]+)[ \t]*(?:=[^,\n]*)?,?[ \t]*(?:/\*|$)",
    re.MULTILINE,
)


def gate(case: Case) -> Answer:
    """Whether what tells a program of the new members comes along."""
    if case.origin is None:
        return Answer(question="gate", verdict="unknown", text="There is nothing to compare with.")
    if not any(header.records for header in case.origin_headers):
        text = "Upstream's commit changes no record."
        return Answer(question="gate", verdict="not needed", text=text)
    gates = {**_flags(case, case.origin), **_gates(case.added_upstream())}
    if not gates:
        text = "Upstream's commit adds nothing by which a program could ask for the new members."
        return Answer(question="gate", verdict="unknown", text=text)
    headers = [file.path for file in case.origin.files if file.path.endswith(".h")]
    there = {d.name for family in case.families() for d in case.here(family)}
    there |= _defined(case.step.new, headers) | _defined(case.branch, headers)
    lost = [gate for name, gate in gates.items() if name not in there]
    if not lost:
        return Answer(question="gate", verdict="yes", text=f"{listed(gates)} comes along.")
    found = tuple(_without_gate(case, one) for one in lost)
    text = " ".join(f"{finding.message}." for finding in found)
    return Answer(question="gate", verdict="no", text=text, findings=found)


class _Gate(Struct, frozen=True):
    """What a commit adds by which a program asks for, or gives, what else is new."""

    name: str
    path: str
    value: str
    """As C."""


def _gates(added: Iterable[Added]) -> dict[str, _Gate]:
    """The capabilities among what a commit adds to families; flags where there are none."""
    found = list(added)
    named = [one for one in found if _CAPABILITY.search(one.definition.name)]
    chosen = named or [one for one in found if one.family.kind is FamilyKind.BITS]
    definitions = (one.definition for one in chosen)
    return {d.name: _Gate(d.name, d.path, d.text or str(d.number)) for d in definitions}


def _flags(case: Case, origin: Step) -> dict[str, _Gate]:
    """Flags that a commit adds to the headers in which it changes records, families or none."""
    found = {}
    for header in case.origin_headers:
        if header.records and not header.removed:
            old = read_text(header.path, origin.old.read(header.old_path or header.path) or b"")
            new = read_text(header.path, origin.new.read(header.path) or b"")
            for name, one in new.by_name.items():
                value = one.body if isinstance(one, Macro) else one.expression or ""
                if name not in old.by_name and kind_of(name, value) == "flag":
                    found[name] = _Gate(name, header.path, value)
    return found


def _without_gate(case: Case, lost: _Gate) -> Finding:
    files = (file for file in case.step.files if file.path == lost.path)
    lines = [line for file in files for hunk in file.hunks for line, _ in hunk.added()]
    what = f"{lost.name}, which upstream adds with the members, is left behind"
    hit = Hit(
        span=Span(lost.path, next(iter(lines), 1), 1),
        subject=lost.name,
        fields=(("message", what),),
        consequence="no program can ask whether this kernel has them",
        suggestion=f"#define {lost.name} {lost.value}",
    )
    return case.finding("backport-lacks-gate", hit)


def documentation(case: Case) -> Answer:
    """Whether upstream's changes of documents come along."""
    return _along(case, "documentation", ("Documentation/",), "no document")


def copies(case: Case) -> Answer:
    """Whether upstream's changes of copied headers come along."""
    return _along(case, "copies", _COPIES, "no copy of a header")


def _along(case: Case, question: str, folders: tuple[str, ...], nothing: str) -> Answer:
    if case.origin is None:
        text = "There is nothing to compare with."
        return Answer(question=question, verdict="unknown", text=text)
    theirs = below(case.origin.files, *folders)
    if not theirs:
        text = f"Upstream's commit touches {nothing}."
        return Answer(question=question, verdict="not needed", text=text)
    ours = frozenset(below(case.step.files, *folders))
    lost = [path for path in theirs if path not in ours]
    if lost:
        absent = [path for path in lost if case.step.new.blob(path) is None]
        if len(absent) == len(lost):
            text = f"{case.onto} has no {listed(lost)}."
            return Answer(question=question, verdict="not needed", text=text)
        text = f"{listed(lost)} is left as it was; upstream changes it."
        return Answer(question=question, verdict="no", text=text)
    return Answer(question=question, verdict="yes", text=f"{listed(theirs)} comes along.")


def prerequisites(case: Case) -> Answer:
    """What upstream's lines need that the branch does not have, by name."""
    if case.origin is None:
        text = "There is nothing to compare with."
        return Answer(question="prerequisites", verdict="unknown", text=text)
    lacking = _lacking(case)
    asked = [f"{key} ({subject})" for key, subject in named_commits(case.origin.message)]
    if not lacking and not asked:
        text = "Every name that its lines use is there."
        return Answer(question="prerequisites", verdict="yes", text=text)
    told = [f"{case.onto} lacks {listed(lacking, most=8)}"] if lacking else []
    told += [f"upstream's commit asks for {listed(asked)} first"] if asked else []
    verdict = "no" if lacking else "unknown"
    return Answer(question="prerequisites", verdict=verdict, text=f"{'; '.join(told)}.")


def _lacking(case: Case) -> list[str]:
    """Names that upstream had before its commit, that its lines use, and the branch lacks."""
    assert case.origin is not None  # the caller knows
    headers = [f for f in case.origin.files if f.path.endswith(".h")]
    known = _defined(case.origin.old, (f.old_path for f in headers))
    here = _defined(case.step.new, (f.path for f in headers))
    here |= _defined(case.branch, (f.path for f in headers))
    words = {
        word
        for file in case.origin.files
        if file.path.endswith((".h", ".c"))
        for hunk in file.hunks
        for _, line in hunk.added()
        for word in _WORD.findall(_ASIDE.sub(" ", line))
    }
    return sorted((words & known) - here)


def _defined(tree: Tree, paths: Iterable[str | None]) -> frozenset[str]:
    """What headers define: macros, enumerators, records, typedefs."""
    texts = tree.read_many(path for path in paths if path).values()
    found = (match for text in texts for match in _DEFINED.finditer(text))
    return frozenset(next(filter(None, match.groups())).decode() for match in found)
