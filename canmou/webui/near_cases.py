"""Past cases near an incident, with the parts of each score in words."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext

from canmou import precedents
from canmou.casebase import NearCase, PastCase
from canmou.engine import RuleBase
from canmou.engine.wording import number_text
from canmou.webui.answers import statement_text
from canmou.webui.languages import current, listed, told
from canmou.webui.pages.result import DifferView, NearCaseView, PartView
from canmou.webui.services import Assessed, rulebase, services
from canmou.webui.template_words import grade_word

SHOWN = 5


def near_cases(made: Assessed) -> tuple[NearCaseView, ...]:
    """Return the past cases that are nearest to an incident."""
    found = precedents.near_cases(made.facts, rulebase(), services().cases, count=SHOWN)
    return tuple(near_view(near, made) for near in found)


def near_view(near: NearCase, made: Assessed) -> NearCaseView:
    """Return one near case in words."""
    firings = made.assessment.firings
    read = {name for firing in firings for name in (*firing.inputs, *firing.waits_for)}
    return _view(near, rulebase(), read)


def _view(near: NearCase, rules: RuleBase, read: set[str]) -> NearCaseView:
    return NearCaseView(
        case=near.case,
        url=url_for("result.case", case=near.case.id),
        score=round(near.score * 100),
        grade=official_grade(near.case),
        parts=tuple(
            PartView(
                label=_part_label(part.name, rules),
                score=part.score,
                mine=_part_value(part.name, part.mine, rules),
                theirs=_part_value(part.name, part.theirs, rules),
            )
            for part in near.parts
        ),
        equal=tuple(_part_label(name, rules) for name in near.equal),
        differs=tuple(
            DifferView(label=_part_label(name, rules), matters=_matters(name, rules, read))
            for name in near.differs
        ),
    )


def _matters(name: str, rules: RuleBase, read: set[str]) -> bool:
    """Tell whether some rule of this incident looks at what differs."""
    return name == "type" or (rules.measure_id(name) or name) in read


def official_grade(case: PastCase) -> str:
    """Return the published grade of a case in words."""
    if case.official_grade is None:
        return gettext("未公布等级")
    return grade_word(case.official_grade)


def _part_label(name: str, rules: RuleBase) -> str:
    words = {"type": gettext("类型"), "place": gettext("地点"), "season": gettext("季节")}
    if name in words:
        return words[name]
    measure = rules.measures.get(rules.measure_id(name) or name)
    return told(measure.label) if measure else name


def _part_value(name: str, written: str, rules: RuleBase) -> str:
    """Return a value of a part in words; figures with 万 and 亿."""
    if name == "type":
        known = rules.incident_types
        return listed(
            told(known[t].label) if t in known else t for t in written.replace(",", " ").split()
        )
    if name in {"place", "season"} or not written:
        return written
    if rules.measure_id(name) is not None:
        return told(statement_text(name, written, rules))
    try:
        return number_text(float(written), current())
    except ValueError:
        return written


def figures(case: PastCase, rules: RuleBase) -> tuple[tuple[str, str], ...]:
    """Return the figures of a case with their labels."""
    found = []
    for name, value in case.figures.measures.items():
        measure = rules.measures.get(rules.measure_id(name) or name)
        label = told(measure.label) if measure else name
        found.append((label, told(statement_text(name, value, rules))))
    return tuple(found)
