"""Words of the vocabulary that no rule needs: measures never asked, parties and sources unused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from canmou.engine.proving.findings import Finding, Witness
from canmou.engine.proving.moments import Moment
from canmou.engine.proving.prover import Prover
from canmou.engine.proving.witnesses import nothing_known
from canmou.engine.records import Text
from canmou.engine.rulebase.conditions import names_read
from canmou.engine.rulebase.records import Duty, LeadConclusion
from canmou.engine.rulebase.rulebase import RuleBase
from canmou.engine.rulebase.vocabulary import BEGINS, Measure

PARTY = Text(zh="责任单位", en="party")
ACTION = Text(zh="行动", en="action")
SOURCE = Text(zh="依据", en="source")


def never_asked(prover: Prover) -> Iterator[Finding]:
    """Yield the measures that no condition reads, and the derived names that none needs."""
    rulebase = prover.rulebase
    read = measures_read(rulebase)
    for name, measure in rulebase.measures.items():
        if name in read:
            continue
        moment = Moment(prover.today, prover.today)
        filled = nothing_known(moment)
        if not measure.derived and measure.type != "time":
            filled["answers"] = {name: _some_answer(measure)}
        yield Finding(
            kind="never_used" if measure.derived or measure.sum_of else "never_asked",
            place=prover.place(measure, "Measure", name),
            entry=name,
            message=Text(
                zh=f"“{measure.label.zh}”没有规则、标准或第一分钟卡用到，不会有人问，答了也不起作用",
                en=f'no rule, standard or card reads "{measure.label.en}": nobody asks it, and an '
                "answer changes nothing",
            ),
            witness=Witness(
                incident=filled,
                shows=Text(
                    zh="什么都还不知道，也没有一条规则等这一项",
                    en="nothing is known yet, and no rule waits for this answer",
                ),
            ),
        )


def measures_read(rulebase: RuleBase) -> frozenset[str]:
    """Return the measures that some condition or card reads, and those they are made of."""
    read: set[str] = set()
    for condition in rulebase.conditions.values():
        read |= names_read(condition)
    for card in rulebase.cards.values():
        read |= set(card.ask)
    for standard in rulebase.standards.values():
        if "deaths" in standard.counts:
            read.add("dead_or_missing")
    for rule in rulebase.rules.values():
        limits = (duty.within for duty in rule.then if isinstance(duty, Duty))
        read |= {BEGINS[limit.from_] for limit in limits if limit and limit.from_ in BEGINS}
    for name in sorted(read):
        measure = rulebase.measures.get(name)
        if measure is not None:
            read |= set(measure.sum_of)
            if measure.elapsed_since is not None:
                read.add(measure.elapsed_since)
    return frozenset(read)


def _some_answer(measure: Measure) -> object:
    if measure.type == "yes_no":
        return True
    if measure.type == "choice":
        return list(measure.choices)[-1]
    return "unknown"


def never_used(prover: Prover) -> Iterator[Finding]:
    """Yield the parties, actions and sources that nothing names."""
    rulebase = prover.rulebase
    parties, actions = parties_used(rulebase), actions_used(rulebase)
    sources = sources_cited(rulebase)
    for name, party in rulebase.parties.items():
        if name not in parties:
            yield _unused(prover, party, "Party", PARTY, name, party.label)
    for name, action in rulebase.actions.items():
        if name not in actions:
            yield _unused(prover, action, "Action", ACTION, name, action.label)
    for name, source in rulebase.sources.items():
        if name not in sources:
            yield _unused(prover, source, "Source", SOURCE, name, source.title)


def _unused(
    prover: Prover, record: Any, form: str, kind: Text, name: str, label: Text
) -> Finding:  # fmt: skip
    moment = Moment(prover.today, prover.today)
    return Finding(
        kind="never_used",
        place=prover.place(record, form, name),
        entry=name,
        message=Text(
            zh=f"{kind.zh}“{label.zh}”没有一条规则用到",
            en=f'no rule uses the {kind.en} "{label.en}"',
        ),
        witness=Witness(
            incident=nothing_known(moment),
            shows=Text(
                zh=f"什么都还不知道，一切都有可能，仍没有一处用到这个{kind.zh}",
                en=f"nothing is known and everything is possible, yet this {kind.en} is nowhere",
            ),
        ),
    )


def parties_used(rulebase: RuleBase) -> frozenset[str]:
    """Return the parties that rules, cards, groups or roles name."""
    used: set[str | None] = set()
    for rule in rulebase.rules.values():
        for conclusion in rule.then:
            if isinstance(conclusion, Duty):
                used |= {*conclusion.by, *conclusion.to}
            elif isinstance(conclusion, LeadConclusion):
                lead = conclusion.lead
                used |= {lead.authority, lead.department, lead.commander}
    used |= {call.party for card in rulebase.cards.values() for call in card.call}
    used |= {choose.choose.by for choose in rulebase.chooses.values()}
    used |= {other for party in rulebase.parties.values() for other in party.may_be}
    return frozenset(name for name in used if name is not None)


def actions_used(rulebase: RuleBase) -> frozenset[str]:
    """Return the actions that duties name."""
    return frozenset(
        c.action for r in rulebase.rules.values() for c in r.then if isinstance(c, Duty)
    )


def sources_cited(rulebase: RuleBase) -> frozenset[str]:
    """Return the sources that anything cites, or that a cited source has replaced."""
    cited: set[str] = set()
    for rule in rulebase.rules.values():
        cited |= {cite.source for cite in (*rule.cites, *rule.liability)}
    for standard in rulebase.standards.values():
        cited |= {cite.source for cite in standard.cites}
    for card in rulebase.cards.values():
        cited |= {cite.source for cite in card.cites}
    for choose in rulebase.chooses.values():
        cited |= {cite.source for cite in choose.choose.cites}
    return frozenset(cited)
