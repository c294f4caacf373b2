# SPDX-License-Identifier: GPL-2.0-or-later
"""Mechanisms that judge a change: two versions of a record, of constants, of a tree."""
