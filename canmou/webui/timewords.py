"""Times in words: ``11月22日 03:14``, how long ago, how long left."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from flask_babel import gettext

from canmou.casebase import beijing_now
from canmou.webui.languages import current

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def now() -> datetime:
    """Return the present moment in the form of the case base: naive Beijing time."""
    return beijing_now()


def day_words(day: date, beside: date) -> str:
    """Return the day; the year only when it is not that of ``beside``."""
    if current() == "en":
        year = "" if day.year == beside.year else f" {day.year}"
        return f"{day.day} {MONTHS[day.month - 1]}{year}"
    year = "" if day.year == beside.year else f"{day.year}年"
    return f"{year}{day.month}月{day.day}日"


def moment_words(moment: datetime, beside: datetime | None = None) -> str:
    """Return ``11月22日 03:14``."""
    return f"{day_words(moment.date(), (beside or now()).date())} {moment:%H:%M}"


def span_words(span: timedelta) -> str:
    """Return a length of time in its two largest units."""
    minutes = int(abs(span).total_seconds() // 60)
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        if hours:
            return gettext("%(d)s 天 %(h)s 小时", d=days, h=hours)
        return gettext("%(d)s 天", d=days)
    if hours:
        if rest:
            return gettext("%(h)s 小时 %(m)s 分", h=hours, m=rest)
        return gettext("%(h)s 小时", h=hours)
    return gettext("%(m)s 分钟", m=minutes)


def ago_words(moment: datetime, at: datetime) -> str:
    """Return how long ago ``moment`` was."""
    if abs(at - moment) < timedelta(minutes=1):
        return gettext("刚刚")
    if moment > at:
        return gettext("%(span)s后", span=span_words(moment - at))
    return gettext("%(span)s前", span=span_words(at - moment))


def left_words(due: datetime, at: datetime) -> str:
    """Return the time left, or by how much it has run out."""
    if due <= at:
        return gettext("已超时 %(span)s", span=span_words(at - due))
    return gettext("还剩 %(span)s", span=span_words(due - at))
