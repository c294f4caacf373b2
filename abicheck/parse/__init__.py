# SPDX-License-Identifier: GPL-2.0-or-later
"""Front ends: a header's text, as one ABI's preprocessor sees it, to declarations."""
