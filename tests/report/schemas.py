# SPDX-License-Identifier: GPL-2.0-or-later
"""This module judges documents by the published schemas."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource

import abicheck

SCHEMAS = Path(abicheck.__file__).parent / "schemas"


def problems(name: str, document: object, *, strict: bool = False) -> list[str]:
    """What is wrong with a document; strictly, also each key that the schema does not name."""
    return [error.message for error in _validator(name, strict=strict).iter_errors(document)]


@cache
def _validator(name: str, *, strict: bool) -> Any:
    texts = [json.loads(path.read_text()) for path in sorted(SCHEMAS.glob("*.json"))]
    for schema in texts:
        Draft202012Validator.check_schema(schema)
    schemas = [_closed(schema) for schema in texts] if strict else texts
    registry: Any = Registry().with_contents(
        [(schema["$id"], schema) for schema in schemas if "$id" in schema]
    )
    (wanted,) = [schema for schema in schemas if schema.get("$id", "").endswith(f":{name}")]
    assert Resource.from_contents(wanted).id() == wanted["$id"]
    return Draft202012Validator(wanted, registry=registry)


def _closed(schema: Any) -> Any:
    """The schema with no room for keys it does not name.

    Published schemas leave room: what is only added must not break a reader.
    """
    if isinstance(schema, list):
        return [_closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {key: _closed(value) for key, value in schema.items()}
    if isinstance(schema.get("properties"), dict) and "type" in schema:
        closed["unevaluatedProperties"] = False
    if "report" in closed:  # a part of an open object: what it does not name, the whole may
        del closed["report"]["unevaluatedProperties"]
    return closed
