"""相似案例: each near case with what is equal, what differs, and what the difference changes."""

from __future__ import annotations

from canmou.engine.records import Record, Text
from canmou.webui.pages.graph import ChangeView
from canmou.webui.pages.incident import Head
from canmou.webui.pages.result import NearCaseView


class ContrastView(Record):
    """One thing in which a past case differs.

    ``changes`` is what our result would be with its value, ``rules`` the rules that come out
    differently; ``tried`` is false where it was not run (too many on one page), ``problem`` says
    why it cannot be.
    """

    label: str
    mine: str
    theirs: str
    tried: bool = False
    matters: bool = False
    rules: tuple[Text, ...] = ()
    changes: ChangeView | None = None
    problem: str | None = None


class SimilarCase(Record):
    """A near case with its contrast. ``only_there`` are figures of the case that are open here."""

    near: NearCaseView
    contrasts: tuple[ContrastView, ...]
    only_there: tuple[tuple[str, str], ...]
    more_url: str | None


class SimilarPage(Record):
    """相似案例 of one incident."""

    head: Head
    cases: tuple[SimilarCase, ...]
    release: str
