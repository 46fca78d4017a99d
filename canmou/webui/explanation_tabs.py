"""The tabs that all pages of the explanation share."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext

from canmou.webui.pages.base import Link


def explanation_tabs(incident: str, here: str) -> tuple[Link, ...]:
    """Return the tabs; ``here`` is the endpoint of this page."""
    pages = (
        ("graph.overview", gettext("为什么")),
        ("graph.why_not_page", gettext("为什么不是")),
        ("graph.what_if_page", gettext("如果…会怎样")),
        ("graph.smallest_page", gettext("最小变化")),
        ("replay.overview", gettext("回放")),
    )
    return tuple(
        Link(words=words, url=url_for(name, incident=incident), current=name == here)
        for name, words in pages
    )
