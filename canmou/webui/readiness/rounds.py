"""What several pages need of a self-check: the round, its assessment, its profile."""

from __future__ import annotations

from datetime import date

from flask import abort

from canmou.casebase import CasebaseError, Office
from canmou.casebase.readiness_rounds import Round, get_round, rounds
from canmou.readiness.checking import Checked, check
from canmou.readiness.questionnaire import questionnaire
from canmou.webui.services import rulebase, store
from canmou.webui.timewords import now


def load_round(office: Office, number: int) -> Round:
    """Return a self-check of this community, or 404."""
    try:
        found = get_round(store(), number)
    except CasebaseError:
        abort(404)
    if found.office != office.id:
        abort(404)
    return found


def latest(office: Office) -> Round | None:
    """Return the newest self-check of a community."""
    every = rounds(store(), office.id)
    return every[0] if every else None


def before(one: Round) -> Round | None:
    """Return the self-check before this one."""
    older = [r for r in rounds(store(), one.office) if r.year < one.year]
    return older[0] if older else None


def last_gone_through(office: str) -> date | None:
    """Return the day on which the last self-check began that came to its end.

    One ends when it is closed, or when that of a later year begins.
    """
    every = rounds(store(), office)
    ended = [one for at, one in enumerate(every) if at or one.closed_at is not None]
    return ended[0].started_at.date() if ended else None


def checked(one: Round, office: Office) -> Checked:
    """Return the gaps of a self-check by the rules in use."""
    return check(one.values, rulebase(), questionnaire(), at=now(), place=office.area)
