"""Who leads, and what roles are resolved to."""

from __future__ import annotations

from canmou.engine.assembling.citations import citations
from canmou.engine.assessment import LeadPart, LeadResult
from canmou.engine.inference.program import Step
from canmou.engine.inference.run import Run
from canmou.engine.rulebase.records import LeadConclusion
from canmou.engine.rulebase.rulebase import RuleBase
from canmou.engine.valuesets import Certainty

LEVELS = ("public", "unit", "community", "township", "county", "city", "province", "nation", "any")
RESOLVED_BY = {"lead_government": "authority", "lead_department": "department"}


def lead(done: Run, rulebase: RuleBase) -> LeadResult:
    """Return the leading government, lead department and on-scene commander, certain ones first."""
    found: dict[str, dict[str, LeadPart]] = {"authority": {}, "department": {}, "commander": {}}
    for step in done.program.memory.of("leading", None, lambda: _leading(done)):
        state = done.trace.states.get(step.id, Certainty.IMPOSSIBLE)
        if state is Certainty.IMPOSSIBLE:
            continue
        rule = done.program.rules[step.owner]
        for conclusion in rule.then:
            if not isinstance(conclusion, LeadConclusion):
                continue
            for part in ("authority", "department", "commander"):
                party = getattr(conclusion.lead, part)
                known = found[part].get(party)
                if party is None or (known is not None and known.status == "certain"):
                    continue
                found[part][party] = LeadPart(
                    part=part,
                    party=party,
                    label=rulebase.parties[party].label,
                    status="certain" if state is Certainty.CERTAIN else "possible",
                    rule=rule.id,
                    cites=citations(rule.cites, rulebase, rule.verified),
                )
    ordered = {
        part: tuple(
            sorted(
                lines.values(),
                key=lambda p: (p.status, LEVELS.index(rulebase.parties[p.party].level), p.party),
            )
        )
        for part, lines in found.items()
    }
    return LeadResult(**ordered)


def _leading(done: Run) -> tuple[Step, ...]:
    """Return the steps of rules that say who leads, in the order of inference."""
    return tuple(
        step
        for step in done.program.order
        if isinstance(step, Step)
        and step.kind == "rule"
        and any(isinstance(c, LeadConclusion) for c in done.program.rules[step.owner].then)
    )


def resolved(party: str, leading: LeadResult, rulebase: RuleBase) -> tuple[str, ...]:
    """Return the parties that a role stands for; a party that is no role stands for itself."""
    record = rulebase.parties[party]
    if not record.role:
        return (party,)
    part = RESOLVED_BY.get(party)
    if part is not None:
        lines = getattr(leading, part)
        certain = tuple(p.party for p in lines if p.status == "certain")
        if certain:
            return certain
        if lines:
            return tuple(p.party for p in lines)
    return record.may_be
