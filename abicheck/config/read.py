# SPDX-License-Identifier: GPL-2.0-or-later
"""This module finds the configuration and reads it; what is wrong in it is named by its key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from abicheck.config.values import Config, PathRules
from abicheck.datafiles import read_toml, shaped
from abicheck.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

OWN_FILE = ".abicheck.toml"
_PYPROJECT = "pyproject.toml"


def find(start: Path) -> Config:
    """The configuration that holds in a folder: of it or the nearest above that has one.

    It may be a stranger's, so what it names lies in that folder. Raises ConfigError for a file that
    is wrong or leads elsewhere, or where one folder has two.
    """
    for folder in (start.absolute(), *start.absolute().parents):
        own = folder / OWN_FILE
        shared = folder / _PYPROJECT
        table = _tool_table(shared) if shared.is_file() else None
        if own.exists():
            if table is not None:
                raise ConfigError(f"{folder} has both {OWN_FILE} and [tool.abicheck]: keep one")
            return _confined(read(own), own)
        if table is not None:
            return _confined(_config(table, shared), shared)
    return Config()


def read(path: Path) -> Config:
    """The configuration a file holds; ConfigError where it cannot be read or is wrong."""
    if path.name == _PYPROJECT:
        table = _tool_table(path)
        if table is None:
            raise ConfigError(f"{path} has no [tool.abicheck]")
        return _config(table, path)
    return _config(read_toml(path), path)


def _confined(config: Config, path: Path) -> Config:
    """The configuration, if all files and repositories it names lie in its folder."""
    top = path.parent.resolve()
    named = [*config.extra_rules, *config.extra_contexts, *config.extra_interfaces]
    named += [*config.extra_boundaries, *([config.accepted] if config.accepted else [])]
    named += [path.parent / rival.partition(":")[0] for rival in config.rivals]
    for place in named:
        if not place.resolve().is_relative_to(top):
            raise ConfigError(
                f"{path}: {place} lies elsewhere; only a file given with --config may name it"
            )
    return config


def _tool_table(path: Path) -> dict[str, Any] | None:
    if path.is_file() and not _speaks_of_us(path):
        return None
    table = read_toml(path).get("tool", {}).get("abicheck")
    if table is not None and not isinstance(table, dict):
        raise ConfigError(f"{path}: tool.abicheck is no table")
    return table


def _speaks_of_us(path: Path) -> bool:
    """Whether a pyproject.toml is worth parsing; most are not ours."""
    try:
        return b"[tool.abicheck" in path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error


def _config(table: dict[str, Any], path: Path) -> Config:
    from abicheck.config.schema import ConfigTable

    parsed = shaped(table, ConfigTable, path)
    folder = path.parent
    return Config(
        file=path,
        folder=folder,
        levels=tuple(parsed.rules.items()),
        per_path=tuple(
            PathRules(paths=entry.paths, levels=tuple(entry.rules.items()))
            for entry in parsed.per_path
        ),
        extra_rules=tuple(folder / name for name in parsed.extra_rules),
        extra_contexts=tuple(folder / name for name in parsed.extra_contexts),
        accepted=folder / parsed.accepted if parsed.accepted else None,
        upstream=parsed.upstream,
        extra_interfaces=tuple(folder / name for name in parsed.extra_interfaces),
        extra_boundaries=tuple(folder / name for name in parsed.extra_boundaries),
        documents=parsed.documents,
        copies=parsed.copies,
        rivals=parsed.rivals,
        abis=parsed.abis,
        fail_on=parsed.fail_on,
    )
