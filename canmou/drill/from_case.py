"""A drill made of a past case: its figures come in as the people who know them would call."""

from __future__ import annotations

from canmou.casebase import PastCase
from canmou.drill.records import Inject, OfficeLevel, Official, Scenario
from canmou.engine.answers import parse_answer
from canmou.engine.records import Text
from canmou.engine.rulebase.rulebase import RuleBase
from canmou.engine.rulebase.vocabulary import Measure
from canmou.engine.wording import value_text

MINUTE_OF = {"caller": 0.0, "scene": 5.0, "department": 12.0, "hospital": 18.0, "inquiry": 25.0}
"""When whoever knows a figure calls in: the caller at once, the inquiry last."""
LABEL_OF = {
    "caller": Text(zh="报告人", en="The caller"),
    "scene": Text(zh="现场", en="The scene"),
    "department": Text(zh="主管部门", en="The department"),
    "hospital": Text(zh="医院", en="The hospital"),
    "inquiry": Text(zh="调查组", en="The inquiry"),
}


def scenario_of(case: PastCase, rulebase: RuleBase, level: OfficeLevel = "township") -> Scenario:
    """Return a drill of a past case: what and where, then its figures one by one.

    The published grade and what was done are the official column.
    """
    told: dict[str, dict[str, object]] = {}
    for name, value in case.figures.measures.items():
        known = rulebase.measure_id(name)
        if known is not None:
            told.setdefault(_known_by(rulebase.measures[known]), {})[known] = value
    labels = [
        rulebase.incident_types[known].label
        for name in case.incident_types
        if (known := rulebase.type_id(name)) is not None
    ]
    types = Text(zh="、".join(t.zh for t in labels), en=", ".join(t.en for t in labels))
    place = "".join(p for p in (case.place.province, case.place.city, case.place.county) if p)
    return Scenario(
        id=f"case-{case.id}",
        title=case.name,
        level=level,
        incident_types=case.incident_types,
        status="occurred",
        on=case.date,
        caller=Text(zh="群众来电", en="A resident calls"),
        opening=Text(zh=f"发生{types.zh}，情况还不清楚。", en=f"{types.en}; not much is known."),
        place=Text(zh=place or "本辖区", en=place or "this area"),
        injects=tuple(
            Inject(
                minute=MINUTE_OF[who],
                who=LABEL_OF[who],
                says=_says(answers, rulebase),
                answers=answers,
            )
            for who, answers in sorted(told.items(), key=lambda pair: MINUTE_OF[pair[0]])
        ),
        official=Official(grade=case.official_grade, did=case.response, source=case.grade_source),
        case=case.id,
    )


def _known_by(measure: Measure) -> str:
    return next((who for who in measure.known_by if who in MINUTE_OF), "department")


def _says(answers: dict[str, object], rulebase: RuleBase) -> Text:
    zh, en = [], []
    for name, value in answers.items():
        measure = rulebase.measures[name]
        shown = value_text(name, parse_answer(measure, value), rulebase)
        zh.append(f"{measure.label.zh} {shown.zh}")
        en.append(f"{measure.label.en} {shown.en}")
    return Text(zh="，".join(zh) + "。", en=", ".join(en) + ".")
