# SPDX-License-Identifier: GPL-2.0-or-later
"""Findings that somebody allowed: in the header, or in a file of accepted findings."""

from __future__ import annotations

from abicheck.suppress.accepted import Acceptance, read_accepted, write_accepted
from abicheck.suppress.inline import Allowance, allowances

__all__ = ["Acceptance", "Allowance", "allowances", "read_accepted", "write_accepted"]
