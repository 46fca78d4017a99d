"""The way through the questions of an incident, kept in the session: back, and what was skipped."""

from __future__ import annotations

from flask import session

KEPT_INCIDENTS = 2
KEPT = {"trail": 25, "skipped": 100}
"""The session travels in a cookie, which holds about four kilobytes once it is compressed."""


def _kept(name: str, incident: str) -> list[str]:
    ways = session.get(name, {})
    return list(ways.get(incident, ())) if isinstance(ways, dict) else []


def _keep(name: str, incident: str, steps: list[str]) -> None:
    ways = dict(session.get(name, {}))
    ways.pop(incident, None)
    ways[incident] = steps[-KEPT[name] :]
    while len(ways) > KEPT_INCIDENTS:
        ways.pop(next(iter(ways)))
    session[name] = ways


def skipped(incident: str) -> frozenset[str]:
    """Return the questions that were skipped."""
    return frozenset(_kept("skipped", incident))


def skip(incident: str, measure: str) -> None:
    """Skip a question; it can be reached again from the end of the questions."""
    _keep("skipped", incident, [*_without("skipped", incident, measure), measure])


def unskip(incident: str, measure: str) -> None:
    """Forget that a question was skipped."""
    _keep("skipped", incident, _without("skipped", incident, measure))


def _without(name: str, incident: str, step: str) -> list[str]:
    return [kept for kept in _kept(name, incident) if kept != step]


def visit(incident: str, step: str) -> str | None:
    """Note that a screen of questions is shown; return the one before it."""
    steps = _kept("trail", incident)
    steps = steps[: steps.index(step)] if step in steps else steps
    _keep("trail", incident, [*steps, step])
    return steps[-1] if steps else None
