# SPDX-License-Identifier: GPL-2.0-or-later
"""What a run found, turned into text; import the module of the format you want.

``views`` arranges a result into panels, ``sheet`` sets panels as lines, ``text`` and
``terminal`` write lines; ``json`` and ``asserts`` read the result itself.
"""
