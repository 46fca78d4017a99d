"""Every gap has a citation and a party, and no number stands without a text that gives it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import canmou.webui
from canmou.engine import RuleBase
from canmou.engine.records import Text
from canmou.engine.rulebase.records import Duty, Rule
from canmou.readiness.ahp import RANDOM_INDEX
from canmou.readiness.clocks import clock_rules
from canmou.readiness.profile import schemes
from canmou.readiness.questionnaire import questionnaire
from canmou.readiness.registers import registers
from canmou.readiness.risk import risk_scale
from canmou.readiness.shelters import (
    ARTICLES,
    FLOOR_PER_PERSON,
    PEOPLE_PER_TOILET,
    SOURCE,
    WATER_PER_PERSON,
)

FIGURE = re.compile(
    r"\d+(?:\.\d+)?|每(?:半?年|月|季度|周|天)"
    r"|(?<![上那这])[半一二两三四五六七八九十百]+(?=个?(?:年|月|周|天|日|小时|季度|平方米|升|公里))"
)
"""A figure, a Chinese numeral before a unit of time or measure, or 每年 and the like."""
YEARS = {12: "1年", 24: "2年", 36: "3年"}
TEMPLATES = Path(canmou.webui.__file__).parent / "templates" / "readiness"


def figures(text: Text) -> set[str]:
    """Return the figures in the Chinese words."""
    return set(FIGURE.findall(text.zh))


def readiness_rules(rulebase: RuleBase) -> Iterator[tuple[Rule, Duty]]:
    """Yield what the rules ask where something is not in place, or a risk has been assessed."""
    asked = set(questionnaire().measures)
    for rule in rulebase.rules.values():
        for one in rule.then:
            if isinstance(one, Duty) and (one.action in asked or one.action.startswith("risk_")):
                yield rule, one


def test_every_gap_has_a_citation_and_a_party(rulebase: RuleBase) -> None:
    """All rules of readiness, the local ones too; a source that is not a number has an article."""
    found = list(readiness_rules(rulebase))
    assert len({rule.id for rule, _ in found}) > 60
    for rule, duty in found:
        assert rule.cites, rule.id
        assert duty.by, rule.id
        assert set(duty.by) <= set(rulebase.parties), rule.id
        for cite in rule.cites:
            assert cite.source in rulebase.sources, rule.id
            assert cite.says, rule.id


def test_a_number_in_a_gap_stands_in_what_it_cites(rulebase: RuleBase) -> None:
    """20 working days of a duty are those of the article beside it; a limit is cited by article."""
    seen = set()
    for rule, duty in readiness_rules(rulebase):
        asked = figures(duty.duty).union(*map(figures, duty.elements))
        cited = set().union(*(figures(c.says) for c in rule.cites if c.says and c.article))
        assert asked <= cited, (rule.id, asked - cited)
        if duty.within is not None and not duty.within.word:
            assert any(c.article for c in rule.cites), rule.id
        seen |= asked
    assert "20" in seen


def test_no_question_holds_a_number(rulebase: RuleBase) -> None:
    """The form asks whether something is in place, not whether it meets a figure of our own."""
    for name in questionnaire().measures:
        measure = rulebase.measures[name]
        texts = [measure.label, measure.question, *measure.choices.values()]
        assert not set().union(*(figures(t) for t in texts if t)), name


def test_a_clock_has_the_period_that_its_text_gives(rulebase: RuleBase) -> None:
    """The number of the clock stands in its words; where there is none, that is said."""
    for name, rule in clock_rules().items():
        assert rule.source in rulebase.sources, name
        assert rule.article, name
        assert rule.party in rulebase.parties, name
        assert "text" == rule.verified, name
        if rule.months is not None:
            assert YEARS[rule.months] in rule.says.zh, name
        elif rule.next_year_by is not None:
            assert "每年" in rule.says.zh, name
        else:
            assert "条文没有写多久一次" in rule.says.zh, name
            assert not figures(rule.label), name


def test_registers_hold_no_number_of_their_own(rulebase: RuleBase) -> None:
    """Who keeps a register, by what text; how often is not made up."""
    for name, register in registers().items():
        assert register.upkeep.source in rulebase.sources, name
        assert register.upkeep.party in rulebase.parties, name
        assert not figures(register.upkeep.says), name


def test_shelters_are_measured_by_what_the_rules_cite(rulebase: RuleBase) -> None:
    """3.5 m², 20 people to a toilet, 15 litres: the figures that rules cite from the handbook."""
    cited = {
        cite.article: figures(cite.says)
        for rule in rulebase.rules.values()
        for cite in rule.cites
        if cite.source == SOURCE and cite.article and cite.says
    }
    wanted = {"floor": FLOOR_PER_PERSON, "toilets": PEOPLE_PER_TOILET, "water": WATER_PER_PERSON}
    for key, value in wanted.items():
        assert f"{value:g}" in cited[ARTICLES[key]], key


def test_weights_are_equal_where_none_were_published() -> None:
    """Every scheme names its paper; the random indices are those of Saaty's table."""
    for scheme in schemes().values():
        assert "equal" == scheme.weights
        assert re.search(r"\(\d{4}\)", scheme.reference.zh)
    assert (0.58, 0.90, 1.12, 1.24, 1.32, 1.41) == RANDOM_INDEX[2:8]


NAMED = ("Saaty 1980", "环球计划手册", "突发事件应对法")
"""The texts that the pages name beside a number."""
BY_THE_SCALE = ("纵向：5 年内的可能性", "5 年内最坏的合理情形")
"""Words on pages that show the source of the scale beside it."""


@pytest.mark.parametrize("page", sorted(p.name for p in TEMPLATES.glob("*.html")))
def test_a_number_on_a_page_names_its_source(page: str) -> None:
    """In the same sentence, or by the scale that the page shows with its source."""
    text = (TEMPLATES / page).read_text(encoding="utf-8")
    for words in re.findall(r"_\('([^']*)'", text):
        if FIGURE.search(re.sub(r"%\(\w+\)s", "", words)):
            assert any(name in words for name in (*NAMED, *BY_THE_SCALE)), words
    if "scale.likelihood[" in text or "scale.likelihood.items" in text:
        assert "likelihood_source.title" in text
        assert "likelihood_source.says" in text


def test_the_scale_of_likelihood_has_a_source() -> None:
    source = risk_scale().likelihood_source
    assert "2023" in source.title.zh
    assert "5年内" in source.says.zh
