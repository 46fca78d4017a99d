"""Short phrases about grades and duties, from an assessment alone."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, Protocol

from canmou.engine.assessment import DutyLine, Grade
from canmou.engine.records import LEVELS, Level, Text
from canmou.engine.wording import LEVEL_NAMES, NOT_GRADED, NOT_JUDGED

BASES = {
    "law": Text(zh="法", en="law"),
    "plan": Text(zh="预案", en="plan"),
    "office": Text(zh="值班制度", en="office rule"),
    "practice": Text(zh="良好做法", en="good practice"),
}
LEAD_PARTS = {
    "authority": Text(zh="领导机关", en="leading government"),
    "department": Text(zh="牵头部门", en="lead department"),
    "commander": Text(zh="现场指挥", en="on-scene commander"),
}
Kind = Literal["severity", "response", "signal"]
_GRADES: dict[Level | None, Text] = {
    **{level: LEVEL_NAMES[level] for level in LEVELS},
    None: Text(zh="未达一般级", en="below ordinary (IV)"),
}
_RESPONSES: dict[Level | None, Text] = {
    "I": Text(zh="一级", en="level I"),
    "II": Text(zh="二级", en="level II"),
    "III": Text(zh="三级", en="level III"),
    "IV": Text(zh="四级", en="level IV"),
    None: Text(zh="未达四级", en="below level IV"),
}


class Ranged(Protocol):
    """Whatever holds a grade as a range: an assessment, its summary, one standard alone."""

    @property
    def state(self) -> str:
        """Graded, below the lowest level, not graded or open."""

    @property
    def at_least(self) -> Level | None:
        """The milder end."""

    @property
    def at_most(self) -> Level | None:
        """The more serious end."""


def can_be_judged(state: str, at_most: Level | None) -> bool:
    """Tell whether anything can be said of a grade.

    While everything up to the highest level is still possible and none is certain, it cannot:
    尚不能判断, never "could be the worst".
    """
    return not (state == "open" and at_most in {None, "I"})


def level_text(level: Level | None, kind: Kind = "severity") -> Text:
    """Return the word for a level; None is below the lowest."""
    return (_GRADES if kind == "severity" else _RESPONSES)[level]


def range_text(found: Ranged, kind: Kind | None = None) -> Text:
    """Return a grade as words: one level, a range, or why there is none."""
    if found.state == "not_graded":
        return NOT_GRADED
    if not can_be_judged(found.state, found.at_most):
        return NOT_JUDGED
    known = kind or (found.kind if isinstance(found, Grade) else "severity")
    low, high = (level_text(level, known) for level in (found.at_least, found.at_most))
    if low == high:
        return low
    if found.at_least is None:
        return Text(zh=f"最高到{high.zh}", en=f"at most {high.en}")
    return Text(zh=f"至少{low.zh}，最高到{high.zh}", en=f"at least {low.en}, at most {high.en}")


def urgent_order(duty: DutyLine) -> tuple[bool, bool, datetime]:
    """Return what sorts duties for reading: to be done now, prohibitions first, then by clock."""
    return (not duty.act_now, duty.modality != "must_not", duty.due or datetime.max)
