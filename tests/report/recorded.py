# SPDX-License-Identifier: GPL-2.0-or-later
"""This module writes a recorded text as the file a reader would see."""

from __future__ import annotations

from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode


class TextFile(SingleFileSnapshotExtension):
    """One text file per recorded value."""

    _write_mode = WriteMode.TEXT
    file_extension = "txt"
