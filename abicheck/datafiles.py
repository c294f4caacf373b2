# SPDX-License-Identifier: GPL-2.0-or-later
"""This module reads data in TOML, ours or a user's; one clear line tells what is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from abicheck.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Parsed = TypeVar("Parsed")

_LARGEST = 16 << 20
"""Bytes; a line for each of 100,000 accepted findings fits."""


def read_toml(path: Path) -> dict[str, Any]:
    """What a file holds; ConfigError where it is no file, too large or no TOML."""
    import tomllib

    try:
        if path.exists() and not path.is_file():
            raise ConfigError(f"{path} is not a regular file")
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
        if len(content) > _LARGEST:
            raise ConfigError(f"{path} has more than {_LARGEST >> 20} MiB")
        return tomllib.loads(content.decode())
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path}: {error}") from error
    except RecursionError as error:
        raise ConfigError(f"{path}: nested too deeply") from error


def shaped(table: object, schema: type[Parsed], path: Path) -> Parsed:
    """A table as its schema has it; ConfigError says which key of the file is wrong, and how."""
    import msgspec

    try:
        return msgspec.convert(table, schema)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{path}: {error}") from error


def read_shaped(path: Path, schema: type[Parsed]) -> Parsed:
    """What a file holds, as its schema has it; ConfigError for a file that is wrong."""
    return shaped(read_toml(path), schema, path)


def shipped() -> Path:
    """The folder of our own data: inside the package, else at the top of a checkout."""
    package = Path(__file__).resolve().parent
    inside = package / "rules"
    return inside if inside.is_dir() else package.parent / "rules"


def data_files(kind: str, folders: Sequence[Path]) -> Iterator[Path]:
    """The files of our folder of that kind, then of others; ConfigError for what is no folder."""
    for folder in (shipped() / kind, *folders):
        if not folder.is_dir():
            raise ConfigError(f"{folder} is no folder of {kind}")
        yield from sorted(folder.glob("*.toml"))
