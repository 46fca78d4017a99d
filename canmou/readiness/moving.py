"""转移名单: whom to move first, who helps, where to, who calls whom; and what is missing for it.

The order: those in a threatened block first, then by how long moving takes (carried, wheelchair,
with a hand, on foot). That children, the old, the disabled, the pregnant and the sick come first is
the law (ERL art. 11); the order by mobility is practice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

from canmou.engine import RuleBase
from canmou.engine.records import Record, Text
from canmou.readiness.data_files import read_record
from canmou.readiness.helping import Helping, could_be_asked, helping, missing_help
from canmou.readiness.moving_gaps import what_is_missing
from canmou.readiness.shelters import Capacity, capacity
from canmou.readiness.zones import Rows, row_zone, writings

SLOWEST_FIRST = ("stretcher", "wheelchair", "helped", "walks")
NEEDS_STEP_FREE = frozenset({"stretcher", "wheelchair"})


class Threats(Record):
    """Which kinds of registered hazards matter in which types of incident."""

    threatens: dict[str, tuple[str, ...]]


class ToMove(Record):
    """One person on the list. ``hazards`` are the registered ones that threaten the block.

    ``could_ask`` are volunteers for somebody who has no helper.
    """

    place: int
    person: dict[str, Any]
    hazards: tuple[str, ...]
    shelter: dict[str, Any] | None
    left_after: int | None
    why_no_shelter: Text | None = None
    could_ask: tuple[dict[str, Any], ...] = ()


class ShelterUse(Record):
    """A shelter with its capacity and how many of the list go there."""

    shelter: dict[str, Any]
    capacity: Capacity
    assigned: int
    threatened: bool

    @property
    def left(self) -> int:
        """How many places are left when the list has been moved."""
        return max(self.capacity.left - self.assigned, 0)


class BlockCalls(Record):
    """Who calls whom in one block: the persons responsible, then helpers and people."""

    block: str
    movers: tuple[dict[str, Any], ...]
    helped: tuple[dict[str, Any], ...]
    without_helper: tuple[dict[str, Any], ...]


class MovingList(Record):
    """The list for one incident. ``later`` are people outside the threatened blocks."""

    hazards: tuple[dict[str, Any], ...]
    now: tuple[ToMove, ...]
    later: tuple[ToMove, ...]
    shelters: tuple[ShelterUse, ...]
    calls: tuple[BlockCalls, ...]
    receivers: tuple[dict[str, Any], ...]
    helping: Helping
    missing: tuple[Text, ...]


@cache
def _threats() -> dict[str, tuple[str, ...]]:
    return read_record("moving.yaml", Threats).threatens


def kinds_threatening(incident_types: Iterable[str], rulebase: RuleBase) -> frozenset[str]:
    """Return the kinds of registered hazards that matter in an incident of these types."""
    above = {
        name
        for one in incident_types
        if (known := rulebase.type_id(one))
        for name in rulebase.ancestors(known)
    }
    return frozenset(kind for name in above for kind in _threats().get(name, ()))


def moving_list(
    kinds: frozenset[str], rows: Mapping[str, Rows], today: date, since: date | None = None
) -> MovingList:
    """Return the list from the rows of the registers; what is missing stands beside it.

    ``since`` is the day on which the last finished self-check began, if there was one.
    """
    hazards = [h for h in rows["hazards"] if h["kind"] in kinds and h["state"] != "done"]
    blocks: dict[str, list[str]] = {row_zone(h): [] for h in hazards}
    for hazard in hazards:
        blocks[row_zone(hazard)].append(str(hazard["name"]))
    people = sorted(
        enumerate(rows["people"]),
        key=lambda one: (
            row_zone(one[1]) not in blocks,
            SLOWEST_FIRST.index(one[1]["mobility"]),
            one[0],
        ),
    )
    uses = _Shelters(rows["shelters"], frozenset(blocks))
    found = []
    for place, (_, person) in enumerate(people, start=1):
        shelter, left, why = uses.place(person)
        found.append(
            ToMove(
                place=place,
                person=dict(person),
                hazards=tuple(blocks.get(row_zone(person), ())),
                shelter=shelter,
                left_after=left,
                why_no_shelter=why,
                could_ask=()
                if person.get("helper")
                else could_be_asked(person, rows.get("volunteers", ())),
            )
        )
    now = tuple(one for one in found if one.hazards) if hazards else tuple(found)
    help_found = helping(rows, blocks, today)
    carried = sum(one.person["mobility"] in NEEDS_STEP_FREE for one in now)
    return MovingList(
        hazards=tuple(map(dict, hazards)),
        now=now,
        later=tuple(one for one in found if not one.hazards) if hazards else (),
        shelters=uses.used(),
        calls=_calls(now, rows["movers"], hazards, blocks),
        receivers=tuple(map(dict, rows["receivers"])),
        helping=help_found,
        missing=(
            *what_is_missing(
                rows,
                hazards,
                since,
                without_helper=sum(not one.person.get("helper") for one in now),
                without_shelter=sum(one.shelter is None for one in now),
            ),
            *missing_help(help_found, carried),
        ),
    )


class _Shelters:
    """Gives people places, one after the other."""

    def __init__(self, rows: Rows, threatened: frozenset[str]) -> None:
        self.rows = rows
        self.safe = [r for r in rows if not row_zone(r) or row_zone(r) not in threatened]
        self.capacity = [capacity(r) for r in rows]
        self.assigned = [0] * len(rows)

    def place(
        self, person: Mapping[str, Any]
    ) -> tuple[dict[str, Any] | None, int | None, Text | None]:
        """Return the shelter of a person and the places left there, or why there is none."""
        wanted = str(person.get("shelter") or "")
        step_free = person["mobility"] in NEEDS_STEP_FREE
        order = sorted(range(len(self.rows)), key=lambda i: self.rows[i]["name"] != wanted)
        reasons = set()
        for i in order:
            row = self.rows[i]
            if row not in self.safe:
                reasons.add("threatened")
            elif step_free and not row["step_free"]:
                reasons.add("steps")
            elif self.capacity[i].left - self.assigned[i] < 1:
                reasons.add("full")
            else:
                self.assigned[i] += 1
                return dict(row), self.capacity[i].left - self.assigned[i], None
        return None, None, _why_none(reasons)

    def used(self) -> tuple[ShelterUse, ...]:
        """Return every shelter with what it takes."""
        return tuple(
            ShelterUse(
                shelter=dict(row),
                capacity=self.capacity[i],
                assigned=self.assigned[i],
                threatened=row not in self.safe,
            )
            for i, row in enumerate(self.rows)
        )


def _why_none(reasons: set[str]) -> Text:
    if not reasons:
        return Text(zh="没有登记避难场所", en="no shelter is registered")
    words = {
        "threatened": ("在受威胁片区内", "in a threatened block"),
        "steps": ("轮椅进不去", "not step-free"),
        "full": ("已满", "full"),
    }
    chosen = [words[r] for r in ("full", "steps", "threatened") if r in reasons]
    return Text(
        zh="登记的避难场所" + "或".join(zh for zh, _ in chosen),
        en="the registered shelters are " + " or ".join(en for _, en in chosen),
    )


def _calls(
    now: Sequence[ToMove], movers: Rows, hazards: Rows, blocks: Mapping[str, list[str]]
) -> tuple[BlockCalls, ...]:
    by_block: dict[str, list[dict[str, Any]]] = {}
    for mover in movers:
        by_block.setdefault(row_zone(mover), []).append(dict(mover))
    names = dict.fromkeys([*blocks, *(row_zone(one.person) for one in now)])
    written = writings(movers, hazards, [one.person for one in now])
    return tuple(
        BlockCalls(
            block=written.get(name, name),
            movers=tuple(by_block.get(name, ())),
            helped=tuple(
                one.person
                for one in now
                if row_zone(one.person) == name and one.person.get("helper")
            ),
            without_helper=tuple(
                one.person
                for one in now
                if row_zone(one.person) == name and not one.person.get("helper")
            ),
        )
        for name in names
    )
