# SPDX-License-Identifier: GPL-2.0-or-later
"""Records as pictures of their bytes: what lies where, and how that is drawn."""
