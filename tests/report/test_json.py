# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tests that JSON documents are what their schemas say, no more and no less."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace

from abicheck import __version__
from abicheck.doctor import Check, State
from abicheck.model import Absent, NotChecked, Span
from abicheck.report import abis, doctor
from abicheck.report import json as report_json
from abicheck.report.findings import json as lint_json
from tests.conftest import ROOT
from tests.report import records
from tests.report.findings import samples
from tests.report.headers import report
from tests.report.schemas import SCHEMAS, problems

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

    from abicheck.model import LayoutReport


_NAMES = ["layout-1", "layout-comparison-1", "abis-1", "doctor-1", "lint-1"]


def _full() -> LayoutReport:
    """A report with something in every list."""
    failure = NotChecked(
        path="include/uapi/linux/kvm.h",
        abis=("sh",),
        reason="expected ';'",
        span=Span("linux/inner.h", 3, 2),
        stack=(Span("linux/kvm.h", 14, 10),),
    )
    alone = NotChecked(path=failure.path, abis=("sheb",), reason="no type", subject="struct s")
    odd = replace(records.runstate(), not_checked=(alone,), absent=("csky",))
    return replace(
        report(odd, records.epoll(), records.motley(), records.event(repaired=True)),
        not_checked=(failure,),
        absent=(Absent(path="asm/kvm.h", abis=("csky",), reason="not exported"),),
        notes=("pycparser reads in place of libclang",),
    )


def _documents() -> dict[str, str]:
    from abicheck.abis import all_abis

    old = report(records.event(repaired=False), records.epoll(), source="v5.17")
    new = report(records.event(repaired=True), records.motley(), source="v5.18")
    checks = [
        Check(name="git", state=State.WARNING, found="does not run", advice="install git"),
        Check(name="python", state=State.GOOD, found="CPython 3.11"),
    ]
    return {
        "layout-1": report_json.layouts(_full()),
        "layout-comparison-1": report_json.comparison(old, new),
        "abis-1": abis.as_json(all_abis()),
        "doctor-1": doctor.as_json(checks),
        "lint-1": lint_json.render(samples.report()),
    }


@pytest.mark.parametrize("name", _NAMES)
def test_documents_are_valid(name: str) -> None:
    """Every document names its schema, satisfies it, and holds nothing it does not mention."""
    document = json.loads(_documents()[name])
    assert document["schema"] == name
    assert problems(name, document) == []
    assert problems(name, document, strict=True) == []


@pytest.mark.parametrize("name", _NAMES)
def test_schemas_bite(name: str) -> None:
    """A document in which any one required key is missing is refused."""
    document = _shortened(json.loads(_documents()[name]))
    for path in _keys(document):
        assert problems(name, _without(document, path)), path


def _shortened(value: Any) -> Any:
    """The document with only the first element of every list."""
    if isinstance(value, dict):
        return {key: _shortened(inner) for key, inner in value.items()}
    return [_shortened(each) for each in value[:1]] if isinstance(value, list) else value


def _keys(value: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of each key."""
    if isinstance(value, dict):
        below = [each for key, inner in value.items() for each in _keys(inner, (*path, key))]
        return [(*path, key) for key in value] + below
    if isinstance(value, list) and value:
        return _keys(value[0], (*path, 0))
    return []


def _without(document: object, path: tuple[Any, ...]) -> object:
    copy = json.loads(json.dumps(document))
    inner = copy
    for key in path[:-1]:
        inner = inner[key]
    del inner[path[-1]]
    return copy


def test_every_schema_has_a_document() -> None:
    """No schema is published that nothing is tested against."""
    assert set(_documents()) <= {path.stem for path in SCHEMAS.glob("*.json")}


def test_a_small_document(snapshot: SnapshotAssertion) -> None:
    """One record as a document."""
    document = json.loads(report_json.layouts(report(records.runstate())))
    del document["abis"], document["abicheck"]
    for layout in document["records"][0]["layouts"]:
        del layout["abis"]
    assert document == snapshot


def test_members_tell_paths_and_places() -> None:
    """Records without a name add nothing to a path, and an offset counts from the outermost."""
    document = json.loads(report_json.layouts(report(records.event(repaired=True))))
    (layout,) = [each for each in document["records"][0]["layouts"] if each["abis"][0] == "x86_64"]
    places = {m["path"]: (m["bit_offset"] // 8, m["array_length"]) for m in layout["members"]}
    assert places["system_event.flags"] == (16, None)
    assert places["system_event.data"] == (16, 16)
    assert places["padding"] == (8, 256)


def test_bits_add_up() -> None:
    """Members without those inside others, and the record's own holes, come to its size."""
    document = json.loads(report_json.layouts(report(records.motley(), records.runstate())))
    for record in document["records"]:
        for layout in record["layouts"]:
            own = [m["bit_size"] for m in layout["members"] if "." not in (m["path"] or "")]
            holes = [h["bit_size"] for h in layout["holes"] if h["within"] is None]
            assert sum(own) + sum(holes) == layout["size"] * 8


def test_documents_are_ascii() -> None:
    """Whatever strangers call things, a document is ASCII and valid."""
    document = report_json.layouts(report(records.hostile()))
    assert document.isascii()
    assert "\x1b" not in document
    assert problems("layout-1", json.loads(document)) == []


def test_the_page_shows_a_valid_document() -> None:
    """The example in the documentation satisfies the schema, to the letter."""
    page = (ROOT / "docs/json.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"^```json\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert problems("layout-1", json.loads(example), strict=True) == []


def test_the_page_names_every_schema() -> None:
    """Every published schema is in the table of the documentation."""
    page = (ROOT / "docs/json.md").read_text(encoding="utf-8")
    schemas = {path.name for path in SCHEMAS.glob("*.json")}
    assert schemas == set(re.findall(r"schemas/([a-z0-9-]+\.json)", page))


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.integers(-(1 << 70), 1 << 70) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)


@given(_VALUES)
@example("\udcff")
@example("\x7f\u00e9")
@example(1 << 64)
def test_the_quick_way_writes_the_same(value: object) -> None:
    """A document is what Python's own library writes, whatever letters and numbers are in it."""
    whole = {"schema": "any-1", "abicheck": __version__, "value": value}
    written = report_json.document("any-1", {"value": value})
    assert written == json.dumps(whole, indent=2) + "\n"
