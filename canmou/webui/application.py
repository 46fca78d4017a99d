"""Builds the Flask application from its settings: extensions, pages, words, security."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Flask
from flask_babel import Babel
from flask_openapi3 import Info, OpenAPI
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from canmou import __version__
from canmou.webui import (
    accounts,
    admin,
    api,
    archive,
    auth,
    cards,
    desk,
    drill_mount,
    errors,
    exercise_control,
    exercise_judging,
    exercise_work,
    exercises,
    facts,
    findings,
    graph_page,
    incident,
    intake,
    journal,
    languages,
    library,
    policy,
    questions,
    readiness,
    replay,
    report_writing,
    reports,
    result,
    reviews,
    similar,
    statistics,
    trying,
)
from canmou.webui.catalogue import SourceDomain
from canmou.webui.frame import frame
from canmou.webui.holder import RuleBaseHolder
from canmou.webui.limits import limiter
from canmou.webui.security import SessionInterface, add_headers
from canmou.webui.services import EXTENSION, Services, close_store
from canmou.webui.settings import Settings, settings_from
from canmou.webui.template_words import FILTERS

BLUEPRINTS = (
    languages.blueprint,
    auth.blueprint,
    desk.blueprint,
    intake.blueprint,
    incident.blueprint,
    journal.blueprint,
    facts.blueprint,
    questions.blueprint,
    result.blueprint,
    graph_page.blueprint,
    archive.blueprint,
    reports.blueprint,
    report_writing.blueprint,
    cards.blueprint,
    library.blueprint,
    policy.blueprint,
    findings.blueprint,
    trying.blueprint,
    reviews.blueprint,
    similar.blueprint,
    replay.blueprint,
    statistics.blueprint,
    admin.blueprint,
)
MOST_FORM_BYTES = 2_000_000

REAL_BLUEPRINTS = readiness.blueprints
"""What exists only for real work: registers of a community hold people's names and homes."""

DRILL_BLUEPRINTS = (
    exercises.blueprint,
    exercise_control.blueprint,
    exercise_work.blueprint,
    exercise_judging.blueprint,
)

csrf = CSRFProtect()


def create_app(
    config: Settings | Mapping[str, Any] | None = None, rules: RuleBaseHolder | None = None
) -> Flask:
    """Return the application; ``rules`` may be shared by several of them.

    Raises RuleErrors when the rule files are wrong from the start.
    """
    settings = settings_from(config)
    app = OpenAPI(
        __name__,
        info=Info(title="Canmou 参谋", version=__version__),
        doc_ui=False,
        static_folder="static",
        template_folder="templates",
    )
    app.config.update(
        SECRET_KEY=settings.session_key(),
        TESTING=settings.testing,
        MAX_CONTENT_LENGTH=MOST_FORM_BYTES,
        MAX_FORM_MEMORY_SIZE=MOST_FORM_BYTES,
        PERMANENT_SESSION_LIFETIME=settings.shift,
        SESSION_COOKIE_NAME="canmou-drill" if settings.drill and not settings.home else "canmou",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,  # a form left open through a shift must still be saved
        WTF_CSRF_SSL_STRICT=False,
        RATELIMIT_ENABLED=True,
    )
    app.session_interface = SessionInterface()
    if not settings.drill:
        drill_mount.mount(app, settings, create_app)
    if settings.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies, x_host=settings.proxies
        )
    app.extensions[EXTENSION] = Services(settings, rules)
    _add_extensions(app)
    app.url_map.strict_slashes = False
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    for blueprint in DRILL_BLUEPRINTS if settings.drill else REAL_BLUEPRINTS:
        app.register_blueprint(blueprint)
    if settings.drill:
        app.before_request(drill_mount.guard)
    csrf.exempt(api.blueprint)  # it changes nothing, and programs have no form to carry a token
    app.register_api(api.blueprint)
    errors.register(app)
    app.jinja_env.filters.update(FILTERS)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.context_processor(lambda: {"frame": frame(), "colon": languages.colon})
    app.before_request(accounts.force_new_password)
    app.after_request(add_headers)
    app.teardown_appcontext(close_store)
    return app


def _add_extensions(app: Flask) -> None:
    """Connect languages, accounts, the check of forms and the limit on logins."""
    babel = Babel(app, default_locale="zh_CN", locale_selector=languages.selected)
    babel.domain_instance = SourceDomain()
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=lambda message: babel.domain_instance.get_translations().ugettext(message),
        ngettext=lambda one, more, number: babel.domain_instance.get_translations().ungettext(
            one, more, number
        ),
        newstyle=True,
    )
    app.before_request(languages.remember)
    app.teardown_request(languages.forget)
    accounts.login_manager.init_app(app)
    csrf.init_app(app)
    limiter.init_app(app)
