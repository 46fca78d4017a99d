"""Duties that one desk would read twice, told once."""

from __future__ import annotations

from collections.abc import Iterable

from canmou.engine import RuleBase
from canmou.engine.assembling.duty_lines import MODALITY_ORDER
from canmou.engine.assessment import DutyLine
from canmou.engine.records import Text, in_a_row

GOVERNMENT = {
    "community": {"residents_committee"},
    "township": {"subdistrict_township"},
    "county": {"county_government", "county_duty_office", "government_head"},
}
"""Parties that are the office of a level itself; roles that may stand for them count too."""


def is_government(duty: DutyLine, level: str, rulebase: RuleBase) -> bool:
    """Tell whether a duty asks the government (committee) of a level, by name or by role."""
    own = GOVERNMENT.get(level, set())
    asked = set(duty.by) | set(duty.resolved)
    roles = [rulebase.parties[p] for p in duty.by if p in rulebase.parties]
    return bool(own & asked) or any(own & set(role.may_be) for role in roles if role.role)


def merged(duties: Iterable[DutyLine], level: str, rulebase: RuleBase) -> dict[str, DutyLine]:
    """Return one line for lines that ask the same of the same, and the line of every key.

    Lines are the same if action and object are equal and they either ask the government of this
    level under several names (县政府, 履行统一领导职责的人民政府) or say the same to several
    parties. The first certain line stands, with the words, citations and elements of the others.
    """
    first: dict[tuple[object, ...], list[DutyLine]] = {}
    for duty in duties:
        who = "government" if is_government(duty, level, rulebase) else duty.text.zh
        same = (duty.action, duty.to, duty.modality == "must_not")
        place = next(
            (
                key for key, lines in first.items()
                if key[:3] == same and (key[3] == who or duty.text.zh in {x.text.zh for x in lines})
            ),
            (*same, who),
        )  # fmt: skip
        first.setdefault(place, []).append(duty)
    return {duty.key: line for lines in first.values() for line in [_one(lines)] for duty in lines}


def _standing(line: DutyLine) -> tuple[str, int]:
    """Certain lines first, a must before advice; possible ones stay in the order of the list.

    There what fits many of the possible types stands before what fits only few of them.
    """
    certain = line.status == "certain"
    return line.status, MODALITY_ORDER.index(line.modality) if certain else 0


def _one(lines: list[DutyLine]) -> DutyLine:
    """Return the line that stands for several, in the words of the first."""
    if len(lines) == 1:
        return lines[0]
    lines = sorted(lines, key=_standing)
    best = lines[0]
    labels = list(dict.fromkeys((x.by_label.zh, x.by_label.en) for x in lines))
    texts = dict.fromkeys((t.zh, t.en) for x in lines for t in (x.text, *x.also))
    said = [(zh, en) for zh, en in texts if zh != best.text.zh]
    dues = [x.due for x in lines if x.due is not None]
    return best.model_copy(
        update={
            "rules": tuple(dict.fromkeys(r for x in lines for r in x.rules)),
            "also": tuple(Text(zh=zh, en=en) for zh, en in said),
            "by": tuple(dict.fromkeys(p for x in lines for p in x.by)),
            "by_label": Text(
                zh="、".join(zh for zh, _ in labels), en=", ".join(en for _, en in labels)
            ),
            "resolved": tuple(dict.fromkeys(p for x in lines for p in x.resolved)),
            "due": min(dues) if dues else None,
            "within": next((x.within for x in lines if x.within), None)
            if best.within is None
            else best.within,
            "waits_for": () if best.status == "certain" else best.waits_for,
            "must_waits_for": ()
            if best.modality == "must"
            else tuple(sorted({m for x in lines for m in x.must_waits_for})),
            "elements": tuple({e.zh: e for x in lines for e in x.elements}.values()),
            "who_can": next((x.who_can for x in lines if x.who_can), None),
            "not_when": in_a_row(x.not_when for x in lines),
            "cites": tuple({(c.source, c.article): c for x in lines for c in x.cites}.values()),
        }
    )
