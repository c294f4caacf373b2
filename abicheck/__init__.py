# SPDX-License-Identifier: GPL-2.0-or-later
"""Layouts, lint and number families of Linux uapi headers, on every Linux ABI."""

from __future__ import annotations

__version__ = "0.1.0"
