"""The mark of a drill: which exercise the user is at, and the ways out of it."""

from __future__ import annotations

from flask import request, url_for

from canmou.drill import kept
from canmou.engine.records import Text
from canmou.webui.accounts import me
from canmou.webui.pages.base import DrillBar
from canmou.webui.services import services, store

PLACE = "/drill"
"""Where the drill is mounted beside real work."""


def drill_url() -> str:
    """Return the address of the drill beside real work."""
    return f"{request.script_root}{PLACE}/"


def home_url(path: str = "/") -> str | None:
    """Return an address of real work, or None where a drill is served alone."""
    if services().settings.home is None:
        return None
    return request.script_root.removesuffix(PLACE) + path


def drill_bar() -> DrillBar:
    """Return the bar of this request: of the exercise the user is at, if any."""
    mine = kept.exercises(store(), trainee=me().name)
    running = next((one for one in mine if one.running), None)
    if running is None:
        return DrillBar(home_url=home_url())
    drill = kept.drill(store(), running.drill)
    blind = Text(zh="双盲演练", en="Unannounced drill")
    title = blind if drill.mode == "blind" else drill.scenario.title
    return DrillBar(
        title=title,
        exercise_url=url_for("exercise_work.work", number=running.id),
        abort_url=url_for("exercise_work.abort", number=running.id),
        real_url=url_for("exercise_work.real", number=running.id),
        home_url=home_url(),
    )
