# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds the errors that end a run with one line on stderr and exit code 2.

A header that cannot be parsed is no exception: it is a ``NotChecked`` in the result, and the
rest goes on.
"""

from __future__ import annotations


class AbicheckError(Exception):
    """The root of all errors that are the user's to mend; the message is one clear line."""


class UsageError(AbicheckError):
    """The arguments do not fit together, or name something that does not exist."""


class InputError(AbicheckError):
    """What was named cannot be read: no such revision, not a repository, not a header."""


class ConfigError(AbicheckError):
    """A configuration, rule or family file contradicts its schema or itself."""
