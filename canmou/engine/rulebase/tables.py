"""Tables written from the text of the law: who must do what by when, and what holds from when.

A line of ``asks`` reads ``unit_head must 1h → emergency_management_department``: parties (joined by
``+``), modality, time limit, and what it is addressed to. A limit is a figure with ``h``, ``min``
or ``d`` or the word of the law, ``~`` before it says that we advise it and the text sets none, and
``@`` says from when it runs if not from learning of it.
"""

from __future__ import annotations

from collections.abc import Iterator

from canmou.engine.rulebase.records import (
    Conclusion,
    Duty,
    FactConclusion,
    LeadConclusion,
    Rule,
    Within,
)
from canmou.engine.rulebase.rulebase import RuleBase
from canmou.engine.rulebase.scenario_records import Scenario
from canmou.engine.rulebase.vocabulary import InForce


def asked(rule: Rule) -> tuple[str, ...]:
    """Return what a rule asks, a line for each conclusion but notes."""
    lines = (line_of(conclusion) for conclusion in rule.then)
    return tuple(line for line in lines if line)


def line_of(conclusion: Conclusion) -> str:
    """Return one conclusion as a line of the table, empty for a note."""
    if isinstance(conclusion, Duty):
        parts = ["+".join(conclusion.by), conclusion.modality]
        if conclusion.within is not None:
            parts.append(limit_of(conclusion.within))
        if conclusion.to:
            parts += ["→", "+".join(conclusion.to)]
        return " ".join(parts)
    if isinstance(conclusion, LeadConclusion):
        lead = conclusion.lead
        said = (("authority", lead.authority), ("department", lead.department),
                ("commander", lead.commander))  # fmt: skip
        return "lead " + " ".join(f"{part}={party}" for part, party in said if party)
    return f"fact {conclusion.conclude}" if isinstance(conclusion, FactConclusion) else ""


def limit_of(within: Within) -> str:
    """Return a time limit as it stands in a table.

    >>> limit_of(Within(hours=1)), limit_of(Within.model_validate({"days": 30, "from": "occurred"}))
    ('1h', '30d@occurred')
    >>> limit_of(Within(word="immediately", advised=True))
    '~immediately'
    """
    figures = ((within.hours, "h"), (within.minutes, "min"), (within.days, "d"))
    shown = next((f"{value:g}{unit}" for value, unit in figures if value is not None), within.word)
    mark = "~" if within.advised else ""
    return f"{mark}{shown}" + ("" if within.from_ == "learned" else f"@{within.from_}")


def period_of(period: InForce | None) -> str:
    """Return a period as it stands in a table: ``2007-11-01..2024-11-01``."""
    if period is None:
        return ".."
    return f"{period.from_ or ''}..{period.to or ''}"


def unlike_tables(scenario: Scenario, rulebase: RuleBase) -> Iterator[tuple[str, str]]:
    """Yield the lines of the tables that the rules do not keep to."""
    for name, lines in scenario.asks.items():
        found = asked(rulebase.rules[name])
        if sorted(found) != sorted(lines):
            yield f"{name}: {'; '.join(lines)}", "; ".join(found)
    for name, period in scenario.in_force.items():
        holds = in_force_of(name, rulebase)
        if period_of(holds) != period:
            yield f"{name}: {period}", period_of(holds)


def in_force_of(name: str, rulebase: RuleBase) -> InForce | None:
    """Return the period of a source, or the own period of a rule or standard."""
    if name in rulebase.sources:
        return rulebase.sources[name].in_force
    entry = rulebase.rules.get(name) or rulebase.standards.get(name)
    return entry.in_force if entry is not None else None
