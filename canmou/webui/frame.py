"""The frame of a page: where I am, rules in use, language, name, office and role."""

from __future__ import annotations

import json

from flask import g, request, url_for
from flask_babel import gettext
from flask_login import current_user

from canmou import __version__
from canmou.webui.accounts import may, me, my_office, office_level, role_label
from canmou.webui.drill_bar import drill_bar, drill_url
from canmou.webui.languages import LANGUAGES, current, here
from canmou.webui.pages.base import Frame, Link
from canmou.webui.services import services
from canmou.webui.timewords import now

ADVISORY_LEVELS = {"village", "community", "township"}
RELEASE_SHOWN = 8
INCIDENT = "incident"
"""Stands for every page of an incident: they all belong to the desk."""
DRILL_PAGES = ("exercises", "exercise_control", "exercise_work", "exercise_judging")


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
    place = here() if request.method == "GET" else request.script_root + request.path
    policy = url_for("policy.overview") if signed_in else None
    return Frame(
        language=current(),
        other_language=Link(
            words=LANGUAGES[other], url=url_for("languages.switch", language=other, next=place)
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
        drill_bar=drill_bar() if signed_in and services().settings.drill else None,
        version=__version__,
        now=now(),
        clock_words=_clock_words(),
    )


def _places() -> tuple[Link, ...]:
    """Return the main places that the user may go to."""
    if services().settings.drill:
        return _drill_places()
    found: list[tuple[str, str, tuple[str, ...]]] = [
        (gettext("值班台"), url_for("desk.overview"), ("desk", INCIDENT))
    ]
    if may("take_call"):
        found.append((gettext("接报登记"), url_for("intake.register"), ("intake",)))
    found.append((gettext("应急卡"), url_for("cards.overview"), ("cards",)))
    found.append((gettext("平时准备"), url_for("readiness.overview"), ("readiness",)))
    found.append((gettext("规则库"), url_for("library.overview"), ("library",)))
    found.append((gettext("规则状态"), url_for("policy.overview"), ("policy",)))
    if may("review"):
        found.append((gettext("点评"), url_for("reviews.overview"), ("reviews",)))
    if may("run_drill", "take_call"):
        found.append((gettext("演练"), drill_url(), ()))
    found.append((gettext("统计"), url_for("statistics.overview"), ("statistics",)))
    if may("administer"):
        found.append((gettext("管理"), url_for("admin.users"), ("admin",)))
    return _links(found)


def _drill_places() -> tuple[Link, ...]:
    """Return the main places of a drill: work on a drill incident, and what is only read."""
    found: list[tuple[str, str, tuple[str, ...]]] = [
        (gettext("演练"), url_for("exercises.overview"), (*DRILL_PAGES, INCIDENT)),
        (gettext("应急卡"), url_for("cards.overview"), ("cards",)),
        (gettext("规则库"), url_for("library.overview"), ("library",)),
    ]
    return _links(found)


def _links(found: list[tuple[str, str, tuple[str, ...]]]) -> tuple[Link, ...]:
    """Return places with the one that this page belongs to."""
    here_now = INCIDENT if INCIDENT in (request.view_args or {}) else request.blueprint
    return tuple(
        Link(words=words, url=url, current=here_now in names) for words, url, names in found
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
