"""An incident put beside past cases: the one place where engine and case base meet."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable

from canmou.casebase import NearCase, PastCase, Situation, Span, nearest
from canmou.engine import AnswerError, Facts, RuleBase
from canmou.engine.answers import answer_set
from canmou.engine.assessment import Assessment
from canmou.engine.valuesets import Choices, Interval

IN_A_RESULT = 3


def situation(facts: Facts, rulebase: RuleBase) -> Situation:
    """Return the facts of an incident in the form that is compared with past cases."""
    figures: dict[str, Span | bool | str] = {}
    for written, given in facts.answers.items():
        name = rulebase.measure_id(written) or written
        measure = rulebase.measures.get(name)
        if measure is None or measure.type == "time":
            continue
        try:
            known = answer_set(measure, given)
        except AnswerError:
            continue
        if isinstance(known, Interval):
            low = known.low if math.isfinite(known.low) and known.low > 0 else None
            high = known.high if math.isfinite(known.high) else None
            if low is not None or high is not None:
                figures[name] = Span(low=low if low is not None else 0, high=high)
        elif isinstance(known, Choices) and known.is_exact:
            figures[name] = next(iter(known.values))
    return Situation(
        incident_types=tuple(
            found for name in facts.incident_types if (found := rulebase.type_id(name)) is not None
        ),
        figures=figures,
        province=facts.place.get("province") or None,
        county=facts.place.get("county") or None,
        month=facts.on.month,
    )


def near_cases(
    facts: Facts, rulebase: RuleBase, cases: Iterable[PastCase], count: int = IN_A_RESULT
) -> tuple[NearCase, ...]:
    """Return the past cases that are nearest to an incident, the nearest first."""
    parents = {name: kind.parent for name, kind in rulebase.incident_types.items()}
    return nearest(situation(facts, rulebase), cases, parents, count=count)


def result_json(result: Assessment, near: Iterable[NearCase]) -> str:
    """Return an assessment as JSON, with the nearest cases under ``cases``."""
    cases = [
        {
            "id": one.case.id,
            "name": one.case.name.model_dump(),
            "date": one.case.date.isoformat(),
            "official_grade": one.case.official_grade,
            "score": round(one.score, 3),
            "equal": list(one.equal),
            "differs": list(one.differs),
        }
        for one in near
    ]
    written = json.dumps(cases, ensure_ascii=False, separators=(",", ":"))
    return f'{result.model_dump_json()[:-1]},"cases":{written}}}'
