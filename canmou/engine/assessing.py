"""The way of an incident: facts → value sets → firings → grades, lead, duties, open questions."""

from __future__ import annotations

from canmou.engine import assembling as parts
from canmou.engine.assessment import Assessment
from canmou.engine.facts import Facts
from canmou.engine.inference.forward_chaining import MatcherName
from canmou.engine.inference.run import run
from canmou.engine.rulebase.rulebase import RuleBase


def assess(facts: Facts, rulebase: RuleBase, matcher: MatcherName = "index") -> Assessment:
    """Return the assessment of the facts under the rule base.

    The same facts and release give the same assessment, whatever the hash seed, thread or machine.
    Raises FactsError for an unknown type and AnswerError for an answer that cannot be used.
    """
    done = run(facts, rulebase, matcher=matcher)
    grades = parts.grades(done, rulebase)
    lead = parts.lead(done, rulebase)
    duties = parts.duties(done, rulebase, lead)
    return Assessment(
        on=done.facts.on,
        at=done.facts.moment,
        release=rulebase.release,
        stage=done.facts.stage,
        incident_types=done.facts.incident_types,
        overall=parts.overall(done, rulebase, grades),
        grades=tuple(g for g in grades if g.kind != "signal"),
        signals=tuple(g for g in grades if g.kind == "signal"),
        lead=lead,
        duties=duties,
        groups=parts.groups(done, rulebase),
        open=parts.open_questions(done, rulebase),
        firings=parts.firings(done, rulebase),
        facts=parts.derived_facts(done, rulebase),
        answers=parts.answered(done, rulebase),
        clashes=parts.clashes(duties),
        growth=parts.growth(done, rulebase),
        notes=parts.notes(done, rulebase),
        facts_given=done.facts.model_dump(mode="json"),
    )
