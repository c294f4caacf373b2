# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds what headers_install does to a header's text, said as macros.

``scripts/headers_install.sh`` deletes or replaces these words and runs unifdef. We serve the raw
text instead, so that lines and columns stay true, and let the preprocessor do the same.
"""

from __future__ import annotations

HEADERS_INSTALL = (
    "-U__KERNEL__",
    "-D__EXPORTED_HEADERS__",
    "-D__user=",
    "-D__force=",
    "-D__iomem=",
    "-D__attribute_const__=",
    "-D__packed=__attribute__((packed))",
)
"""Command line arguments, the same for every front end; harmless on text already exported."""

DROPPED_INCLUDES = ("linux/compiler.h", "linux/compiler_types.h")
"""Headers whose ``#include`` lines headers_install deletes: they read as empty."""
