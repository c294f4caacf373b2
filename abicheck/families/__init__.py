# SPDX-License-Identifier: GPL-2.0-or-later
"""Number families: who claims which number in which tree, and which claims collide."""
