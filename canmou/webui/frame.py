"""The frame of a page: where I am, rules in use, language, name, office and role."""

from __future__ import annotations

import json

from flask import current_app, g, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import RequestRedirect

from canmou import __version__
from canmou.webui.accounts import may, me, my_office, office_level, role_label
from canmou.webui.languages import LANGUAGES, current
from canmou.webui.pages.base import Frame, Link
from canmou.webui.services import services
from canmou.webui.timewords import now

ADVISORY_LEVELS = {"village", "community", "township"}
RELEASE_SHOWN = 8


def served(path: str) -> bool:
    """Whether some page answers to ``path``: links to pages of other parts are shown only then."""
    try:
        current_app.url_map.bind("").match(path, method="GET")
    except RequestRedirect:
        return True
    except (NotFound, MethodNotAllowed):
        return False
    return True


def short_release(release: str) -> str:
    """Return the part of a release that fits a line."""
    return release.removeprefix("sha256:")[:RELEASE_SHOWN]


def frame() -> Frame:
    """Return the frame of this request; without the user where the store cannot be read."""
    rules = services().rules.in_use
    known = "store_failed" not in g and current_user.is_authenticated
    signed_in = known and not me().must_change_password
    office = my_office() if known else None
    other = "en" if current() == "zh" else "zh"
    here = request.full_path.rstrip("?") if request.method == "GET" else request.path
    policy = "/policy" if signed_in and served("/policy") else None
    return Frame(
        language=current(),
        other_language=Link(
            words=LANGUAGES[other], url=url_for("languages.switch", language=other, next=here)
        ),
        user_name=me().display_name if known else None,
        role=role_label(me().role) if known else None,
        office=office.name if office else None,
        places=_places() if signed_in else (),
        release=short_release(rules.release),
        rules_changed_at=rules.changed_at,
        rules_url=policy,
        refused=rules.refused_at is not None,
        advisory=signed_in and office_level() in ADVISORY_LEVELS,
        drill=services().settings.drill,
        version=__version__,
        now=now(),
        clock_words=_clock_words(),
    )


def _places() -> tuple[Link, ...]:
    """Return the main places that the user may go to."""
    found: list[tuple[str, str, tuple[str, ...]]] = [
        (gettext("值班台"), url_for("desk.overview"), ("desk", "incident"))
    ]
    if may("take_call"):
        found.append((gettext("接报登记"), url_for("intake.register"), ("intake",)))
    found.append((gettext("应急卡"), url_for("cards.overview"), ("cards",)))
    for words, path, name in (
        (gettext("平时准备"), "/readiness/", "readiness"),
        (gettext("规则库"), "/library", "library"),
        (gettext("规则状态"), "/policy", "policy"),
    ):
        if served(path):
            found.append((words, path, (name,)))
    if may("administer"):
        found.append((gettext("管理"), url_for("admin.users"), ("admin",)))
    return tuple(
        Link(words=words, url=url, current=request.blueprint in names)
        for words, url, names in found
    )


def _clock_words() -> str:
    """Return the sentences of timewords with gaps, as JSON for the script."""
    gap = "{}"
    return json.dumps(
        {
            "left": gettext("还剩 %(span)s", span=gap),
            "late": gettext("已超时 %(span)s", span=gap),
            "ago": gettext("%(span)s前", span=gap),
            "just": gettext("刚刚"),
            "days": gettext("%(d)s 天", d=gap),
            "daysHours": gettext("%(d)s 天 %(h)s 小时", d=gap, h=gap),
            "hours": gettext("%(h)s 小时", h=gap),
            "hoursMinutes": gettext("%(h)s 小时 %(m)s 分", h=gap, m=gap),
            "minutes": gettext("%(m)s 分钟", m=gap),
        },
        ensure_ascii=False,
    )
