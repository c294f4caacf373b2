# SPDX-License-Identifier: GPL-2.0-or-later
"""This module reads TOML files that users name: one clear line for whatever is wrong with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from abicheck.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

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
