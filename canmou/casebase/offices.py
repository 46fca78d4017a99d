"""Offices as a tree of areas: province, city, county, township, community, village, unit."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Literal

from pydantic import Field

from canmou.casebase.errors import NameTaken, UnknownOffice
from canmou.casebase.store import Store
from canmou.engine.records import Record, Text

OfficeLevel = Literal["province", "city", "county", "township", "community", "village", "unit"]


class Office(Record):
    """单位: ``area`` holds province, city, county, township, community as far as they apply."""

    id: str
    name: Text
    level: OfficeLevel
    parent: str | None = None
    area: dict[str, str] = Field(default_factory=dict)
    telephone: str | None = None


def add_office(store: Store, new: Office) -> Office:
    """Add an office below its parent. Raises NameTaken, UnknownOffice (of the parent)."""
    with store.writing():
        if find_office(store, new.id) is not None:
            raise NameTaken(new.id)
        if new.parent is not None:
            office(store, new.parent)
        store.db.table("offices").insert(
            {
                "id": new.id, "name_zh": new.name.zh, "name_en": new.name.en, "level": new.level,
                "parent": new.parent, "area": json.dumps(new.area, ensure_ascii=False),
                "telephone": new.telephone,
            }
        )  # fmt: skip
    return new


def find_office(store: Store, office_id: str) -> Office | None:
    """Return an office, or None."""
    row = store.row("SELECT * FROM offices WHERE id = ?", [office_id])
    return None if row is None else _office(row)


def office(store: Store, office_id: str) -> Office:
    """Return an office. Raises UnknownOffice."""
    found = find_office(store, office_id)
    if found is None:
        raise UnknownOffice(office_id)
    return found


def offices(store: Store) -> tuple[Office, ...]:
    """Return all offices, each one before those below it."""
    every = tuple(_office(row) for row in store.rows("SELECT * FROM offices ORDER BY id"))
    return tuple(_below(every, None))


def offices_below(store: Store, office_id: str) -> tuple[str, ...]:
    """Return the ids of an office and of all offices below it. Raises UnknownOffice."""
    top = office(store, office_id)
    return (top.id, *(one.id for one in _below(offices(store), top.id)))


def _below(every: tuple[Office, ...], parent: str | None) -> Iterator[Office]:
    for one in every:
        if one.parent == parent:
            yield one
            yield from _below(every, one.id)


def _office(row: dict[str, Any]) -> Office:
    return Office(
        id=row["id"], name=Text(zh=row["name_zh"], en=row["name_en"]), level=row["level"],
        parent=row["parent"], area=json.loads(row["area"]), telephone=row["telephone"],
    )  # fmt: skip
