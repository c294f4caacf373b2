# SPDX-License-Identifier: GPL-2.0-or-later
"""This package times whole processes against a reference that does the least possible work.

Times depend on the machine, ratios hardly: each command is run in turn with its reference, and the
medians are compared. Run ``python -m bench [NAME...]``.
"""
