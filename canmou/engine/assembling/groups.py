"""Lists of which at least one item is to be chosen, and duties that contradict each other."""

from __future__ import annotations

from canmou.engine.assembling.citations import citations
from canmou.engine.assessment import Clash, DutyLine, Group
from canmou.engine.inference.run import Run
from canmou.engine.rulebase.rulebase import RuleBase
from canmou.engine.valuesets import Certainty


def groups(done: Run, rulebase: RuleBase) -> tuple[Group, ...]:
    """Return the lists of which at least one item is to be chosen."""
    found = []
    for step, state in done.trace.firings:
        if step.kind != "choose" or state is Certainty.IMPOSSIBLE:
            continue
        body = done.program.chooses[step.owner].choose
        found.append(
            Group(
                group=body.group,
                title=body.title,
                at_least=body.at_least,
                by=body.by,
                status="certain" if state is Certainty.CERTAIN else "possible",
                items=body.items,
                cites=citations(body.cites, rulebase, "text"),
            )
        )
    return tuple(found)


def clashes(lines: tuple[DutyLine, ...]) -> tuple[Clash, ...]:
    """Return the pairs of a duty to do and a duty not to do the same."""
    forbidden = [line for line in lines if line.modality == "must_not"]
    wanted = {line.key.removesuffix("|not") for line in forbidden}
    done = {line.key: line for line in lines if line.key in wanted}
    found = []
    for line in forbidden:
        other = done.get(line.key.removesuffix("|not"))
        if other is not None:
            both = line.status == "certain" and other.status == "certain"
            found.append(
                Clash(
                    action=line.action,
                    by=line.by[0],
                    to=line.to,
                    do=other.rule,
                    do_not=line.rule,
                    status="certain" if both else "possible",
                )
            )
    return tuple(found)
