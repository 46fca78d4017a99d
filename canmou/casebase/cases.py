"""Past cases: what happened elsewhere, with figures, published grade, and what was learned."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError, field_validator
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from canmou.casebase.errors import CaseFileError
from canmou.engine.records import Level, Record, Text

CASES = Path(__file__).parent / "cases"
Category = Literal[
    "natural_disaster", "accident_disaster", "public_health", "social_safety", "everyday"
]
Stage = Literal["initial", "final"]
Value = bool | int | float | str


class CasePlace(Record):
    """Where it happened, as far as published."""

    province: str | None = None
    city: str | None = None
    county: str | None = None


class Figures(Record):
    """Figures by measure; an absent measure is not known, it is not zero.

    ``stage`` says whether they are those of the first days or of the inquiry.
    """

    stage: Stage
    as_of: dt.datetime | dt.date | None = None
    measures: dict[str, Value]

    @field_validator("measures", mode="before")
    @classmethod
    def _no_gaps(cls, value: Any) -> Any:
        for name, figure in value.items() if isinstance(value, dict) else ():
            if figure is None:
                raise ValueError(
                    f"{name} 没有数值，不知道的要素请不要写 / leave out unknown measures"
                )
        return value


class CaseSource(Record):
    """A public page or text that the case rests on."""

    title: str | None = None
    url: str | None = None


class PastCase(Record):
    """案例: one historical incident.

    ``official_grade`` is the grade that was published (None if none was), ``grade_standard`` the
    standard it was published under where that is not the obvious one. ``grade_as_of`` is when it
    was given, for a first judgement that is older than the figures. ``grade_under`` names the text
    that gave the grade where no rule file holds it (a local plan). ``response_level`` is the
    level of the response, which is no grade. ``explanations`` says in one line why our grade may
    differ from the published one, by a published reason.
    """

    id: str = Field(pattern=r"^[0-9a-z][0-9a-z-]*$")
    name: Text
    date: dt.date
    place: CasePlace
    incident_types: tuple[str, ...] = Field(min_length=1)
    category: Category
    figures: Figures
    official_grade: Level | None
    grade_standard: str | None = None
    grade_stage: Stage | None = None
    grade_as_of: dt.datetime | dt.date | None = None
    grade_source: Text | None = None
    grade_under: Text | None = None
    response_level: Level | None = None
    response_by: Text | None = None
    what_happened: Text
    response: tuple[Text, ...]
    lessons: tuple[Text, ...]
    community_role: Text | None = None
    sources: tuple[CaseSource, ...] = Field(min_length=1)
    verified: Literal["text", "page", "no"]
    note: Text | None = None
    explanations: Text | None = None

    @property
    def grade_is_older(self) -> bool:
        """Whether the published grade was given before the figures were known."""
        given, counted = self.grade_as_of, self.figures.as_of
        if given is None or counted is None:
            return False
        if isinstance(given, dt.datetime) and isinstance(counted, dt.datetime):
            return given < counted
        return _day(given) < _day(counted)

    def assess_input(self) -> dict[str, Any]:
        """Return the case in the form that an assessment takes (DESIGN: contracts)."""
        return {
            "incident_types": list(self.incident_types),
            "status": "occurred",
            "stage": self.figures.stage,
            "on": self.date,
            "place": self.place.model_dump(exclude_none=True),
            "answers": dict(self.figures.measures),
        }


def _day(moment: dt.datetime | dt.date) -> dt.date:
    return moment.date() if isinstance(moment, dt.datetime) else moment


def load_cases(
    folder: Path = CASES,
    *,
    measures: Collection[str] | None = None,
    incident_types: Collection[str] | None = None,
) -> tuple[PastCase, ...]:
    """Return all cases of ``folder`` (or of one file) and the folders in it, by day and id.

    Names of measures and types are checked where the known ones are given. Raises CaseFileError
    with every mistake of every file: file, case, field, and the nearest known name.
    """
    problems: list[str] = []
    found: dict[str, tuple[PastCase, Path]] = {}
    files = [folder] if folder.is_file() else sorted(folder.rglob("*.yaml"))
    folder = folder.parent if folder.is_file() else folder
    for path in files:
        for case in _of_file(path, folder, problems):
            if case.id in found:
                first = found[case.id][1].relative_to(folder)
                problems.append(
                    f"{path.relative_to(folder)}: {case.id}: 编号重复，已见于 {first} / "
                    f"this id stands in {first} already"
                )
                continue
            found[case.id] = (case, path)
            problems.extend(
                f"{path.relative_to(folder)}: {case.id}: {problem}"
                for problem in _unknown_names(case, measures, incident_types)
            )
    if problems:
        raise CaseFileError(tuple(problems))
    return tuple(case for case, _ in sorted(found.values(), key=lambda x: (x[0].date, x[0].id)))


def _of_file(path: Path, folder: Path, problems: list[str]) -> Iterator[PastCase]:
    where = path.relative_to(folder)
    try:
        content = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    except MarkedYAMLError as error:
        line = "?" if error.problem_mark is None else error.problem_mark.line + 1
        problems.append(f"{where}:{line}: {error.problem}（YAML 写法有误 / YAML cannot be read）")
        return
    except (YAMLError, UnicodeDecodeError) as error:
        problems.append(f"{where}: {error}（YAML 写法有误 / YAML cannot be read）")
        return
    if not isinstance(content, list):
        problems.append(f"{where}: 文件须是案例的列表 / the file must be a list of cases")
        return
    for number, item in enumerate(content, start=1):
        name = item.get("id") if isinstance(item, dict) else None
        try:
            yield PastCase.model_validate(item)
        except ValidationError as error:
            which = name or f"第 {number} 个案例 / case number {number}"
            problems.extend(f"{where}: {which}: {one}" for one in _sentences(error))


def _sentences(error: ValidationError) -> Iterator[str]:
    """Return one sentence per mistake: the field, what is wrong, what is allowed."""
    known = tuple(PastCase.model_fields)
    for one in error.errors():
        field = ".".join(str(step) for step in one["loc"]) or "案例 / case"
        if one["type"] == "missing":
            yield f"缺少 {field} / {field} is missing"
        elif one["type"] == "extra_forbidden":
            near = get_close_matches(str(one["loc"][-1]), known, n=1)
            hint = f"，是否为 {near[0]}？ / did you mean {near[0]}?" if near else ""
            yield f"没有 {field} 这一项{hint} / unknown field {field}; allowed: {', '.join(known)}"
        else:
            yield f"{field}: {one['msg']}"


def _unknown_names(
    case: PastCase, measures: Collection[str] | None, incident_types: Collection[str] | None
) -> Iterator[str]:
    for names, known, zh, en in (
        (case.figures.measures, measures, "要素", "measure"),
        (case.incident_types, incident_types, "事件类型", "incident type"),
    ):
        for name in names if known is not None else ():
            if name not in (known or ()):
                near = get_close_matches(name, sorted(known or ()), n=1)
                hint = f"，是否为 {near[0]}？ / did you mean {near[0]}?" if near else ""
                yield f'未知{zh} "{name}" / unknown {en}{hint}'
