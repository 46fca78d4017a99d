"""Checks that the log of incidents is what was written: no event changed, dropped or added."""

from __future__ import annotations

import json
from typing import Any

from canmou.casebase.errors import UnknownIncident
from canmou.casebase.log import FIRST, digest, event_hash
from canmou.casebase.store import Store
from canmou.engine.records import Record, Text


class ChainReport(Record):
    """The result of a check: how many events were checked, and what is wrong."""

    checked: int
    problems: tuple[Text, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


def verify_incident(store: Store, incident: str) -> ChainReport:
    """Check the events of one incident. Raises UnknownIncident."""
    head = store.row("SELECT * FROM incidents WHERE id = ?", [incident])
    if head is None:
        raise UnknownIncident(incident)
    return _verify(store, head, _hash_before(store, head["position"]))


def verify_store(store: Store) -> ChainReport:
    """Check all incidents, and that none is missing between them."""
    checked, problems = 0, list[Text]()
    prev_hash, position = FIRST, 0
    for head in store.rows("SELECT * FROM incidents ORDER BY position"):
        position += 1
        if head["position"] != position:
            problems.append(
                Text(
                    zh=f"{head['id']} 之前缺少事件（第 {position} 起）",
                    en=f"an incident is missing before {head['id']} (number {position})",
                )
            )
            position = head["position"]
        report = _verify(store, head, prev_hash)
        checked += report.checked
        problems.extend(report.problems)
        prev_hash = _first_hash(store, head["id"]) or prev_hash
    orphans = store.rows(
        "SELECT DISTINCT incident FROM events WHERE incident NOT IN (SELECT id FROM incidents)"
    )
    problems.extend(
        Text(
            zh=f"{row['incident']} 有记录而没有事件",
            en=f"{row['incident']} has events but no incident",
        )
        for row in orphans
    )
    return ChainReport(checked=checked, problems=tuple(problems))


def _first_hash(store: Store, incident: str) -> str | None:
    row = store.row("SELECT hash FROM events WHERE incident = ? AND number = 1", [incident])
    return None if row is None else str(row["hash"])


def _hash_before(store: Store, position: int) -> str:
    row = store.row(
        "SELECT e.hash FROM incidents i JOIN events e ON e.incident = i.id AND e.number = 1"
        " WHERE i.position < ? ORDER BY i.position DESC LIMIT 1",
        [position],
    )
    return FIRST if row is None else str(row["hash"])


def _verify(store: Store, head: dict[str, Any], prev_hash: str) -> ChainReport:
    incident = head["id"]
    problems: list[Text] = []
    number = 0

    def wrong(at: int, zh: str, en: str) -> None:
        problems.append(Text(zh=f"{incident} 第 {at} 条：{zh}", en=f"{incident} #{at}: {en}"))

    for row in store.rows("SELECT * FROM events WHERE incident = ? ORDER BY number", [incident]):
        number += 1
        if row["number"] != number:
            wrong(number, "缺少记录", "an event is missing")
            number = row["number"]
        if row["prev_hash"] != prev_hash:
            wrong(number, "与前一条接不上", "does not follow the event before")
        if not _hash_fits(row):
            wrong(number, "内容被改动", "its content was changed")
        prev_hash = row["hash"]
    if number != head["last"] or prev_hash != head["head_hash"]:
        wrong(head["last"], "末尾的记录缺失或被改动", "the last events are missing or were changed")
    for row in store.rows(
        "SELECT hash, salt, value FROM personal WHERE incident = ? AND value IS NOT NULL",
        [incident],
    ):
        if digest(f"{row['salt']}{row['value']}") != row["hash"]:
            wrong(number, "个人信息被改动", "personal data were changed")
    return ChainReport(checked=number, problems=tuple(problems))


def _hash_fits(row: dict[str, Any]) -> bool:
    try:
        return event_hash(row) == row["hash"] and json.loads(row["payload"])["kind"] == row["kind"]
    except (ValueError, KeyError, TypeError):  # no JSON any more, or JSON of another shape
        return False
