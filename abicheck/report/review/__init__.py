# SPDX-License-Identifier: GPL-2.0-or-later
"""What a review found, in every format; this package is imported one format at a time."""
