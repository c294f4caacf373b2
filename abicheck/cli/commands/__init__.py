# SPDX-License-Identifier: GPL-2.0-or-later
"""The commands: a module here is one, with ``register(commands)`` and ``run(args)``.

Importing one must cost next to nothing: whatever does work is imported in ``run``.
"""
