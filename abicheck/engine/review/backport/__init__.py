# SPDX-License-Identifier: GPL-2.0-or-later
"""Backports: what a commit on another branch is beside what it is upstream."""
