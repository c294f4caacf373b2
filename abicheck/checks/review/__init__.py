# SPDX-License-Identifier: GPL-2.0-or-later
"""Mechanisms that judge a commit with all it brings: documents, copies, borrowed code, handlers."""
