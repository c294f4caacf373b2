# SPDX-License-Identifier: GPL-2.0-or-later
"""This module draws trees of files for property tests: odd names, links of every kind, folders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from tests.vcs.repos import Link, Submodule

if TYPE_CHECKING:
    from tests.vcs.repos import Content, Files

_NAMES = [
    *(b"kvm.h", b"a", b"b", b"linux", b"two words.h", b'quo"te.h', b"back\\slash.h", b"-n.h"),
    *(b"line\nbreak.h", b"cr\r", b"tab\t.h", "\u00e9\u4e2d.h".encode(), b"latin-\xe9.h", b"*.h"),
    *(b":(top)x", b".hidden", b"...", b" ", b"~", b"@{u}", b"a.git"),
]
_STEPS = [b".", b"..", b"..", b"..", b"", *_NAMES[:6]]

names = st.sampled_from(_NAMES)
targets = st.lists(st.sampled_from(_STEPS), min_size=1, max_size=5).map(b"/".join).filter(bool)
links = st.one_of(targets.map(Link), st.sampled_from([Link(b"/etc/passwd"), Link(b"kvm.h")]))
leaves = st.one_of(st.binary(max_size=40), st.binary(max_size=40), links, st.just(Submodule()))
_folders = st.recursive(
    leaves, lambda below: st.dictionaries(names, below, min_size=1, max_size=4), max_leaves=14
)
_roots = st.dictionaries(names, _folders, min_size=1, max_size=6)


def _flatten(folder: dict[bytes, Any], prefix: bytes = b"") -> dict[bytes, Content]:
    files: dict[bytes, Content] = {}
    for name, value in folder.items():
        if isinstance(value, dict):
            files |= _flatten(value, prefix + name + b"/")
        else:
            files[prefix + name] = value
    return files


forests: st.SearchStrategy[Files] = _roots.map(_flatten)
"""Files by path, no path being a folder of another."""

lookups = st.lists(st.sampled_from([*_STEPS, *_NAMES]), min_size=1, max_size=6).map(
    lambda steps: b"/".join(steps).decode(errors="surrogateescape")
)
"""Paths as a hostile include could spell them."""
