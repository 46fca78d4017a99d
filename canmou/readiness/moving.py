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
from canmou.readiness.registers import registers, stale
from canmou.readiness.shelters import Capacity, capacity

SLOWEST_FIRST = ("stretcher", "wheelchair", "helped", "walks")
NEEDS_STEP_FREE = frozenset({"stretcher", "wheelchair"})

Rows = Sequence[Mapping[str, Any]]


class Threats(Record):
    """Which kinds of registered hazards matter in which types of incident."""

    threatens: dict[str, tuple[str, ...]]


class ToMove(Record):
    """One person on the list. ``hazards`` are the registered ones that threaten the block."""

    place: int
    person: dict[str, Any]
    hazards: tuple[str, ...]
    shelter: dict[str, Any] | None
    left_after: int | None
    why_no_shelter: Text | None = None


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
    """Who calls whom in one block: the person responsible, then helpers and people."""

    block: str
    mover: dict[str, Any] | None
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


def moving_list(kinds: frozenset[str], rows: Mapping[str, Rows], today: date) -> MovingList:
    """Return the list from the rows of the registers; what is missing stands beside it."""
    hazards = [h for h in rows["hazards"] if h["kind"] in kinds and h["state"] != "done"]
    blocks: dict[str, list[str]] = {_block(h): [] for h in hazards}
    for hazard in hazards:
        blocks[_block(hazard)].append(str(hazard["name"]))
    people = sorted(
        enumerate(rows["people"]),
        key=lambda one: (
            _block(one[1]) not in blocks,
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
                hazards=tuple(blocks.get(_block(person), ())),
                shelter=shelter,
                left_after=left,
                why_no_shelter=why,
            )
        )
    now = tuple(one for one in found if one.hazards) if hazards else tuple(found)
    return MovingList(
        hazards=tuple(map(dict, hazards)),
        now=now,
        later=tuple(one for one in found if not one.hazards) if hazards else (),
        shelters=uses.used(),
        calls=_calls(now, rows["movers"], blocks),
        receivers=tuple(map(dict, rows["receivers"])),
        missing=_missing(rows, hazards, now, blocks, today),
    )


def _block(row: Mapping[str, Any]) -> str:
    return str(row.get("zone") or "").strip()


class _Shelters:
    """Gives people places, one after the other."""

    def __init__(self, rows: Rows, threatened: frozenset[str]) -> None:
        self.rows = rows
        self.safe = [r for r in rows if not _block(r) or _block(r) not in threatened]
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
    now: Sequence[ToMove], movers: Rows, blocks: Mapping[str, list[str]]
) -> tuple[BlockCalls, ...]:
    by_block = {_block(mover): dict(mover) for mover in movers}
    names = dict.fromkeys([*blocks, *(_block(one.person) for one in now)])
    return tuple(
        BlockCalls(
            block=name,
            mover=by_block.get(name),
            helped=tuple(
                one.person for one in now if _block(one.person) == name and one.person.get("helper")
            ),
            without_helper=tuple(
                one.person
                for one in now
                if _block(one.person) == name and not one.person.get("helper")
            ),
        )
        for name in names
    )


def _missing(
    rows: Mapping[str, Rows],
    hazards: Sequence[Mapping[str, Any]],
    now: Sequence[ToMove],
    blocks: Mapping[str, list[str]],
    today: date,
) -> tuple[Text, ...]:
    found: list[Text] = []

    def say(zh: str, en: str) -> None:
        found.append(Text(zh=zh, en=en))

    for name, register in registers().items():
        if name in rows and not rows[name]:
            say(
                f"“{register.label.zh}”登记册是空的：现在要逐户问清",
                f'the register "{register.label.en}" is empty: ask house by house now',
            )
    if rows["hazards"] and not hazards:
        say(
            "登记册里没有这类事件会威胁的风险点：名单不分片区，按全部登记人员排",
            "no registered hazard fits this incident: the list is not sorted by block",
        )
    covered = {_block(mover) for mover in rows["movers"]}
    for block in blocks:
        if block not in covered:
            say(f"片区“{block}”没有转移责任人", f'block "{block}" has no person responsible')
    alone = [one for one in now if not one.person.get("helper")]
    if alone:
        say(f"{len(alone)} 人没有帮扶人", f"{len(alone)} people have no helper")
    homeless = [one for one in now if one.shelter is None]
    if homeless:
        say(f"{len(homeless)} 人还没有去处", f"{len(homeless)} people have no place to go")
    old = sum(
        stale(registers()[name], row, today) == "unchecked"
        for name in ("people", "shelters", "movers")
        for row in rows[name]
    )
    if old:
        say(
            f"{old} 条登记超过一年没有核对，先打电话核实",
            f"{old} entries are over a year old: ring up first",
        )
    return tuple(found)
