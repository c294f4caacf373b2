# SPDX-License-Identifier: GPL-2.0-or-later
"""Collisions of number families as text, Markdown, JSON and SARIF."""
