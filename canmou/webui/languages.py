"""The language of a page: Chinese, or English by one switch that a cookie remembers."""

from __future__ import annotations

from collections.abc import Iterable
from contextvars import ContextVar
from typing import cast
from urllib.parse import urlsplit

from flask import Blueprint, Response, redirect, request, url_for
from flask_babel import get_locale

from canmou.engine.records import Text

LANGUAGES = {"zh": "中文", "en": "English"}
COOKIE = "language"

blueprint = Blueprint("languages", __name__)
_of_request: ContextVar[str | None] = ContextVar("language", default=None)


def selected() -> str:
    """Return the locale of this request."""
    chosen = request.cookies.get(COOKIE, "zh")
    return "en" if chosen == "en" else "zh_CN"


def current() -> str:
    """Return ``zh`` or ``en``; a page asks some thousand times, so a request remembers it."""
    return _of_request.get() or _from_locale()


def _from_locale() -> str:
    locale = get_locale()
    return "en" if locale is not None and locale.language == "en" else "zh"


def remember() -> None:
    """Remember the language for as long as this request lasts."""
    _of_request.set(_from_locale())


def forget(_: BaseException | None = None) -> None:
    """The request is over."""
    _of_request.set(None)


def told(text: Text | None) -> str:
    """Return a text of the rule base in the language of this request."""
    return "" if text is None else text.in_(current())


def listed(items: Iterable[str], stops: bool = False) -> str:
    """Return words in a row, with the commas of the language; ``stops`` for longer pieces."""
    if current() == "zh":
        return ("；" if stops else "、").join(items)
    return ("; " if stops else ", ").join(items)


def colon() -> str:
    """Return the colon of the language."""
    return "：" if current() == "zh" else ": "


def here() -> str:
    """Return the address of this page, with the place where the application is mounted."""
    return request.script_root + request.full_path.rstrip("?")


def local_path(target: str | None, default: str) -> str:
    """Return ``target`` if it is a path of this application, else ``default``.

    >>> local_path("/desk?x=1", "/"), local_path("https://elsewhere.example", "/")
    ('/desk?x=1', '/')
    """
    if not target or "\\" in target:
        return default
    parts = urlsplit(target)
    local = not parts.scheme and not parts.netloc and target.startswith("/")
    return target if local and not target.startswith("//") else default


@blueprint.get("/language/<any(zh, en):language>")
def switch(language: str) -> Response:
    """Remember the language and go back to the same place."""
    target = local_path(request.args.get("next"), url_for("desk.overview"))
    answer = redirect(target)
    answer.set_cookie(
        COOKIE, language, max_age=365 * 86400, samesite="Lax", httponly=True,
        secure=request.is_secure,
    )  # fmt: skip
    return cast(Response, answer)
