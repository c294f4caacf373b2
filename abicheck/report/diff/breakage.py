# SPDX-License-Identifier: GPL-2.0-or-later
"""This module words whom the findings about one header break."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.abis import get
from abicheck.model import Breaks
from abicheck.report.findings.words import stands_alone
from abicheck.report.names import describe

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from abicheck.model import Finding

_NAMED = 3
"""Up to so many pairs are named one by one."""


def broken(verb: str, findings: Sequence[Finding], among: Sequence[str]) -> Iterator[str]:
    """Each kind of program that findings break, once: ``breaks compat for i386 on x86_64``."""
    binary = _of(Breaks.BINARY, findings)
    if binary:
        yield f"{verb} compiled programs{_on(binary, among)}"
    pairs = _pairs(_abis(_of(Breaks.COMPAT, findings), among))
    if pairs:
        yield f"{verb} compat for {pairs}"
    alone = moved_alone(findings, among)
    if alone:
        yield f"{'also ' if pairs else ''}moves {alone}"
    source = _of(Breaks.SOURCE, findings)
    if source:
        yield f"{verb} recompiling{_on(source, among)}"


def moved_alone(findings: Iterable[Finding], among: Sequence[str]) -> str:
    """The ABIs that no 64-bit kernel runs and that move; empty where there are none."""
    met = [item for item in findings if item.breaks in (Breaks.COMPAT, Breaks.PORTABILITY)]
    found = [abi for abi in _abis(met, among) if stands_alone(abi)]
    kernel = f"(no 64-bit kernel runs {'it' if len(found) == 1 else 'them'})"
    return f"{', '.join(found)} {kernel}" if found else ""


def _of(breaks: Breaks, findings: Iterable[Finding]) -> list[Finding]:
    return [item for item in findings if item.breaks is breaks]


def _abis(findings: Iterable[Finding], among: Sequence[str]) -> list[str]:
    met = {abi for item in findings for abi in item.abis}
    return [abi for abi in among if abi in met]


def _on(findings: Iterable[Finding], among: Sequence[str]) -> str:
    found = _abis(findings, among)
    return "" if len(found) in (0, len(among)) else f" on {describe(found, among)}"


def _pairs(abis: Sequence[str]) -> str:
    """``i386 on x86_64, arm on arm64``; many are told by the programs alone."""
    served = [abi for abi in abis if get(abi).compat_of]
    if len(served) > _NAMED:
        return f"{', '.join(served)} on 64-bit kernels"
    return ", ".join(f"{abi} on {' and '.join(get(abi).compat_of)}" for abi in served)
