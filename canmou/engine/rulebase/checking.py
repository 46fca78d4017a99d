"""Checks over the whole rule base: every name known, every rule able to hold, no cycle."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date
from functools import partial

from canmou.engine.answers import parse_range
from canmou.engine.records import Text
from canmou.engine.rulebase.conditions import (
    GRADE,
    INCIDENT_TYPE,
    REPORTING_GRADE,
    STAGE,
    STATUS,
    hides_until_known,
    names_read,
    speaks_of_knowledge,
)
from canmou.engine.rulebase.errors import Mistake, Place, unknown_name
from canmou.engine.rulebase.merged_duties import wrongly_merged
from canmou.engine.rulebase.records import Duty, FactConclusion, LeadConclusion, Rule, Standard
from canmou.engine.rulebase.rulebase import UNDETERMINED_NAMES, RuleBase, split_relation
from canmou.engine.rulebase.scenario_records import Scenario
from canmou.engine.rulebase.vocabulary import Cite, InForce

PlaceOf = Callable[..., Place]
At = Callable[[], Place]
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2200, 1, 1)
KINDS = {
    "party": (Text(zh="责任单位", en="party"), "knowledge/parties.yaml"),
    "action": (Text(zh="行动", en="action"), "knowledge/actions.yaml"),
    "source": (Text(zh="依据", en="source"), "knowledge/sources.yaml"),
    "measure": (Text(zh="要素", en="measure"), "knowledge/measures/"),
    "type": (Text(zh="事件类型", en="incident type"), "knowledge/incident_types.yaml"),
    "status": (Text(zh="事件状态", en="status"), "knowledge/measures/situation.yaml (status)"),
    "rule": (Text(zh="规则或标准", en="rule or standard"), "canmou check"),
    "standard": (Text(zh="标准", en="standard"), "canmou standards"),
}


def check_names(
    rulebase: RuleBase,
    place_of: PlaceOf,
    clashes: bool = True,
    written: Collection[str] = frozenset(),
) -> list[Mistake]:
    """Return every mistake in names, references, periods and order; empty if there is none.

    Without ``clashes`` rules may contradict each other: the checker tells of that. ``written`` are
    the rules and standards that stand in the files, whether or not they could be read.
    """
    checker = _Checker(rulebase, place_of, written)
    checker.vocabulary()
    for rule in rulebase.rules.values():
        checker.rule(rule)
    for standard in rulebase.standards.values():
        checker.standard(standard)
    checker.groups_and_cards()
    checker.scenarios()
    checker.concluded()
    if not checker.mistakes:
        checker.order()
    if clashes and not checker.mistakes:
        checker.mistakes.extend(_clashes(rulebase, place_of))
    return checker.mistakes


def _clashes(rulebase: RuleBase, place_of: PlaceOf) -> list[Mistake]:
    """Return the duties that contradict each other; z3 is loaded only where two might."""
    from canmou.engine.proving.pairs import clashing

    pairs = list(clashing(rulebase.rules.values()))
    if not pairs:
        return []
    from canmou.engine.proving.clashes import clash_mistakes

    return clash_mistakes(pairs, rulebase, place_of)


class _Checker:
    def __init__(self, rulebase: RuleBase, place_of: PlaceOf, written: Collection[str]) -> None:
        self.rb, self._place_of, self._written = rulebase, place_of, written
        self.mistakes: list[Mistake] = []
        self._derived = {n for n, m in rulebase.measures.items() if m.derived}
        self._asked = {n for n, m in rulebase.measures.items() if m.question}

    def _at(self, form: str, entry: str, *path: str | int) -> At:
        """Return how to find a place, which is looked for where there is a mistake only."""
        return partial(self._place_of, form, entry, *path)

    def _add(self, code: str, place: At, zh: str, en: str, entry: str) -> None:
        self.mistakes.append(
            Mistake(code=code, place=place(), entry=entry, message=Text(zh=zh, en=en))
        )

    def _known(self, kind: str, name: str, names: Collection[str], place: At, entry: str) -> bool:
        if name in names:
            return True
        label, where = KINDS[kind]
        self.mistakes.append(
            Mistake(
                code=f"unknown_{kind}",
                place=place(),
                entry=entry,
                message=unknown_name(label, name, names, where),
                follows=kind in {"rule", "standard"} and name in self._written,
            )
        )
        return False

    def vocabulary(self) -> None:
        """Check what measures, types, parties and sources name, and that aliases are unique."""
        rb = self.rb
        taken: dict[str, str] = {}
        for identifier, measure in rb.measures.items():
            place = self._at("Measure", identifier)
            for part in measure.sum_of:
                self._known("measure", part, rb.measures, place, identifier)
            if measure.elapsed_since:
                self._known("measure", measure.elapsed_since, rb.measures, place, identifier)
            for alias in measure.aliases:
                if alias in rb.measures or alias in taken:
                    self._add(
                        "duplicate_id",
                        place,
                        f"别名 “{alias}” 已经用于 “{taken.get(alias, alias)}”",
                        f'alias "{alias}" is already used for "{taken.get(alias, alias)}"',
                        identifier,
                    )
                taken[alias] = identifier
            try:
                parse_range(measure.range, measure.type == "whole_number")
            except (ValueError, ArithmeticError) as error:
                zh, _, en = str(error).partition(" / ")
                place = self._at("Measure", identifier, "range")
                self._add("wrong_value", place, zh, en or zh, identifier)
        for identifier, kind in rb.incident_types.items():
            if kind.parent is not None:
                place = self._at("IncidentType", identifier, "parent")
                self._known("type", kind.parent, rb.incident_types, place, identifier)
        for identifier, party in rb.parties.items():
            for other in party.may_be:
                place = self._at("Party", identifier, "may_be")
                self._known("party", other, rb.parties, place, identifier)
        for identifier, source in rb.sources.items():
            for other in source.before:
                place = self._at("Source", identifier, "before")
                self._known("source", other, rb.sources, place, identifier)
        for identifier, action in rb.actions.items():
            if action.reaches is not None:
                place = self._at("Action", identifier, "reaches")
                self._known("party", action.reaches, rb.parties, place, identifier)
        for relation in rb.relations:
            self._relation(relation.relation)

    def _relation(self, text: str) -> None:
        place = self._at("Relation", text)
        try:
            left, _, parts = split_relation(text)
        except ValueError:
            self._add(
                "wrong_value", place, f"关系写成 a <= b 或 a = b + c，不是 “{text}”",
                f'write a relation as a <= b or a = b + c, not "{text}"', text,
            )  # fmt: skip
            return
        for name in (left, *parts):
            self._known("measure", name, self.rb.measures, place, text)

    def _cites(self, form: str, entry: str, cites: tuple[Cite, ...], own: InForce | None) -> None:
        begin, end = _period(own)
        readable = True
        for number, cite in enumerate(cites):
            place = self._at(form, entry, "cites", number, "source")
            readable &= self._known("source", cite.source, self.rb.sources, place, entry)
        if not readable:
            return
        for number, cite in enumerate(cites):
            first, last = _period(self.rb.sources[cite.source].in_force)
            if max(begin, first) >= min(end, last):
                place = self._at(form, entry, "cites", number)
                self._add(
                    "source_not_in_force",
                    place,
                    f"依据 “{cite.source}”（{first} 至 {last}）在这条的有效期内不在施行；"
                    "换成现行的依据，或写 in_force",
                    f'source "{cite.source}" ({first} to {last}) is not in force while this '
                    "holds; cite the one in force or write in_force",
                    entry,
                )
                return
            if own is None:
                begin, end = max(begin, first), min(end, last)

    def rule(self, rule: Rule) -> None:
        """Check one rule."""
        rb = self.rb
        self._cites("Rule", rule.id, rule.cites, rule.in_force)
        for target in rule.excepts:
            place = self._at("Rule", rule.id, "excepts")
            self._known("rule", target, {**rb.rules, **rb.standards}, place, rule.id)
        if speaks_of_knowledge(rb.conditions[f"rule:{rule.id}"]) and any(
            isinstance(c, FactConclusion | LeadConclusion) for c in rule.then
        ):
            self._add(
                "knowledge_in_conclusion",
                self._at("Rule", rule.id, "when"),
                "unknown(…)、could(…) 只能用于任务，不能得出事实、等级或领导机关",
                "unknown(…) and could(…) may start duties only, no fact, grade or lead",
                rule.id,
            )
        if hides_until_known(rb.conditions[f"rule:{rule.id}"]) and any(
            isinstance(c, Duty) and c.if_open == "act" for c in rule.then
        ):
            self._add(
                "hidden_until_known",
                self._at("Rule", rule.id, "when"),
                "not unknown(…) 会让 if_open: act 的任务在问清以前不出现；"
                "把要问清的那一半另写一条，写 if_open: wait",
                "not unknown(…) hides a duty with if_open: act until somebody has asked; "
                "put that half into a rule of its own with if_open: wait",
                rule.id,
            )
        for number, conclusion in enumerate(rule.then):
            place = self._at("Rule", rule.id, "then", number)
            if isinstance(conclusion, Duty):
                self._duty(conclusion, rule.id, number)
            elif isinstance(conclusion, LeadConclusion):
                for party in (
                    conclusion.lead.authority,
                    conclusion.lead.department,
                    conclusion.lead.commander,
                ):
                    if party is not None:
                        self._known("party", party, rb.parties, place, rule.id)
            elif isinstance(conclusion, FactConclusion):
                self._known("measure", conclusion.conclude, self._derived, place, rule.id)
        for number, duty in wrongly_merged(rule):
            self._add(
                "merged_duties",
                self._at("Rule", rule.id, "then", number, "action"),
                f"两项任务同是 “{duty.action}”、单位和对象相同，会并成一行，"
                "时限或必须、可以却不同；给其中一项另一个行动",
                f'two duties of "{duty.action}" for the same party become one line, yet '
                "limit or modality differ; give one of them its own action",
                rule.id,
            )

    def _duty(self, duty: Duty, entry: str, number: int) -> None:
        def at(field: str) -> At:
            return self._at("Rule", entry, "then", number, field)

        self._known("action", duty.action, self.rb.actions, at("action"), entry)
        for party in duty.by:
            self._known("party", party, self.rb.parties, at("by"), entry)
        for party in duty.to:
            self._known("party", party, self.rb.parties, at("to"), entry)
        for status in duty.waits_at:
            asked = self.rb.measures.get(STATUS)
            choices = asked.choices if asked is not None else {}
            self._known("status", status, choices, at("waits_at"), entry)

    def standard(self, standard: Standard) -> None:
        """Check one standard."""
        rb, entry = self.rb, standard.standard
        self._cites("Standard", entry, standard.cites, standard.in_force)
        for field, name in (
            ("falls_back_on", standard.falls_back_on),
            ("consequence", standard.consequence),
        ):
            if name is not None:
                place = self._at("Standard", entry, field)
                self._known("standard", name, rb.standards, place, entry)
        for target in standard.excepts:
            place = self._at("Standard", entry, "excepts")
            self._known("rule", target, {**rb.rules, **rb.standards}, place, entry)
        if not standard.levels and standard.falls_back_on is None:
            self._add(
                "no_levels",
                self._at("Standard", entry),
                "没有 levels；数字没有读到时写 falls_back_on: 标准",
                "there are no levels; where the figures could not be read write falls_back_on",
                entry,
            )
        for part in ("applies", *(f"level:{v}" for v in standard.levels)):
            key = f"applies:{entry}" if part == "applies" else f"level:{entry}:{part[6:]}"
            if speaks_of_knowledge(rb.conditions[key]):
                path = (part,) if part == "applies" else ("levels", part[6:])
                self._add(
                    "knowledge_in_conclusion",
                    self._at("Standard", entry, *path),
                    "标准里不能用 unknown(…)、could(…)",
                    "unknown(…) and could(…) have no place in a standard",
                    entry,
                )
        for measure in standard.counts:
            place = self._at("Standard", entry, "counts", measure)
            self._known("measure", measure, rb.measures, place, entry)

    def groups_and_cards(self) -> None:
        """Check groups of which at least one is chosen, and the first-minute cards."""
        rb = self.rb
        for group, choose in rb.chooses.items():
            body = choose.choose
            place = self._at("Choose", group)
            self._cites("Choose", group, body.cites, None)
            self._known("party", body.by, rb.parties, place, group)
            for item in body.items:
                self._known("rule", item, rb.rules, place, group)
        for identifier, card in rb.cards.items():
            place = self._at("FirstMinute", identifier)
            self._cites("FirstMinute", identifier, card.cites, None)
            self._known("type", identifier, rb.incident_types, place, identifier)
            for call in card.call:
                self._known("party", call.party, rb.parties, place, identifier)
            for name in card.ask:
                self._known("measure", name, self._asked, place, identifier)

    def scenarios(self) -> None:
        """Check the names in scenarios."""
        rb = self.rb
        entries = {**rb.rules, **rb.standards, **rb.chooses}
        dated = {**rb.sources, **entries}
        for number, scenario in enumerate(rb.scenarios):
            place = self._at("Scenario", str(number))
            entry = scenario.name.zh
            for name in scenario.incident_types:
                if name not in UNDETERMINED_NAMES:
                    self._known("type", name, rb.type_ids, place, entry)
            given = {*scenario.answers, *(m for e in scenario.examples for m in e.given)}
            for name in given:
                self._known("measure", name, rb.measure_ids, place, entry)
            if scenario.standard is not None:
                self._known("standard", scenario.standard, rb.standards, place, entry)
            for name in (*scenario.asks, *((scenario.rule,) if scenario.rule else ())):
                self._known("rule", name, entries, place, entry)
            for name in scenario.in_force:
                self._known("source", name, dated, place, entry)
            self._cases(scenario, place, entry)
            if scenario.expect is None:
                continue
            expected = scenario.expect
            for name in sorted(expected.rules):
                self._known("rule", name, rb.rules, place, entry)
            for name in expected.grades:
                self._known("standard", name, rb.standards, place, entry)
            for name in (*expected.facts, *expected.no_facts):
                self._known("measure", name, rb.measures, place, entry)
            for name in expected.lead.values():
                self._known("party", name, rb.parties, place, entry)

    def _cases(self, scenario: Scenario, place: At, entry: str) -> None:
        """Check the names in the cases of one rule: measures, types, grades, derived names."""
        for given in (*scenario.holds, *scenario.holds_not):
            for name, value in given.items():
                if name == INCIDENT_TYPE:
                    types = value if isinstance(value, list | tuple) else [value]
                    for one in types:
                        self._known("type", str(one), self.rb.type_ids, place, entry)
                elif not (name == STAGE or name.startswith((GRADE, REPORTING_GRADE))):
                    self._known("measure", name, self.rb.measure_ids, place, entry)

    def concluded(self) -> None:
        """Check that every derived name is concluded by some rule."""
        concluded = {
            c.conclude
            for r in self.rb.rules.values()
            for c in r.then
            if isinstance(c, FactConclusion)
        }
        for key, condition in self.rb.conditions.items():
            kind, _, rest = key.partition(":")
            entry = rest.split(":")[0]
            for name in sorted(names_read(condition)):
                measure = self.rb.measures.get(name)
                if measure is None or not measure.derived or name in concluded:
                    continue
                form = {"rule": "Rule", "choose": "Choose"}.get(kind, "Standard")
                self._add(
                    "never_concluded",
                    self._at(form, entry, "when" if form == "Rule" else "applies"),
                    f"“{name}” 不是问出来的，也没有规则得出它",
                    f'"{name}" is neither asked nor concluded by any rule',
                    entry,
                )

    def order(self) -> None:
        """Check that no rule rests on its own conclusion."""
        from canmou.engine.inference.compiling import CycleInRules, check_order

        try:
            check_order(self.rb)
        except CycleInRules as cycle:
            rules = [n[5:] for n in cycle.names if n.startswith("rule:")]
            place = self._at("Rule", rules[0]) if rules else partial(Place, file="knowledge")
            circle = " → ".join(cycle.names)
            self._add(
                "cycle", place, f"规则互相依赖成了一个圈：{circle}；去掉其中一环",
                f"rules rest on each other in a circle: {circle}; take one link away",
                rules[0] if rules else "",
            )  # fmt: skip


def _period(period: InForce | None) -> tuple[date, date]:
    begin = period.from_ if period is not None and isinstance(period.from_, date) else FIRST_DAY
    return begin, (period.to if period is not None and period.to else LAST_DAY)
