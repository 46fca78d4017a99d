"""What the rule files keep on purpose: findings that are accepted, and acceptances of nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from canmou.engine.proving.findings import Finding
from canmou.engine.proving.prover import PlaceOf
from canmou.engine.records import Text
from canmou.engine.rulebase.rulebase import RuleBase
from canmou.engine.rulebase.vocabulary import Acceptance

FORMS = ("Rule", "Standard", "Measure", "Party", "Action", "Source")


def _forms(rulebase: RuleBase) -> dict[str, Mapping[str, Any]]:
    return {
        "Rule": rulebase.rules,
        "Standard": rulebase.standards,
        "Measure": rulebase.measures,
        "Party": rulebase.parties,
        "Action": rulebase.actions,
        "Source": rulebase.sources,
    }


def _covers(acceptance: Acceptance, finding: Finding) -> bool:
    if acceptance.finding != finding.kind:
        return False
    about = acceptance.about
    return about is None or finding.about == about or finding.about.startswith(f"{about}.")


def accepted(findings: Iterable[Finding], rulebase: RuleBase) -> Iterator[Finding]:
    """Yield the findings, those that their entry accepts with the reason."""
    forms = _forms(rulebase)
    for finding in findings:
        records = [records[finding.entry] for records in forms.values() if finding.entry in records]
        reason = next((a.why for r in records for a in r.accepts if _covers(a, finding)), None)
        yield finding if reason is None else finding.model_copy(update={"accepted": reason})


def stale(
    findings: Iterable[Finding], rulebase: RuleBase, place_of: PlaceOf, files: frozenset[str] | None
) -> Iterator[Finding]:
    """Yield the acceptances that accept nothing any more, in all files or some."""
    told = list(findings)
    for form, records in _forms(rulebase).items():
        for name, record in records.items():
            for number, acceptance in enumerate(record.accepts):
                place = place_of(form, name, "accepts", number)
                if files is not None and place.file not in files:
                    continue
                if not any(f.entry == name and _covers(acceptance, f) for f in told):
                    yield Finding(
                        kind="stale_acceptance",
                        place=place,
                        entry=name,
                        about=acceptance.finding,
                        message=Text(
                            zh=f"accepts 里的 {acceptance.finding} 已经没有了；删去这一项",
                            en=f"there is no {acceptance.finding} here any more; take it out of "
                            "accepts",
                        ),
                    )
