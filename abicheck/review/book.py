# SPDX-License-Identifier: GPL-2.0-or-later
"""This module reads what reviews know as data; a wrong file is named with what is wrong in it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from abicheck.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Parsed = TypeVar("Parsed")


def read_rows(
    kind: str, folders: Sequence[Path], schema: type[Parsed]
) -> Iterator[tuple[Path, Parsed]]:
    """Each file of our folder of that kind and of others, read by its schema."""
    import tomllib

    import msgspec

    for folder in (_shipped(kind), *folders):
        if not folder.is_dir():
            raise ConfigError(f"{folder} is no folder of {kind}")
        for path in sorted(folder.glob("*.toml")):
            try:
                raw = tomllib.loads(path.read_text(encoding="utf-8"))
                yield path, msgspec.convert(raw, schema)
            except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
                raise ConfigError(f"{path}: {error}") from error
            except msgspec.ValidationError as error:
                raise ConfigError(f"{path}: {error}") from error


def compiled(path: Path, row: str, key: str, pattern: str | None) -> None:
    """Raises ConfigError where a row's pattern is no regular expression."""
    try:
        re.compile(pattern or "")
    except re.error as error:
        raise ConfigError(f"{path}: {row}: {key} is no regular expression: {error}") from error


def _shipped(kind: str) -> Path:
    """The folder of our own files: inside the package, else at the top of a checkout."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "rules" / kind
    return inside if inside.is_dir() else package.parent / "rules" / kind
