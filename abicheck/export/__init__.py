# SPDX-License-Identifier: GPL-2.0-or-later
"""This module gives the include world: what each ABI's preprocessor may see of a tree."""

from __future__ import annotations

from abicheck.export.defines import HEADERS_INSTALL
from abicheck.export.exports import Exports, Kind, open_exports
from abicheck.export.world import ExportedHeader, World

__all__ = [
    "HEADERS_INSTALL",
    "ExportedHeader",
    "Exports",
    "Kind",
    "World",
    "open_exports",
]
