# SPDX-License-Identifier: GPL-2.0-or-later
"""This module reads what reviews know as data; a wrong file is named with what is wrong in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar

from abicheck.datafiles import data_files, read_shaped
from abicheck.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

Parsed = TypeVar("Parsed")


def read_rows(
    kind: str, folders: Sequence[Path], schema: type[Parsed]
) -> Iterator[tuple[Path, Parsed]]:
    """Each file of our folder of that kind and of others, read by its schema."""
    for path in data_files(kind, folders):
        yield path, read_shaped(path, schema)


def compiled(path: Path, row: str, key: str, pattern: str | None) -> None:
    """Raises ConfigError where a row's pattern is no regular expression."""
    try:
        re.compile(pattern or "")
    except re.error as error:
        raise ConfigError(f"{path}: {row}: {key} is no regular expression: {error}") from error
