# SPDX-License-Identifier: GPL-2.0-or-later
"""This package is the front end that needs no library: pcpp and pycparser, both pure Python."""

from __future__ import annotations

from abicheck.parse.portable.front import parse

__all__ = ["parse"]
