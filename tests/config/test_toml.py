# SPDX-License-Identifier: GPL-2.0-or-later
"""This module tests that files of settings which are no files end in one clear line."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from abicheck import config
from abicheck.datafiles import read_toml
from abicheck.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def _fifo(path: Path) -> None:
    os.mkfifo(path)


def _device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def _folder(path: Path) -> None:
    path.mkdir()


def _huge(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(1 << 34)


def _nothing(_path: Path) -> None:
    pass


@pytest.mark.parametrize("make", [_fifo, _device, _folder, _huge, _nothing])
def test_what_is_no_file_is_refused_at_once(make: Callable[[Path], None], tmp_path: Path) -> None:
    """A pipe is not waited for, a device not read to its end, a huge file not into memory."""
    path = tmp_path / "settings.toml"
    make(path)
    with pytest.raises(ConfigError, match=r"settings\.toml") as caught:
        read_toml(path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["pyproject.toml", "other.toml"])
def test_a_file_named_and_not_there_is_told(name: str, tmp_path: Path) -> None:
    """A configuration that the command line names must exist, whatever it is called."""
    with pytest.raises(ConfigError, match=name):
        config.read(tmp_path / name)


def test_a_configuration_that_is_no_file_is_not_passed_over(tmp_path: Path) -> None:
    """A folder where the configuration belongs is a mistake, not the lack of one."""
    (tmp_path / ".abicheck.toml").mkdir()
    with pytest.raises(ConfigError, match="not a regular file"):
        config.find(tmp_path)
