"""Ripple: on which answers a conclusion rests, so that a correction shows what it pulls down."""

from __future__ import annotations

from collections.abc import Iterable

from canmou.engine.assessment import Assessment
from canmou.engine.explanation.proof import ProofNode, proof

LEAVES = {"answer", "unknown", "given"}


def rests_on(assessment: Assessment, conclusion: str) -> frozenset[str]:
    """Return the answers and given facts that the proof of a conclusion ends in.

    Given facts are ``incident_type`` and ``stage``. Nothing for a conclusion that the assessment
    does not hold.
    """
    try:
        root = proof(assessment, conclusion)
    except KeyError:
        return frozenset()
    return frozenset(_leaves(root))


def _leaves(node: ProofNode) -> Iterable[str]:
    if node.kind in LEAVES:
        yield node.key
    for child in node.children:
        yield from _leaves(child)
