"""How many people a shelter takes, by the figures of the Sphere Handbook.

3.5 m² of covered floor per person (shelter standard 3), one toilet for 20 people (excreta
disposal), 15 litres of water per person and day (water supply standard 1). The rules of
``common/good_practice_shelter.yaml`` cite the same figures.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from canmou.engine.records import Record

FLOOR_PER_PERSON = 3.5
PEOPLE_PER_TOILET = 20
WATER_PER_PERSON = 15.0
SOURCE = "sphere_handbook"
ARTICLES = {
    "floor": "shelter standard 3",
    "toilets": "excreta disposal",
    "water": "water supply standard 1",
}


class Capacity(Record):
    """How many people fit, by each figure that is known; the tightest one counts."""

    floor: int
    toilets: int | None
    water: int | None
    taken: int

    @property
    def tightest(self) -> str:
        """The figure that counts."""
        known = {"floor": self.floor, "toilets": self.toilets, "water": self.water}
        return min((v, k) for k, v in known.items() if v is not None)[1]

    @property
    def unknown(self) -> tuple[str, ...]:
        """The figures that nobody has entered: the capacity may be smaller than it looks."""
        known = {"toilets": self.toilets, "water": self.water}
        return tuple(name for name, people in known.items() if people is None)

    @property
    def people(self) -> int:
        """How many people the shelter takes in all."""
        return min(v for v in (self.floor, self.toilets, self.water) if v is not None)

    @property
    def left(self) -> int:
        """How many places are left."""
        return max(self.people - self.taken, 0)


def capacity(shelter: Mapping[str, Any]) -> Capacity:
    """Return the capacity of a row of the register of shelters.

    >>> capacity({"floor_area": 70, "toilets": 2, "taken": 5}).left
    15
    """
    toilets, water = shelter.get("toilets"), shelter.get("water_litres_day")
    return Capacity(
        floor=math.floor((shelter.get("floor_area") or 0) / FLOOR_PER_PERSON),
        toilets=None if toilets is None else int(toilets) * PEOPLE_PER_TOILET,
        water=None if water is None else math.floor(water / WATER_PER_PERSON),
        taken=int(shelter.get("taken") or 0),
    )
