"""The telephone book of a place: who is reached under which number."""

from __future__ import annotations

from canmou import casebase
from canmou.webui.services import store

SETTING = "telephones"


def own_numbers(office: str) -> dict[str, str]:
    """Return the numbers that an office has written down itself."""
    kept = casebase.get_setting(store(), f"{SETTING}:{office}")
    return {str(k): str(v) for k, v in kept.items()} if isinstance(kept, dict) else {}


def numbers(office: str | None) -> dict[str, str]:
    """Return the numbers that hold at an office: its own, else those of the offices above it."""
    found: dict[str, str] = {}
    here = office
    while here is not None:
        found = {**own_numbers(here), **found}
        here = casebase.office(store(), here).parent
    return found


def write_numbers(office: str, book: dict[str, str]) -> None:
    """Keep the numbers of an office; empty ones are forgotten."""
    casebase.set_setting(
        store(), f"{SETTING}:{office}", {k: v.strip() for k, v in book.items() if v.strip()}
    )
