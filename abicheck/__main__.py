# SPDX-License-Identifier: GPL-2.0-or-later
"""This module makes ``python -m abicheck`` the same as the ``abicheck`` command."""

from __future__ import annotations

import sys

from abicheck.cli import main

if __name__ == "__main__":
    sys.exit(main())
