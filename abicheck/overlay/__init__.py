# SPDX-License-Identifier: GPL-2.0-or-later
"""Unions as overlays: which bytes of one arm are which members of another."""
