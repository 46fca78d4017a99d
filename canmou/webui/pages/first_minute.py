"""The first-minute card, of an incident and on paper."""

from __future__ import annotations

from canmou.casebase.state import Call
from canmou.engine.assessment import Citation
from canmou.engine.records import Record, Text
from canmou.webui.pages.incident import Head, Panel


class CallView(Record):
    """One call to make: who, under which number, when, and what was tried so far."""

    party: str
    label: Text
    number: str | None
    when: Text | None
    made: tuple[Call, ...] = ()


class AskView(Record):
    """One thing to ask the caller, with the answer if there is one."""

    measure: str
    label: Text
    question: Text
    answer: Text | None = None


class CardView(Record):
    """The card itself: 拨打, 不得做, 先做, 问清; cards of several types are joined."""

    calls: tuple[CallView, ...]
    do_not: tuple[Text, ...]
    first: tuple[Text, ...]
    ask: tuple[AskView, ...]
    hand_over: tuple[Text, ...]
    cites: tuple[Citation, ...]


class FirstMinutePage(Record):
    """The card of an incident. ``people`` are display names by user name."""

    head: Head
    card: CardView
    people: dict[str, str]
    panel: Panel


class PaperCard(Record):
    """One card on one sheet."""

    incident_type: str
    label: Text
    card: CardView


class CardIndexGroup(Record):
    """The cards of one category."""

    label: Text
    cards: tuple[PaperCard, ...]


class CardsPage(Record):
    """The list of cards to print."""

    groups: tuple[CardIndexGroup, ...]


class PaperPage(Record):
    """Cards to print, one on each sheet; ``office`` and ``release`` stand in the foot."""

    sheets: tuple[PaperCard, ...]
    office: Text | None
    release: str
