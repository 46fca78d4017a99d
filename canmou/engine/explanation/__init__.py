"""Why: proof, why not, what if, smallest change and graph, all from recorded firings."""

from canmou.engine.explanation.proof import ProofNode, conclusion_keys, proof
from canmou.engine.explanation.smallest import SmallestChange, smallest_changes
from canmou.engine.explanation.what_if import Difference, difference, what_if
from canmou.engine.explanation.why_not import WhyNot, why_not

__all__ = [
    "Difference",
    "ProofNode",
    "SmallestChange",
    "WhyNot",
    "conclusion_keys",
    "difference",
    "proof",
    "smallest_changes",
    "what_if",
    "why_not",
]
