"""The way to a conclusion step by step, in the order in which the rules fired."""

from __future__ import annotations

from canmou.engine.assembling.citations import cited_text
from canmou.engine.assessment import Assessment, Citation
from canmou.engine.explanation.graph_data import node_key, proofs
from canmou.engine.explanation.proof import ProofNode
from canmou.engine.records import Record, Text

_HOLDS = {
    "certain": Text(zh="成立", en="holds"),
    "open": Text(zh="可能成立", en="may hold"),
    "defeated": Text(zh="本来适用，但被例外排除", en="would apply, but an exception defeats it"),
}


class Step(Record):
    """One rule or level that fired: what it rested on, what came of it, and the sentence of it.

    ``node`` is its box in the graph, ``inputs`` and ``outcomes`` are the boxes beside it.
    """

    firing: int
    node: str
    sentence: Text
    cites: tuple[Citation, ...]
    inputs: tuple[str, ...]
    outcomes: tuple[str, ...]


def replay(assessment: Assessment, conclusion: str | None = None) -> tuple[Step, ...]:
    """Return the steps to one conclusion, or to all, in the order of inference.

    Raises KeyError for a conclusion the assessment does not hold.
    """
    found: dict[int, tuple[ProofNode, dict[str, ProofNode]]] = {}
    for root in proofs(assessment, conclusion):
        _collect(root, None, found)
    return tuple(_step(*found[number]) for number in sorted(found))


def _collect(
    node: ProofNode,
    above: ProofNode | None,
    found: dict[int, tuple[ProofNode, dict[str, ProofNode]]],
) -> None:
    if node.firing is not None:
        _, outcomes = found.setdefault(node.firing, (node, {}))
        if above is not None:
            outcomes.setdefault(node_key(above), above)
    for child in node.children:
        _collect(child, node, found)


def _step(node: ProofNode, outcomes: dict[str, ProofNode]) -> Step:
    reasons: dict[str, Text] = {}
    for child in node.children:
        if child.firing is None:  # said once: what follows only guards it, "x and not unknown(x)"
            reasons.setdefault(node_key(child), child.text)
    zh = "，".join(dict.fromkeys(t.zh for t in reasons.values()))
    en = ", ".join(dict.fromkeys(t.en for t in reasons.values()))
    holds = _HOLDS.get(node.status, _HOLDS["open"])
    zh = f"因为{zh}，“{node.text.zh}”{holds.zh}"
    en = f'Because {en}: "{node.text.en}" {holds.en}'
    given = [o for o in outcomes.values() if o.firing is None]
    excluded = [o for o in outcomes.values() if o.firing is not None]
    if node.status != "defeated" and given:
        zh += "，得出：" + "；".join(o.text.zh for o in given)
        en += ", which gives: " + "; ".join(o.text.en for o in given)
    if excluded:
        zh += "，排除：" + "；".join(f"“{o.text.zh}”" for o in excluded)
        en += ", which excludes: " + "; ".join(f'"{o.text.en}"' for o in excluded)
    if node.cites:
        cited = cited_text(node.cites[0])
        zh, en = f"{zh}（{cited.zh}）", f"{en} ({cited.en})"
    return Step(
        firing=node.firing or 0,
        node=node_key(node),
        sentence=Text(zh=zh, en=en),
        cites=node.cites,
        inputs=tuple(reasons),
        outcomes=tuple(outcomes),
    )
