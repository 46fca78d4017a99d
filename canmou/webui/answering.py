"""Writing answers down: a first statement, a correction, or another source beside the first."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from flask_babel import gettext

from canmou import casebase
from canmou.casebase import ConcurrentChange, FactsChange, IncidentState
from canmou.casebase.fact_events import StatementState
from canmou.webui.accounts import me
from canmou.webui.answers import UNKNOWN, EntryError
from canmou.webui.pages.questions import Entry
from canmou.webui.services import rulebase, store
from canmou.webui.timewords import now
from canmou.webui.writing import write_facts

OWN_FACTS = {"status", "occurred_at"}
"""Measures that the incident itself keeps, so that its head shows them."""


def check_source(state: IncidentState, name: str, entry: Entry) -> None:
    """Check that a statement which is to stand beside others comes from somebody else.

    Raises EntryError: what one source says twice replaces what it said before.
    """
    said = state.answers.get(name)
    if entry.how != "other" or said is None:
        return
    if _source(entry) in {one.source for one in said.standing}:
        raise EntryError(gettext("两个并列的说法要来自不同的人：请在“谁说的”里另选一个。"))


def _source(entry: Entry) -> str | None:
    return (entry.other_source if entry.source == "other" else entry.source) or None


def write_answers(
    state: IncidentState,
    entries: Mapping[str, Entry],
    values: Mapping[str, object],
    expected: int | None,
) -> tuple[int, bool]:
    """Write the answers of one screen, all or none.

    Returns the number of the last event and whether one was a correction. Raises ConcurrentChange
    when others have just said something about the same; what else they did is in nobody's way.
    """
    done: list[tuple[int, bool]] = []

    def steps(latest: IncidentState, seen: int | None) -> IncidentState:
        done.clear()
        for name, value in values.items():
            latest, corrected = _write_one(latest, name, value, entries[name], seen)
            done.append((latest.last, corrected))
            seen = None
        return latest

    try:
        write_facts(lambda: steps(state, expected))
    except ConcurrentChange as change:
        if any(getattr(event.payload, "measure", None) in values for event in change.since):
            raise
        write_facts(lambda: steps(casebase.load_incident(store(), state.id), None))
    return done[-1][0], any(corrected for _, corrected in done)


def _write_one(
    state: IncidentState, name: str, value: object, entry: Entry, expected: int | None
) -> tuple[IncidentState, bool]:
    """Write one answer; return the incident after it and whether it was a correction."""
    if name in OWN_FACTS and value != UNKNOWN:
        return _write_own_fact(state, name, value, expected)
    said = state.answers.get(name)
    standing = said.standing if said else ()
    checked: StatementState = "verified" if entry.state == "verified" else "unverified"
    source, personal = _source(entry), rulebase().measures[name].personal
    if standing and entry.how != "other":
        number = int(entry.statement) if entry.statement.isdigit() else standing[-1].number
        after = casebase.correct(
            store(), state.id, name, number, value, entry.reason or gettext("更正"),
            source=source, state=checked, personal=personal,
            author=me().name, at=now(), expected=expected,
        )  # fmt: skip
        return after, True
    after = casebase.answer(
        store(), state.id, name, value,
        source=source, state=checked, personal=personal,
        author=me().name, at=now(), expected=expected,
    )  # fmt: skip
    return after, bool(standing)


def _write_own_fact(
    state: IncidentState, name: str, value: object, expected: int | None
) -> tuple[IncidentState, bool]:
    if name == "occurred_at":
        change = FactsChange(occurred_at=datetime.fromisoformat(str(value)))
        known = state.occurred_at is not None
    else:
        change = FactsChange(status=str(value))
        known = state.status is not None
    after = casebase.change_facts(
        store(), state.id, change, author=me().name, at=now(), expected=expected
    )
    return after, known
