# SPDX-License-Identifier: GPL-2.0-or-later
"""What a change leaves behind outside of its headers: documents, copies, twins, borrowed code."""
