"""应急卡: the first-minute cards on paper, for when power and network are gone."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint, abort, render_template
from flask_login import login_required

from canmou.engine.records import Text
from canmou.webui.accounts import me, my_office
from canmou.webui.first_minute import card_view
from canmou.webui.frame import short_release
from canmou.webui.pages.first_minute import CardIndexGroup, CardsPage, PaperCard, PaperPage
from canmou.webui.services import rulebase
from canmou.webui.telephones import numbers

blueprint = Blueprint("cards", __name__, url_prefix="/cards")


def _paper(names: Iterable[str]) -> tuple[PaperCard, ...]:
    rules = rulebase()
    book = numbers(me().office)
    found = []
    for name in names:
        card = rules.cards[name]
        label = card.title or rules.incident_types[name].label
        found.append(
            PaperCard(incident_type=name, label=label, card=card_view([card], rules, book))
        )
    return tuple(found)


@blueprint.get("/")
@login_required
def overview() -> str:
    """List the cards by category."""
    rules = rulebase()
    groups: dict[str, list[str]] = {}
    for name in rules.cards:
        groups.setdefault(rules.ancestors(name)[-1], []).append(name)
    page = CardsPage(
        groups=tuple(
            CardIndexGroup(label=rules.incident_types[root].label, cards=_paper(groups[root]))
            for root in rules.incident_types
            if root in groups
        )
    )
    return render_template("cards.html", page=page)


@blueprint.get("/all")
@login_required
def everything() -> str:
    """Return all cards, one on each sheet."""
    return _printed(rulebase().cards)


@blueprint.get("/<incident_type>")
@login_required
def one(incident_type: str) -> str:
    """Return the card of a type, or of the nearest type above it, on one sheet."""
    rules = rulebase()
    card = rules.card_for(incident_type) if incident_type in rules.incident_types else None
    if card is None:
        abort(404)
    return _printed([card.incident_type])


def _printed(names: Iterable[str]) -> str:
    office = my_office()
    name: Text | None = office.name if office else None
    page = PaperPage(sheets=_paper(names), office=name, release=short_release(rulebase().release))
    return render_template("card.html", page=page)
