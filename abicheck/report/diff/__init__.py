# SPDX-License-Identifier: GPL-2.0-or-later
"""What a comparison of two versions found, in every format; imported one format at a time."""
