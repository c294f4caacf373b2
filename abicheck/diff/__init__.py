# SPDX-License-Identifier: GPL-2.0-or-later
"""Matching of two versions, and what became of each thing: values in, values out."""
