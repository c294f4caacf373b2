# SPDX-License-Identifier: GPL-2.0-or-later
"""This package holds the scripts that fetch and build what tests and demonstrations read."""
