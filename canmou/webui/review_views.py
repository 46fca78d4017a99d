"""Verdicts on conclusions in words: what can be judged, who said what, how far they agree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flask import url_for
from flask_babel import gettext

from canmou import casebase
from canmou.casebase import Review
from canmou.casebase.agreement import Agreement, agreement
from canmou.engine.assessment import Assessment, DutyLine
from canmou.engine.explanation.phrases import LEAD_PARTS, range_text
from canmou.engine.records import Record, Text
from canmou.webui.accounts import may, names_of_people
from canmou.webui.duties import DutyBook
from canmou.webui.frame import short_release
from canmou.webui.incident_pages import visible_offices
from canmou.webui.languages import listed
from canmou.webui.pages.reviews import AgreementView, ReviewView, RuleReviews
from canmou.webui.services import rulebase, store

BANDS = ((0.0, "poor"), (0.2, "slight"), (0.4, "fair"), (0.6, "moderate"), (0.8, "substantial"))
"""Landis and Koch (1977): the words for a kappa up to each figure."""


class Conclusion(Record):
    """Something an assessment concludes that can be judged, with the rule it rests on."""

    key: str
    text: Text
    rule: str | None
    status: str


def verdict_words() -> dict[str, str]:
    """Return the words for the three verdicts."""
    return {"agree": gettext("同意"), "disagree": gettext("不同意"), "doubt": gettext("存疑")}


def groups_of(result: Assessment, book: DutyBook) -> dict[str, tuple[Conclusion, ...]]:
    """Return the conclusions of an assessment by group, in the order of the result page."""
    found = {
        "grade": (_overall(result), *(_grades(result)), *(_leads(result))),
        "mine": _duties(book, "mine"),
        "urge": _duties(book, "below", "urge"),
        "upward": _duties(book, "upward"),
        "other": _duties(book, "other"),
        "possible": tuple(
            _duty(v.duty) for v in book.possible("mine", "below", "urge", "upward", "other")
        ),
    }
    return {name: group for name, group in found.items() if group}


def group_words() -> dict[str, str]:
    """Return the words for the groups."""
    return {
        "grade": gettext("分级和谁领导"),
        "mine": gettext("本级现在要办"),
        "urge": gettext("催办"),
        "upward": gettext("要由上级决定的"),
        "other": gettext("其他层级"),
        "possible": gettext("可能需要"),
    }


def _overall(result: Assessment) -> Conclusion:
    standards = result.overall.standards
    words = range_text(result.overall)
    return Conclusion(
        key="grade",
        text=Text(zh=f"事件分级：{words.zh}", en=f"Grade: {words.en}"),
        rule=standards[0] if standards else None,
        status="possible" if result.overall.state == "open" else "certain",
    )


def _grades(result: Assessment) -> list[Conclusion]:
    return [
        Conclusion(
            key=f"grade:{g.standard}",
            text=Text(
                zh=f"{g.title.zh}：{range_text(g).zh}", en=f"{g.title.en}: {range_text(g).en}"
            ),
            rule=g.standard,
            status=g.applies,
        )
        for g in result.grades
    ]


def _leads(result: Assessment) -> list[Conclusion]:
    return [
        Conclusion(
            key=f"lead:{part}:{p.party}",
            text=Text(zh=f"{words.zh}：{p.label.zh}", en=f"{words.en}: {p.label.en}"),
            rule=p.rule,
            status=p.status,
        )
        for part, words in LEAD_PARTS.items()
        for p in getattr(result.lead, part)
    ]


def _duties(book: DutyBook, *sides: str) -> tuple[Conclusion, ...]:
    return tuple(_duty(view.duty) for view in book.now(*sides))  # type: ignore[arg-type]


def _duty(duty: DutyLine) -> Conclusion:
    return Conclusion(
        key=f"duty:{duty.key}",
        text=Text(
            zh=f"{duty.by_label.zh}：{duty.text.zh}", en=f"{duty.by_label.en}: {duty.text.en}"
        ),
        rule=duty.rule,
        status=duty.status,
    )


def latest(given: Iterable[Review]) -> dict[str, dict[str, Review]]:
    """Return what each person said last: person, then conclusion."""
    found: dict[str, dict[str, Review]] = {}
    for one in given:
        found.setdefault(one.author, {})[f"{one.incident} {one.conclusion}"] = one
    return found


def ratings(said: Mapping[str, Mapping[str, Review]]) -> dict[str, dict[str, str]]:
    """Return the last verdicts as the agreement is computed from them.

    Verdicts on what different releases concluded are of different things.
    """
    return {
        person: {f"{key} {one.release}": one.verdict for key, one in given.items()}
        for person, given in said.items()
    }


def agreement_view(found: Agreement) -> AgreementView:
    """Return an agreement with names and the usual word for its size."""
    people = names_of_people()
    return AgreementView(
        agreement=found,
        names=listed(people.get(name, name) for name in found.raters),
        word=None if found.value is None else kappa_word(found.value),
    )


def agreement_of(given: Iterable[Review]) -> AgreementView:
    """Return how far all who judged agree."""
    return agreement_view(agreement(ratings(latest(given))))


def kappa_word(value: float) -> str:
    """Return the word of Landis and Koch (1977) for a kappa."""
    words = {
        "poor": gettext("不如碰运气"),
        "slight": gettext("微弱"),
        "fair": gettext("尚可"),
        "moderate": gettext("中等"),
        "substantial": gettext("较强"),
        "almost_perfect": gettext("几乎一致"),
    }
    name = next((word for top, word in BANDS if value <= top), "almost_perfect")
    return words["slight" if value == 0 else name]


def review_view(one: Review, title: Text | None = None) -> ReviewView:
    """Return a verdict in words."""
    people = names_of_people()
    return ReviewView(
        review=one,
        word=verdict_words()[one.verdict],
        by=people.get(one.author, one.author),
        title=title or conclusion_title(one),
        replied_by=people.get(one.replied_by or "", one.replied_by or ""),
        release=None if one.release is None else short_release(one.release),
        older=is_older(one),
        url=url_for("reviews.incident", incident=one.incident),
    )


def is_older(one: Review) -> bool:
    """Tell whether a verdict was given on a release of the rules that is no longer in use."""
    return one.release is not None and one.release != rulebase().release


def conclusion_title(one: Review) -> Text:
    """Return what a verdict is about as far as the rules in use still know it."""
    kind, _, rest = one.conclusion.partition(":")
    rules = rulebase()
    if kind == "duty":
        action, by, *_ = (*rest.split("|"), "", "")
        known, party = rules.actions.get(action), rules.parties.get(by)
        if known is not None and party is not None:
            return Text(
                zh=f"{party.label.zh}：{known.label.zh}", en=f"{party.label.en}: {known.label.en}"
            )
    if kind == "lead":
        part, _, name = rest.partition(":")
        party = rules.parties.get(name)
        if party is not None and part in LEAD_PARTS:
            words = LEAD_PARTS[part]
            return Text(zh=f"{words.zh}：{party.label.zh}", en=f"{words.en}: {party.label.en}")
    if kind == "grade":
        standard = rules.standards.get(rest)
        return standard.title if standard else Text(zh="事件分级", en="Grade")
    return Text(zh=rest, en=rest)


def rule_title(name: str) -> tuple[Text, str | None]:
    """Return the title of a rule or standard and its page; the id alone where it is gone."""
    rules = rulebase()
    if name in rules.rules:
        return rules.rules[name].title, url_for("library.rule", rule=name)
    if name in rules.standards:
        return rules.standards[name].title, url_for("library.standard", standard=name)
    return Text(zh=name or "（没有指明规则）", en=name or "(no rule named)"), None


def offices_of_reviews() -> tuple[str, ...]:
    """Return whose reviews the user reads: policy staff all, others those they see anyway."""
    return () if may("edit_rules") else visible_offices()


def open_by_rule(only: str | None = None) -> tuple[RuleReviews, ...]:
    """Return the open disagreements by rule, those with most of them first."""
    found: dict[str, list[Review]] = {}
    for one in casebase.reviews(store(), open_only=True, offices=offices_of_reviews()):
        if only is None or one.rule == only:
            found.setdefault(one.rule or "", []).append(one)
    grouped = []
    for name, given in sorted(found.items(), key=lambda pair: (-len(pair[1]), pair[0])):
        title, url = rule_title(name)
        grouped.append(
            RuleReviews(
                rule=name, title=title, url=url, reviews=tuple(review_view(r) for r in given)
            )
        )
    return tuple(grouped)
