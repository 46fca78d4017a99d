"""What the library looks things up in: entries by folder, by article, by words. Read-only."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable
from functools import cached_property

from canmou.engine import RuleBase
from canmou.engine.assembling.citations import article_text, citations, cited_text
from canmou.engine.records import Record, Text
from canmou.engine.rulebase.conditions import names_read
from canmou.engine.rulebase.records import Choose, Duty, FirstMinute, Rule, Standard
from canmou.engine.rulebase.vocabulary import Cite, Verified
from canmou.engine.statuses import StatusesOfRules
from canmou.webui.pages.library import EntryKind, EntryLine

FOLDERS = {
    "common": Text(zh="各类事件通用", en="Every incident"),
    "prevention": Text(zh="平时准备", en="Readiness"),
    "local": Text(zh="地方规定、本单位制度", en="Local and office rules"),
    "animals": Text(zh="动物", en="Animals"),
    "home": Text(zh="家里的求助", en="At home"),
    "illness_and_water": Text(zh="急病、溺水", en="Illness, drowning"),
    "missing_person": Text(zh="走失", en="Missing persons"),
    "neighbours": Text(zh="邻里纠纷", en="Neighbours"),
    "street": Text(zh="街面求助", en="In the street"),
    "everyday": Text(zh="日常求助", en="Everyday calls"),
    "example_office": Text(zh="本单位制度（示例）", en="Office rules (example)"),
    "example_office_other_times": Text(
        zh="本单位制度（示例：别的时限）", en="Office rules (example, other times)"
    ),
    "example_county": Text(
        zh="示例县：县乡村预案", en="Example county: plans of county, township, village"
    ),
    "chemical": Text(zh="危险化学品", en="Hazardous chemicals"),
    "civil_aviation": Text(zh="民用航空", en="Civil aviation"),
    "confined_space": Text(zh="有限空间", en="Confined spaces"),
    "construction": Text(zh="建筑施工", en="Construction"),
    "gas": Text(zh="燃气", en="Gas"),
    "general": Text(zh="本类通用", en="All of this kind"),
    "lifeline": Text(zh="供水供电供热等", en="Lifelines"),
    "mine": Text(zh="矿山", en="Mines"),
    "nuclear": Text(zh="核", en="Nuclear"),
    "production_safety": Text(zh="生产安全", en="Production safety"),
    "biological": Text(zh="生物灾害", en="Biological"),
    "marine": Text(zh="海洋灾害", en="Marine"),
    "meteorological": Text(zh="气象灾害", en="Weather"),
    "refuge": Text(zh="转移避险", en="Moving to safety"),
    "relief": Text(zh="灾害救助", en="Disaster relief"),
    "biosafety": Text(zh="生物安全", en="Biosafety"),
    "food": Text(zh="食品", en="Food"),
    "attack": Text(zh="暴力袭击", en="Attacks"),
    "cyber": Text(zh="网络安全", en="Cyber security"),
    "financial": Text(zh="金融", en="Finance"),
    "vaccine_drug": Text(zh="疫苗药品", en="Vaccines and drugs"),
}


class Entry(Record):
    """An entry of a rule file with all that it may be looked up by."""

    line: EntryLine
    file: str
    order: int
    words: str
    measures: frozenset[str]
    parties: frozenset[str]
    actions: frozenset[str]
    cites: tuple[Cite, ...]
    area: str | None = None


class LibraryIndex:
    """The entries of one release. Built once, then only read."""

    def __init__(self, rulebase: RuleBase) -> None:
        self.rulebase, self.release = rulebase, rulebase.release
        found = [
            *(self._rule(r) for r in rulebase.rules.values()),
            *(self._standard(s) for s in rulebase.standards.values()),
            *(self._choice(c) for c in rulebase.chooses.values()),
            *(self._card(c) for c in rulebase.cards.values()),
        ]
        self.entries = tuple(sorted(found, key=lambda e: (e.file, e.order)))
        self.by_id = {(e.line.kind, e.line.id): e for e in self.entries}
        self.statuses = StatusesOfRules(rulebase)

    def line(self, kind: EntryKind, identifier: str) -> EntryLine | None:
        """Return the line of an entry, or None."""
        found = self.by_id.get((kind, identifier))
        return found.line if found else None

    def lines(self, names: Iterable[str]) -> tuple[EntryLine, ...]:
        """Return the lines of rules and standards by id; unknown ids are left out."""
        found = (self.line("rule", n) or self.line("standard", n) for n in names)
        return tuple(line for line in found if line is not None)

    @cached_property
    def citing(self) -> dict[str, tuple[Entry, ...]]:
        """The entries that cite each source."""
        found: dict[str, list[Entry]] = {}
        for entry in self.entries:
            for source in dict.fromkeys(c.source for c in entry.cites):
                found.setdefault(source, []).append(entry)
        return {source: tuple(entries) for source, entries in found.items()}

    def search(
        self, words: str, party: str = "", action: str = "", measure: str = "", source: str = "",
        unverified: bool = False,
    ) -> tuple[EntryLine, ...]:  # fmt: skip
        """Return the entries that hold every word and fit everything that was chosen."""
        wanted = [w.casefold() for w in words.split()]
        return tuple(
            e.line
            for e in self.entries
            if all(w in e.words for w in wanted)
            and (not party or party in e.parties)
            and (not action or action in e.actions)
            and (not measure or measure in e.measures)
            and (not source or any(c.source == source for c in e.cites))
            and (not unverified or e.line.verified == "no")
        )

    # -- entries -----------------------------------------------------------------------------------

    def _entry(
        self, kind: EntryKind, identifier: str, title: Text, entry: Rule | Standard | Choose
        | FirstMinute, cites: tuple[Cite, ...], verified: Verified, said: Iterable[Text],
        measures: frozenset[str], parties: Iterable[str] = (), actions: Iterable[str] = (),
        basis: str | None = None,
    ) -> Entry:  # fmt: skip
        rules = self.rulebase
        parties, actions = frozenset(parties), frozenset(actions)
        quoted = [cited_text(c) for c in citations(cites, rules, verified)]
        labels = [
            *(rules.measures[m].label for m in measures if m in rules.measures),
            *(rules.parties[p].label for p in parties if p in rules.parties),
            *(rules.actions[a].label for a in actions if a in rules.actions),
        ]
        says = [c.says for c in cites if c.says is not None]
        texts = [title, *said, *quoted, *labels, *says]
        words = " ".join(
            [identifier, *measures, *parties, *actions, *(f"{t.zh} {t.en}" for t in texts)]
        )
        return Entry(
            line=EntryLine(
                kind=kind, id=identifier, title=title, verified=verified, basis=basis,
                place=quoted[0] if quoted else Text(zh="", en=""),
            ),
            file=entry.file, order=entry.line, words=words.casefold(), measures=measures,
            parties=parties, actions=actions, cites=cites,
            area=entry.area if isinstance(entry, Rule | Standard) else None,
        )  # fmt: skip

    def _rule(self, rule: Rule) -> Entry:
        duties = [c for c in rule.then if isinstance(c, Duty)]
        return self._entry(
            "rule", rule.id, rule.title, rule, rule.cites, rule.verified,
            said=[d.duty for d in duties],
            measures=self.reads(f"rule:{rule.id}"),
            parties=[p for d in duties for p in (*d.by, *d.to)],
            actions=[d.action for d in duties],
            basis=rule.basis,
        )  # fmt: skip

    def _standard(self, standard: Standard) -> Entry:
        name = standard.standard
        keys = [f"applies:{name}", *(f"level:{name}:{level}" for level in standard.levels)]
        return self._entry(
            "standard", name, standard.title, standard, standard.cites, standard.verified,
            said=[], measures=frozenset().union(*(self.reads(key) for key in keys)),
        )  # fmt: skip

    def _choice(self, choose: Choose) -> Entry:
        body = choose.choose
        return self._entry(
            "choice", body.group, body.title, choose, body.cites, self._checked(body.cites),
            said=[], measures=self.reads(f"choose:{body.group}"), parties=[body.by],
        )  # fmt: skip

    def _card(self, card: FirstMinute) -> Entry:
        known = self.rulebase.incident_types.get(card.incident_type)
        title = card.title or (known.label if known else Text(zh=card.incident_type, en=""))
        return self._entry(
            "card", card.incident_type, title, card, card.cites, self._checked(card.cites),
            said=[*card.do_not, *card.first], measures=frozenset(card.ask),
            parties=[c.party for c in card.call],
        )  # fmt: skip

    def _checked(self, cites: tuple[Cite, ...]) -> Verified:
        """Return how the first source of an entry without a mark of its own was checked."""
        return self.rulebase.sources[cites[0].source].verified if cites else "no"

    def reads(self, key: str) -> frozenset[str]:
        """Return the measures that a condition reads; grades are left out."""
        condition = self.rulebase.conditions.get(key)
        names = names_read(condition) if condition is not None else frozenset()
        return frozenset(n for n in names if n in self.rulebase.measures)


class LibraryIndexes:
    """Keeps the index of the release in use; safe for threads."""

    def __init__(self) -> None:
        self._kept: LibraryIndex | None = None
        self._lock = threading.Lock()

    def of(self, rulebase: RuleBase) -> LibraryIndex:
        """Return the index of a rule base."""
        kept = self._kept
        if kept is None or kept.release != rulebase.release:
            with self._lock:
                kept = self._kept = LibraryIndex(rulebase)
        return kept


def folder_label(name: str, rulebase: RuleBase, entries: Iterable[Entry]) -> Text:
    """Return what a folder is about: its own words, its area, its incident type, or its name."""
    areas = {entry.area for entry in entries}
    area = areas.pop() if len(areas) == 1 else None
    if area is not None and name not in FOLDERS:
        return Text(zh=area, en=f"{name.capitalize()} ({area})")
    known = rulebase.incident_types.get(name)
    return FOLDERS.get(name) or (
        known.label if known else Text(zh=name, en=name.replace("_", " ").capitalize())
    )


def article_order(article: str) -> tuple[tuple[int, int, str], ...]:
    """Return what sorts articles as a reader counts them.

    >>> sorted(["10", "9.1", "annex"], key=article_order)
    ['9.1', '10', 'annex']
    """
    parts = re.findall(r"\d+|[^\d.]+", article)
    return tuple((0, int(p), "") if p.isdigit() else (1, 0, p) for p in parts)


def place_text(article: str) -> Text:
    """Return the place in a text, or that none is given."""
    return article_text(article) if article else Text(zh="未注明条款", en="no article given")
