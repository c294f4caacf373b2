# SPDX-License-Identifier: GPL-2.0-or-later
"""Mechanisms: each looks at one fact and yields hits; rules say what a hit means.

A mechanism is a generator function ``(facts, rule) -> hits`` without state. None imports another.
"""
