"""The drill beside real work: the same pages on a store of its own, under ``/drill``.

It is an application of its own. Of the database of real work it reads offices and users, so that
one login serves both; it writes nothing there, so nothing can leave a drill by mistake.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from flask import Flask, flash, redirect, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.wrappers import Response

from canmou.drill import kept
from canmou.webui.accounts import me
from canmou.webui.drill_bar import PLACE, home_url
from canmou.webui.languages import here
from canmou.webui.services import EXTENSION, services, store
from canmou.webui.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from canmou.webui.holder import RuleBaseHolder

Build = Callable[[Settings, "RuleBaseHolder | None"], Flask]
AT_HOME = {"auth.log_in", "auth.password"}
"""Pages about one's account: they belong to real work, where the accounts are kept."""


class LazyDrill:
    """The drill application, built when somebody first goes there."""

    def __init__(self, home: Flask, settings: Settings, build: Build) -> None:
        self._home, self._settings, self._build = home, settings, build
        self._lock = threading.Lock()
        self._app: Flask | None = None

    def app(self) -> Flask:
        """Return the drill application; it uses the same rules as real work."""
        with self._lock:
            if self._app is None:
                rules = self._home.extensions[EXTENSION].rules
                self._app = self._build(self._settings.beside(), rules)
            return self._app

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Answer a request to the drill."""
        return self.app()(environ, start)


def mount(home: Flask, settings: Settings, build: Build) -> None:
    """Serve the drill under ``/drill`` of an application for real work."""
    mounted: dict[str, Any] = {PLACE: LazyDrill(home, settings, build)}
    home.wsgi_app = DispatcherMiddleware(home.wsgi_app, mounted)  # type: ignore[method-assign]


def guard() -> Response | None:
    """Keep a drill apart: accounts are managed at home, and the system's view comes last.

    While a trainee has not judged, the pages of the incident lead back to the exercise.
    """
    if request.endpoint in {None, "static", "languages.switch"}:
        return None
    if services().settings.home is not None:
        sent_home = _sent_home()
        if sent_home is not None:
            return sent_home
    if not current_user.is_authenticated:
        return None
    if request.endpoint == "desk.overview":
        return redirect(url_for("exercises.overview"))
    if request.blueprint == "archive":  # neither cases nor files leave a drill
        flash(gettext("演练不归档，也不会成为案例。"), "mistake")
        return redirect(url_for("result.overview", **(request.view_args or {})))
    return _not_yet((request.view_args or {}).get("incident"))


def _sent_home() -> Response | None:
    endpoint = request.endpoint or ""
    if endpoint == "auth.log_out":  # 307: the form is sent again, to where the session is kept
        return redirect(home_url("/logout") or "/", 307)
    if endpoint in AT_HOME or endpoint.startswith("admin."):
        query = f"?{request.query_string.decode()}" if request.query_string else ""
        return redirect(f"{home_url(request.path)}{query}")
    if not current_user.is_authenticated and not request.path.startswith("/api/"):
        target = quote(here() if request.method == "GET" else "/")
        return redirect(f"{home_url('/login')}?next={target}")
    if current_user.is_authenticated and me().must_change_password:
        return redirect(home_url("/password") or "/")
    return None


def _not_yet(incident: str | None) -> Response | None:
    if incident is None:
        return None
    found = kept.of_incident(store(), incident)
    if found is None:
        return None
    mine = kept.exercises(store(), drill=found.drill, trainee=me().name)
    waiting = next((one for one in mine if one.ended_at is None), None)
    if waiting is None:
        return None
    flash(gettext("先作出自己的判断，系统的研判在那以后显示。"), "mistake")
    return redirect(url_for("exercise_work.work", number=waiting.id))
