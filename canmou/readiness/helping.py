"""Who can help with moving people and what to take, from the registers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from typing import Any

from canmou.engine.records import Record, Text
from canmou.readiness.data_files import read_record
from canmou.readiness.plurals import count_of
from canmou.readiness.registers import registers
from canmou.readiness.upkeep import expired
from canmou.readiness.zones import Rows, row_zone

CARRYING = "carrying"
MOVING = "moving"
MOST_ASKED = 2


class HelpingWords(Record):
    """Which skills and goods matter when people are moved, the most useful first."""

    skills: tuple[str, ...]
    uses: tuple[str, ...]


class Helping(Record):
    """Volunteers by skill and goods to take. ``minors`` are groups left out: not all are adults."""

    by_skill: tuple[tuple[Text, tuple[dict[str, Any], ...]], ...]
    goods: tuple[dict[str, Any], ...]
    minors: int
    expired: int

    def carriers(self) -> bool:
        """Whether there is something to carry people with."""
        return any(one.get("use") == CARRYING for one in self.goods)


@cache
def helping_words() -> HelpingWords:
    """Return the skills and goods that ship."""
    return read_record("helping.yaml", HelpingWords)


def helping(rows: Mapping[str, Rows], blocks: Iterable[str], today: date) -> Helping:
    """Return who can help, those of the ``blocks`` first, and what to take.

    Those who are not all adults are left out (ERL art. 39: teams of adult volunteers), and goods
    that have expired.
    """
    near = set(blocks)
    volunteers = rows.get("volunteers", ())
    adults = [one for one in volunteers if one.get("adult")]
    labels = registers()["volunteers"].columns["skill"].choices
    by_skill = []
    for skill in helping_words().skills:
        able = [dict(one) for one in adults if one["skill"] == skill]
        if able:
            by_skill.append((labels[skill], tuple(sorted(able, key=lambda v: _far(v, near)))))
    supplies = rows.get("supplies", ())
    good = [s for s in supplies if not expired(registers()["supplies"], s, today)]
    return Helping(
        by_skill=tuple(by_skill),
        goods=tuple(dict(s) for s in sorted(good, key=_use_rank) if s["quantity"]),
        minors=len(volunteers) - len(adults),
        expired=len(supplies) - len(good),
    )


def could_be_asked(person: Mapping[str, Any], volunteers: Rows) -> tuple[dict[str, Any], ...]:
    """Return whom to ask for a person without a helper: movers among the volunteers, near first."""
    able = [v for v in volunteers if v["skill"] == MOVING and v.get("adult")]
    near = {row_zone(person)}
    return tuple(dict(v) for v in sorted(able, key=lambda v: _far(v, near))[:MOST_ASKED])


def missing_help(found: Helping, carried: int) -> tuple[Text, ...]:
    """Return what is missing of help: something to carry with, people with the skill of moving."""
    told = []
    if carried and not found.carriers():
        told.append(
            Text(
                zh=f"{carried} 人要抬或要轮椅，物资登记册里没有标明用于搬抬的器材",
                en=count_of(carried, "person needs", "people need")
                + " a stretcher or wheelchair, and nothing to carry people with is registered",
            )
        )
    if found.expired:
        told.append(
            Text(
                zh=f"{found.expired} 种物资已过期，没有列进要带的",
                en=count_of(
                    found.expired,
                    "kind of goods has expired and is left out",
                    "kinds of goods have expired and are left out",
                ),
            )
        )
    if found.minors:
        told.append(
            Text(
                zh=f"{found.minors} 支志愿者不全是成年人，没有列进能帮忙的",
                en=count_of(
                    found.minors,
                    "group of volunteers is not all adults and is left out",
                    "groups of volunteers are not all adults and are left out",
                ),
            )
        )
    return tuple(told)


def _far(volunteer: Mapping[str, Any], near: set[str]) -> bool:
    return row_zone(volunteer) not in near


def _use_rank(goods: Mapping[str, Any]) -> int:
    uses = helping_words().uses
    return uses.index(goods["use"]) if goods.get("use") in uses else len(uses)
