"""The first-minute card of one or several types, with the numbers of this place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from canmou.casebase import IncidentState
from canmou.engine import RuleBase
from canmou.engine.assembling.citations import citations
from canmou.engine.assessment import Citation
from canmou.engine.records import Text
from canmou.engine.rulebase.records import FirstMinute
from canmou.webui.pages.first_minute import AskView, CallView, CardView


def cards_of(types: Iterable[str], rulebase: RuleBase) -> tuple[FirstMinute, ...]:
    """Return the cards of some types, each one once; that of 情况不明 where a type has none."""
    found = (rulebase.card_for(name) for name in types)
    return tuple({c.incident_type: c for c in found if c is not None}.values())


def card_view(
    cards: Iterable[FirstMinute],
    rulebase: RuleBase,
    numbers: Mapping[str, str],
    state: IncidentState | None = None,
    answers: Mapping[str, Text] | None = None,
) -> CardView:
    """Return the cards as one: each call, warning, step and question once, in their order."""
    cards = tuple(cards)
    return CardView(
        calls=_calls(cards, rulebase, numbers, state),
        do_not=tuple(dict.fromkeys(line for card in cards for line in card.do_not)),
        first=tuple(dict.fromkeys(line for card in cards for line in card.first)),
        ask=_asks(cards, rulebase, answers or {}),
        hand_over=tuple(card.hand_over for card in cards if card.hand_over),
        cites=_cites(cards, rulebase),
    )


def _calls(
    cards: Iterable[FirstMinute],
    rulebase: RuleBase,
    numbers: Mapping[str, str],
    state: IncidentState | None,
) -> tuple[CallView, ...]:
    found: dict[str, CallView] = {}
    for card in cards:
        for call in card.call:
            if call.party in found:
                continue
            party = rulebase.parties[call.party]
            made = state.calls if state is not None else ()
            found[call.party] = CallView(
                party=call.party,
                label=party.label,
                number=numbers.get(call.party) or call.number or party.number,
                when=call.when,
                made=tuple(one for one in made if one.party == call.party),
            )
    return tuple(found.values())


def _asks(
    cards: Iterable[FirstMinute], rulebase: RuleBase, answers: Mapping[str, Text]
) -> tuple[AskView, ...]:
    names = dict.fromkeys(name for card in cards for name in card.ask)
    return tuple(
        AskView(
            measure=name,
            label=rulebase.measures[name].label,
            question=rulebase.measures[name].question or rulebase.measures[name].label,
            answer=answers.get(name),
        )
        for name in names
        if name in rulebase.measures
    )


def _cites(cards: Iterable[FirstMinute], rulebase: RuleBase) -> tuple[Citation, ...]:
    return tuple(
        dict.fromkeys(c for card in cards for c in citations(card.cites, rulebase, "text"))
    )
