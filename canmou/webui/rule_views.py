"""The entries of the rule base in plain words, for the pages of the library."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from canmou.engine.assembling.citations import citations
from canmou.engine.explanation.phrases import LEAD_PARTS
from canmou.engine.records import Text
from canmou.engine.rulebase.conditions import STATUS
from canmou.engine.rulebase.records import (
    Choose,
    Duty,
    FactConclusion,
    FirstMinute,
    LeadConclusion,
    NoteConclusion,
    Rule,
    Standard,
)
from canmou.engine.rulebase.scenario_records import Scenario
from canmou.engine.rulebase.vocabulary import Cite, Verified
from canmou.engine.wording import condition_text, name_text
from canmou.webui.answers import statement_text
from canmou.webui.first_minute import card_view
from canmou.webui.library_index import LibraryIndex
from canmou.webui.library_words import level_text, level_word, period_words, use_words
from canmou.webui.pages.library import (
    Choice,
    ChoicePage,
    CiteView,
    DutyWords,
    EntryLine,
    ExampleRow,
    ExampleTable,
    LevelRow,
    LibraryCardPage,
    Origin,
    RulePage,
    StandardPage,
)
from canmou.webui.template_words import grade_word, response_word

LONGEST_EXCERPT = 120
ALWAYS = Text(zh="始终", en="always")


class RuleViews:
    """Makes the pages of one release. ``folder`` is where the rule files lie, ``today`` the day."""

    def __init__(self, index: LibraryIndex, folder: Path, today: date) -> None:
        self.index, self.rules, self.folder, self.today = index, index.rulebase, folder, today

    def rule(self, rule: Rule) -> RulePage:
        """Return a rule in plain words."""
        conclusions = rule.then
        can = self.index.statuses.of(rule, self.today)
        labels = self.index.statuses.labels.items()
        return RulePage(
            rule=rule,
            condition=self._condition(f"rule:{rule.id}"),
            statuses=tuple(label for status, label in labels if status in can),
            other_statuses=tuple(label for status, label in labels if status not in can),
            reads=self._measures(self.index.reads(f"rule:{rule.id}")),
            duties=tuple(self._duty(c, rule) for c in conclusions if isinstance(c, Duty)),
            facts=self._measures(
                [c.conclude for c in conclusions if isinstance(c, FactConclusion)], ordered=False
            ),
            leads=tuple(
                text for c in conclusions if isinstance(c, LeadConclusion) for text in self._lead(c)
            ),
            notes=tuple(c.note for c in conclusions if isinstance(c, NoteConclusion)),
            cites=self._cites(rule.cites, rule.verified),
            liability=self._cites(rule.liability, rule.verified),
            period=period_words(rule.in_force) if rule.in_force else None,
            excepts=self.index.lines(rule.excepts),
            excepted_by=self._excepted_by(rule.id),
            groups=tuple(
                line
                for name, choose in self.rules.chooses.items()
                if rule.id in choose.choose.items
                and (line := self.index.line("choice", name)) is not None
            ),
            scenarios=tuple(s for s in self.rules.scenarios if _names_rule(s, rule.id)),
            origin=self._origin(rule),
        )

    def standard(self, standard: Standard) -> StandardPage:
        """Return a standard as a table of levels."""
        name = standard.standard
        keys = [f"applies:{name}", *(f"level:{name}:{level}" for level in standard.levels)]
        word = grade_word if standard.kind == "severity" else response_word
        fallback = standard.falls_back_on
        return StandardPage(
            standard=standard,
            use=use_words(standard),
            applies=self._condition(f"applies:{name}"),
            reads=self._measures(frozenset().union(*(self.index.reads(k) for k in keys))),
            levels=tuple(
                LevelRow(
                    level=level,
                    word=level_word(standard, level, word(level)),
                    condition=self._condition(f"level:{name}:{level}"),
                    verified=standard.level_verified.get(level, standard.verified),
                )
                for level in standard.levels
            ),
            counts=self._counts(standard),
            cites=self._cites(standard.cites, standard.verified),
            period=period_words(standard.in_force) if standard.in_force else None,
            falls_back_on=self.index.line("standard", fallback) if fallback else None,
            excepts=self.index.lines(standard.excepts),
            excepted_by=self._excepted_by(name),
            tables=tuple(
                self._table(s, standard)
                for s in self.rules.scenarios
                if s.standard is not None and self.rules.standard_id(s.standard) == name
            ),
            scenarios=tuple(
                s for s in self.rules.scenarios if s.expect and name in s.expect.grades
            ),
            origin=self._origin(standard),
        )

    def choice(self, choose: Choose) -> ChoicePage:
        """Return a list of which at least some are done."""
        body = choose.choose
        return ChoicePage(
            entry=choose,
            condition=self._condition(f"choose:{body.group}"),
            by=self.rules.parties[body.by].label,
            items=self.index.lines(body.items),
            cites=self._cites(body.cites, "text"),
            origin=self._origin(choose),
        )

    def card(self, card: FirstMinute) -> LibraryCardPage:
        """Return a first-minute card with the types that it serves too."""
        types = self.rules.incident_types
        known = types.get(card.incident_type)
        below = [
            types[t].label
            for t in types
            if t != card.incident_type and self.rules.card_for(t) is card
        ]
        return LibraryCardPage(
            incident_type=card.incident_type,
            label=card.title or (known.label if known else Text(zh="", en="")),
            card=card_view([card], self.rules, {}),
            below=tuple(below) if known else (),
            origin=self._origin(card),
        )

    # -- parts -------------------------------------------------------------------------------------

    def _condition(self, key: str) -> Text:
        condition = self.rules.conditions.get(key)
        return condition_text(condition, self.rules) if condition is not None else ALWAYS

    def _measures(self, names: Iterable[str], ordered: bool = True) -> tuple[Choice, ...]:
        found = [Choice(id=n, label=name_text(n, self.rules)) for n in names]
        return tuple(sorted(found, key=lambda c: c.id) if ordered else found)

    def _parties(self, names: Iterable[str]) -> tuple[Choice, ...]:
        return tuple(Choice(id=n, label=self.rules.parties[n].label) for n in names)

    def _duty(self, duty: Duty, rule: Rule) -> DutyWords:
        until = self.index.reads(f"rule:{rule.id}") & self.rules.told_by_status
        return DutyWords(
            duty=duty,
            by=self._parties(duty.by),
            to=self._parties(duty.to),
            action=Choice(id=duty.action, label=self.rules.actions[duty.action].label),
            waits_at=tuple(self.rules.measures[STATUS].choices[s] for s in duty.waits_at),
            waits_until=tuple(name_text(n, self.rules) for n in sorted(until)),
        )

    def _lead(self, conclusion: LeadConclusion) -> list[Text]:
        found = []
        for part, word in LEAD_PARTS.items():
            party = getattr(conclusion.lead, part)
            if party is not None:
                label = self.rules.parties[party].label
                found.append(Text(zh=f"{word.zh}：{label.zh}", en=f"{word.en}: {label.en}"))
        return found

    def _cites(self, cites: tuple[Cite, ...], verified: Verified) -> tuple[CiteView, ...]:
        return tuple(
            CiteView(cite=c, period=period_words(self.rules.sources[c.source].in_force))
            for c in citations(cites, self.rules, verified)
        )

    def _excepted_by(self, name: str) -> tuple[EntryLine, ...]:
        rules = [r.id for r in self.rules.rules.values() if name in r.excepts]
        standards = [s.standard for s in self.rules.standards.values() if name in s.excepts]
        return self.index.lines([*rules, *standards])

    def _counts(self, standard: Standard) -> tuple[Text, ...]:
        found = []
        for name, counting in standard.counts.items():
            label = name_text(name, self.rules)
            if counting.within_days is not None:
                days = counting.within_days
                found.append(
                    Text(
                        zh=f"{label.zh}：{days} 日内的都算",
                        en=f"{label.en}: those within {days} days count",
                    )
                )
            if counting.with_missing != "never":
                at_first = counting.with_missing == "initial"
                found.append(
                    Text(
                        zh=f"{label.zh}：{'初期' if at_first else ''}含失踪",
                        en=f"{label.en}: with the missing{' at first' if at_first else ''}",
                    )
                )
        return tuple(found)

    def _table(self, scenario: Scenario, standard: Standard) -> ExampleTable:
        rows = []
        for example in scenario.examples:
            names = [
                (name_text(self.rules.measure_id(k) or k, self.rules),
                 statement_text(k, v, self.rules))
                for k, v in example.given.items()
            ]  # fmt: skip
            rows.append(
                ExampleRow(
                    given=Text(
                        zh="，".join(f"{t.zh} {v.zh}" for t, v in names) or "—",
                        en=", ".join(f"{t.en} {v.en}" for t, v in names) or "—",
                    ),
                    level=level_text(example.level, standard),
                )
            )
        return ExampleTable(name=scenario.name, rows=tuple(rows))

    def _origin(self, entry: Rule | Standard | Choose | FirstMinute) -> Origin:
        return Origin(
            file=entry.file,
            line=entry.line,
            raw=self._excerpt(entry.file, entry.line),
            release=self.rules.release,
        )

    def _excerpt(self, file: str, line: int) -> str | None:
        """Return the text of an entry as it stands on disk now, or None when it is gone."""
        path = self.folder.parent / file
        if not path.is_file():
            return None
        lines = path.read_text(encoding="utf-8").splitlines()[line - 1 :]
        end = next(
            (n for n, text in enumerate(lines[1:], start=1) if re.match(r"- |\S+:", text)),
            len(lines),
        )
        kept = lines[: min(end, LONGEST_EXCERPT)]
        while kept and (not kept[-1].strip() or kept[-1].startswith("#")):
            kept.pop()
        return "\n".join(kept) or None


def _names_rule(scenario: Scenario, rule: str) -> bool:
    if scenario.rule == rule or rule in scenario.asks:
        return True
    expected = scenario.expect
    if expected is None:
        return False
    return rule in expected.rules
