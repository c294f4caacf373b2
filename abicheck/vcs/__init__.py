# SPDX-License-Identifier: GPL-2.0-or-later
"""Where text comes from: a directory, a git revision, the index. This module holds no code."""
