"""A closed incident offered as a past case: without personal data, to be read by a person first."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from canmou.casebase.cases import CasePlace, CaseSource, Category, Figures, PastCase, Value
from canmou.casebase.errors import NameTaken, NotPossible
from canmou.casebase.state import IncidentState, MeasureAnswers
from canmou.engine.records import Text

_CHOICE = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_FIGURE = re.compile(r"[0-9]+(\.[0-9]+)?")
_TO_CHECK = Text(
    zh="草稿：入库前请核对数字，删去姓名、电话、门牌等个人信息，补写经过和教训及英文。",
    en="Draft: before it is kept, check the figures, take out names, numbers and addresses, and "
    "write the account and the lessons in both languages.",
)


def offer_as_case(
    state: IncidentState, *, category: Category, labels: Mapping[str, Text]
) -> PastCase:
    """Return the draft of a past case. Raises NotPossible while the incident is open.

    ``labels`` are the names of the incident types. Caller, exact address, notes, reports and
    personal answers stay out; of the figures only exact ones go in, ranges are not figures.
    """
    if not state.closed:
        raise NotPossible(
            "处置结束以后才能整理成案例。", "An incident becomes a case when handling is over."
        )
    if state.offline:
        raise NotPossible(
            "线下报告的事件不能整理成案例。", "An incident reported offline does not become a case."
        )
    where = "".join(filter(None, (state.place.province, state.place.city, state.place.county)))
    types_zh = "、".join(labels[one].zh for one in state.incident_types)
    types_en = ", ".join(labels[one].en for one in state.incident_types)
    account = state.outcome or state.one_line
    return PastCase(
        id=state.id,
        name=Text(zh=f"{where}{types_zh}", en=f"{types_en} ({state.on:%Y-%m-%d})"),
        date=state.on,
        place=CasePlace(
            province=state.place.province, city=state.place.city, county=state.place.county
        ),
        incident_types=state.incident_types,
        category=category,
        figures=Figures(stage=state.stage, as_of=state.last_at, measures=_figures(state)),
        official_grade=None,
        what_happened=Text(zh=account, en=account),
        response=tuple(tick.text for tick in sorted(state.ticks.values(), key=lambda one: one.at)),
        lessons=(),
        sources=(CaseSource(title=f"本级值班记录 {state.id}"),),
        verified="no",
        note=_TO_CHECK,
    )


def _figures(state: IncidentState) -> dict[str, Value]:
    exact = {measure: _exact(given) for measure, given in sorted(state.answers.items())}
    return {measure: value for measure, value in exact.items() if value is not None}


def _exact(given: MeasureAnswers) -> Value | None:
    """Return the value that all standing statements agree on, if it is exact and not personal."""
    if not given.standing or given.differ or any(one.is_personal for one in given.standing):
        return None
    value = given.standing[0].value
    if isinstance(value, bool | int | float):
        return value
    if not isinstance(value, str) or value == "unknown":
        return None
    if _FIGURE.fullmatch(value):
        return float(value) if "." in value else int(value)
    return value if _CHOICE.fullmatch(value) else None


def case_yaml(case: PastCase) -> str:
    """Return a case as it stands in a case file."""
    yaml = YAML()
    yaml.default_flow_style = None
    yaml.allow_unicode = True
    yaml.width = 10_000
    stream = io.StringIO()
    yaml.dump([_plain(case)], stream)
    return stream.getvalue()


def _plain(case: PastCase) -> dict[str, Any]:
    content = case.model_dump(exclude_none=True)
    content["official_grade"] = case.official_grade  # None is said, not left out
    content["verified"] = DoubleQuotedScalarString(case.verified)  # a bare no is not a text
    for name in ("incident_types", "response", "lessons", "sources"):
        content[name] = list(content[name])
    return content


def keep_case(case: PastCase, folder: Path) -> Path:
    """Write a case into a file of its own in ``folder`` and return the file. Raises NameTaken."""
    path = folder / f"{case.id}.yaml"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(case_yaml(case))
    except FileExistsError as error:
        raise NameTaken(case.id) from error
    return path
