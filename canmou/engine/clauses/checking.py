"""All citations of a rule base against all imported texts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import NamedTuple

from canmou.engine.assembling.citations import article_text
from canmou.engine.clauses.differences import Difference
from canmou.engine.clauses.duties import compared_rule
from canmou.engine.clauses.official import OfficialText, Paragraph
from canmou.engine.clauses.standards import Found, compared_levels
from canmou.engine.records import Record, Text
from canmou.engine.rulebase.records import Choose, FirstMinute, Rule, Standard
from canmou.engine.rulebase.rulebase import RuleBase
from canmou.engine.rulebase.vocabulary import Cite, DifferenceKind, InForce

Entry = Rule | Standard | Choose | FirstMinute
_MISSING = {
    "article": "这部文本没有这一条",
    "paragraph": "这一条没有这一款",
    "item": "这一款没有这一项",
}


class ClauseReport(Record):
    """What was compared and what differs.

    ``not_compared`` are standards whose figures the imported text does not hold (a lost table).
    """

    texts: tuple[str, ...]
    citations: int
    rules: int
    standards: int
    not_compared: tuple[str, ...]
    differences: tuple[Difference, ...]

    @property
    def open(self) -> tuple[Difference, ...]:
        """The differences that no citation explains."""
        return tuple(d for d in self.differences if d.explained is None)


class _Cited(NamedTuple):
    """The places of an entry that the imported texts hold, and whether that is all it cites."""

    cites: tuple[Cite, ...]
    places: tuple[tuple[Paragraph, ...], ...]
    complete: bool
    below_includes: bool | None


def check_clauses(
    rulebase: RuleBase, texts: Mapping[str, OfficialText], only: str | None = None
) -> ClauseReport:
    """Return every difference between the rules and the texts, or those of one source."""
    checked = {n: t for n, t in texts.items() if n in rulebase.sources and only in (None, n)}
    run = _Run(rulebase, texts, checked)
    differences = [*run.sources(), *run.entries()]
    return ClauseReport(
        texts=tuple(checked),
        citations=run.citations,
        rules=run.rules,
        standards=run.standards,
        not_compared=tuple(run.not_compared),
        differences=tuple(differences),
    )


class _Run:
    def __init__(
        self,
        rulebase: RuleBase,
        texts: Mapping[str, OfficialText],
        checked: Mapping[str, OfficialText],
    ) -> None:
        self.rb, self.texts, self.checked = rulebase, texts, checked
        self.citations = self.rules = self.standards = 0
        self.not_compared: list[str] = []

    def sources(self) -> Iterator[Difference]:
        """Yield where the list of sources and the text itself disagree."""
        for name, text in self.checked.items():
            source = self.rb.sources[name]
            if source.articles is not None and source.articles != len(text.raw):
                zh, en = f"{source.articles} 条", f"{source.articles} articles"
                yield self._of_source(name, "articles", zh, en, f"{len(text.raw)} 条")
            begins = source.in_force.from_
            if text.starts is not None and isinstance(begins, date) and begins < text.starts:
                zh, en = f"{begins} 起施行", f"in force from {begins}"
                yield self._of_source(name, "dates", zh, en, f"{text.starts} 起施行")

    def _of_source(
        self, name: str, kind: DifferenceKind, zh: str, en: str, text_says: str
    ) -> Difference:
        return Difference(
            kind=kind, file="knowledge/sources.yaml", line=0, entry=name, source=name,
            articles=(), rule_says=Text(zh=zh, en=en), text_says=text_says,
        )  # fmt: skip

    def entries(self) -> Iterator[Difference]:
        """Yield the differences of rules, standards, groups and cards."""
        rb = self.rb
        everything: list[Entry] = [
            *rb.rules.values(), *rb.standards.values(), *rb.chooses.values(), *rb.cards.values()
        ]  # fmt: skip
        for entry in everything:
            cites = _cites(entry)
            if not any(c.source in self.checked for c in cites):
                continue
            yield from self._places(entry, cites)
            yield from self._force(entry, cites)
            cited = self._cited(cites)
            if isinstance(entry, Rule) and cited.complete and any(cited.places):
                self.rules += 1
                found = compared_rule(entry, cited.places, rb, cited.below_includes)
                yield from (self._put(entry, cited.cites, one) for one in found)
            elif isinstance(entry, Standard) and any(cited.places):
                yield from self._standard(entry, cited)

    def _standard(self, standard: Standard, cited: _Cited) -> Iterator[Difference]:
        found = compared_levels(standard, (p for place in cited.places for p in place), self.rb)
        if found is None:
            if standard.levels and cited.complete:
                self.not_compared.append(standard.standard)
            return
        self.standards += 1
        yield from (self._put(standard, cited.cites, one) for one in found)

    def _places(self, entry: Entry, cites: Iterable[Cite]) -> Iterator[Difference]:
        for cite in (*cites, *getattr(entry, "liability", ())):
            text = self.checked.get(cite.source)
            if text is None or not cite.article or not cite.article[0].isdigit():
                continue
            self.citations += 1
            missing = text.place(cite.article).missing
            if missing is not None:
                said = article_text(cite.article)
                yield self._put(entry, (cite,), Found("no_such_place", said, _MISSING[missing]))

    def _force(self, entry: Entry, cites: tuple[Cite, ...]) -> Iterator[Difference]:
        """Yield where an entry holds by its own period while no source that it cites does."""
        own: InForce | None = getattr(entry, "in_force", None)
        if own is None:
            return
        periods = sorted(
            (_begin(p), p.to or date.max)
            for p in (self.rb.sources[c.source].in_force for c in cites)
        )
        reached = _begin(own)
        for begin, end in periods:
            if begin <= reached:
                reached = max(reached, end)
        if reached < (own.to or date.max):
            said = Text(
                zh=f"{_begin(own)} 至 {own.to or '今'}",
                en=f"{_begin(own)} to {own.to or 'now'}",
            )
            text = "，".join(f"{a} 至 {'今' if b == date.max else b}" for a, b in periods)
            yield self._put(entry, cites, Found("outside_force", said, text))

    def _cited(self, cites: tuple[Cite, ...]) -> _Cited:
        places: list[tuple[Paragraph, ...]] = []
        known = []
        complete = True
        includes = None
        for cite in cites:
            text = self.texts.get(cite.source)
            if text is None or not cite.article or not cite.article[0].isdigit():
                complete = False
                continue
            place = text.place(cite.article)
            known.append(cite)
            places.append(place.paragraphs)
            includes = text.below_includes if includes is None else includes
        return _Cited(tuple(known), tuple(places), complete, includes)

    def _put(self, entry: Entry, cites: tuple[Cite, ...], found: Found) -> Difference:
        return Difference(
            kind=found.kind,
            file=entry.file,
            line=entry.line,
            entry=_name(entry),
            source="、".join(dict.fromkeys(c.source for c in cites)),
            articles=tuple(c.article for c in cites if c.article),
            rule_says=found.rule_says,
            text_says=found.text_says,
            explained=next(
                (d.words for c in cites if (d := c.differs) and found.kind in d.about),
                None,
            ),
        )


def _cites(entry: Entry) -> tuple[Cite, ...]:
    return entry.choose.cites if isinstance(entry, Choose) else entry.cites


def _name(entry: Entry) -> str:
    if isinstance(entry, Rule):
        return entry.id
    if isinstance(entry, Standard):
        return entry.standard
    return entry.choose.group if isinstance(entry, Choose) else entry.incident_type


def _begin(period: InForce) -> date:
    return period.from_ if isinstance(period.from_, date) else date.min
