# SPDX-License-Identifier: GPL-2.0-or-later
"""This module writes collisions of number families as SARIF 2.1.0."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abicheck.model.claims import CollisionKind
from abicheck.report import sarif

if TYPE_CHECKING:
    from abicheck.model.claims import Claim, CollideReport, Collision
    from abicheck.report.json import Object

_SUMMARIES = {
    CollisionKind.NUMBER: "One number has two names in different trees.",
    CollisionKind.NAME: "One name has two numbers.",
    CollisionKind.DUPLICATE: "One number has two names in one tree.",
    CollisionKind.RESERVATION: "A number is reserved for another name.",
    CollisionKind.FULFILLED: "A number is taken by the name for which it was kept.",
    CollisionKind.OVERLAP: "Two flags share a bit, or two ranges bytes.",
    CollisionKind.RANGE: "A number is not its claimant's to take.",
}


def collisions(report: CollideReport) -> str:
    """One run, one result for each collision; the keeper's claim is related, not located."""
    rules = [{"id": k.rule, "shortDescription": {"text": text}} for k, text in _SUMMARIES.items()]
    found = [collision for result in report.families for collision in result.collisions]
    return sarif.log(rules, [_result(collision) for collision in found])


def _result(collision: Collision) -> Object:
    movers = set(collision.movers)
    moving = [claim for claim in collision.claims if claim.tree in movers] or collision.claims
    resting = [claim for claim in collision.claims if claim not in moving]
    places = ":".join((collision.family, str(collision.number), *collision.names))
    return {
        "ruleId": collision.kind.rule,
        "ruleIndex": list(_SUMMARIES).index(collision.kind),
        "level": collision.severity.value,
        "message": {"text": collision.message},
        "locations": [_location(claim) for claim in moving[:1]],
        "relatedLocations": [
            {**_location(claim), "message": {"text": f"{claim.definition.name} in {claim.tree}"}}
            for claim in (*moving[1:], *resting)
        ],
        "partialFingerprints": {"collision/v1": f"{collision.kind}:{places}"},
    }


def _location(claim: Claim) -> Object:
    definition = claim.definition
    return {
        "physicalLocation": sarif.physical(definition.path, {"startLine": definition.line}),
        "logicalLocations": [{"fullyQualifiedName": f"{claim.tree}:{definition.name}"}],
    }
