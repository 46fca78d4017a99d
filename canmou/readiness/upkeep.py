"""When an entry of a register can no longer be relied on, and what expires in which month.

No text that could be read says how often a list of a community is to be checked, so no period is
set here: an entry is held against the community's own last self-check.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Literal

from canmou.readiness.registers import Register, iso_day

Stale = Literal["unchecked", "expired", "findings_open"]


def stale(
    register: Register, row: Mapping[str, Any], today: date, since: date | None
) -> Stale | None:
    """Return why an entry can no longer be relied on, or None.

    ``since`` is the day on which the last self-check began that has come to its end: what nobody
    has checked since then is unchecked. None where there has been no such self-check.
    """
    if expired(register, row, today):
        return "expired"
    checked = iso_day(row.get(register.checked or ""))
    if since is not None and checked is not None and checked < since:
        return "unchecked"
    closed = row.get("done_on") and row.get("done_about")
    if "findings" in register.columns and row.get("findings") and not closed:
        return "findings_open"
    return None


def expired(register: Register, row: Mapping[str, Any], today: date) -> bool:
    """Whether the day until which an entry is good has passed."""
    expires = iso_day(row.get(register.expires or ""))
    return expires is not None and expires < today


def expiring(
    register: Register, rows: Iterable[Mapping[str, Any]], year: int, today: date
) -> dict[int, tuple[str, ...]]:
    """Return, by month of a year, the names of what is still good and expires then."""
    found: dict[int, dict[str, None]] = {}
    for row in rows:
        expires = iso_day(row.get(register.expires or ""))
        if expires is not None and expires >= today and expires.year == year:
            found.setdefault(expires.month, {})[str(row.get(register.key[0]))] = None
    return {month: tuple(names) for month, names in sorted(found.items())}
