"""The rule base: everything the rule files hold, under one release."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from types import MappingProxyType

from canmou.engine.records import Text
from canmou.engine.rulebase.conditions import (
    INCIDENT_TYPE,
    STAGE,
    STATUS,
    Both,
    Condition,
    names_read,
    speaks_of_knowledge,
)
from canmou.engine.rulebase.records import (
    Choose,
    FactConclusion,
    FirstMinute,
    Relation,
    Rule,
    Standard,
)
from canmou.engine.rulebase.scenario_records import Scenario
from canmou.engine.rulebase.vocabulary import Action, IncidentType, Measure, Party, Source

Tie = tuple[str, str, tuple[str, ...]]
_OF_SLICES = frozenset({INCIDENT_TYPE, STAGE})
UNDETERMINED = "undetermined"
UNDETERMINED_NAMES = frozenset({UNDETERMINED, "性质待定", "unknown"})


def split_relation(relation: str) -> Tie:
    """Return the sides of a relation. Raises ValueError.

    >>> split_relation("serious_injuries <= injuries")
    ('serious_injuries', '<=', ('injuries',))
    """
    left, operator, right = re.split(r"\s*(<=|=)\s*", relation, maxsplit=1)
    return left.strip(), operator, tuple(p.strip() for p in right.split("+"))


class RuleBase:
    """All rule files as records, and the vocabulary that conditions may name.

    ``conditions`` holds the parsed condition of each rule (``rule:ID``), of each standard
    (``applies:ID``), of each level (``level:ID:III``) and of each group (``choose:ID``).
    ``release`` is the content hash of all files. A rule base is never changed after loading.
    """

    def __init__(
        self,
        *,
        measures: Mapping[str, Measure],
        incident_types: Mapping[str, IncidentType],
        parties: Mapping[str, Party],
        actions: Mapping[str, Action],
        sources: Mapping[str, Source],
        relations: tuple[Relation, ...] = (),
        rules: Mapping[str, Rule] = MappingProxyType({}),
        standards: Mapping[str, Standard] = MappingProxyType({}),
        chooses: Mapping[str, Choose] = MappingProxyType({}),
        cards: Mapping[str, FirstMinute] = MappingProxyType({}),
        scenarios: tuple[Scenario, ...] = (),
        conditions: Mapping[str, Condition] = MappingProxyType({}),
        release: str = "",
    ) -> None:
        self.measures, self.incident_types = measures, incident_types
        self.parties, self.actions, self.sources = parties, actions, sources
        self.relations, self.rules, self.standards = relations, rules, standards
        self.chooses, self.cards, self.scenarios = chooses, cards, scenarios
        self.conditions, self.release = conditions, release
        self.condition_texts: dict[int, tuple[Condition, Text]] = {}
        self.citations_made: dict[tuple[object, ...], tuple[object, object]] = {}
        self._conditions_read: dict[
            int, tuple[Condition, tuple[str, ...], tuple[Condition, ...]]
        ] = {}

    # -- names -------------------------------------------------------------------------------

    @cached_property
    def measure_ids(self) -> dict[str, str]:
        """The id of a measure by every name under which it may be written."""
        found: dict[str, str] = {}
        for identifier, measure in self.measures.items():
            for name in (measure.label.zh, *measure.aliases):
                found.setdefault(name, identifier)
        found.update({i: i for i in self.measures})
        return found

    @cached_property
    def type_ids(self) -> dict[str, str]:
        """The id of an incident type by every name under which it may be written."""
        found: dict[str, str] = {}
        for identifier, kind in self.incident_types.items():
            for name in (kind.label.zh, *kind.aliases):
                found.setdefault(name, identifier)
        found.update({i: i for i in self.incident_types})
        return found

    @cached_property
    def _standard_ids(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for identifier, standard in self.standards.items():
            for name in standard.aliases:
                found.setdefault(name, identifier)
        found.update({i: i for i in self.standards})
        return found

    def measure_id(self, name: str) -> str | None:
        """Return the id of the measure called ``name`` (id, alias or Chinese label)."""
        return self.measure_ids.get(name)

    def type_id(self, name: str) -> str | None:
        """Return the id of the incident type called ``name`` (id, alias or Chinese label)."""
        return self.type_ids.get(name)

    def standard_id(self, name: str) -> str | None:
        """Return the id of the standard called ``name`` (id or alias)."""
        return self._standard_ids.get(name)

    def table_of(self, standard: Standard) -> Standard:
        """Return the standard whose levels count: its own, else those it falls back on."""
        if standard.levels or not standard.falls_back_on:
            return standard
        return self.standards[standard.falls_back_on]

    def measure_names(self) -> list[str]:
        """Return every name under which a measure may be written."""
        return list(self.measure_ids)

    def type_names(self) -> list[str]:
        """Return every name under which an incident type may be written."""
        return list(self.type_ids)

    @cached_property
    def ties(self) -> tuple[Tie, ...]:
        """Sums and relations between figures, as (left, "<=" or "=", parts of the right side)."""
        sums = [(n, "=", m.sum_of) for n, m in self.measures.items() if m.sum_of]
        return (*sums, *(split_relation(r.relation) for r in self.relations))

    @cached_property
    def tied_with(self) -> dict[str, frozenset[str]]:
        """For each measure the measures in the same sums and relations."""
        found: dict[str, set[str]] = {}
        for left, _, parts in self.ties:
            for name in (left, *parts):
                found.setdefault(name, set()).update((left, *parts))
        return {n: frozenset(others) for n, others in found.items()}

    @cached_property
    def told_by_status(self) -> frozenset[str]:
        """The derived names that some rule concludes from the status of the incident."""
        concluded = [
            (c.conclude, names_read(self.conditions[f"rule:{rule.id}"]))
            for rule in self.rules.values()
            for c in rule.then
            if isinstance(c, FactConclusion)
        ]
        found = {STATUS}
        while more := {name for name, read in concluded if not found.isdisjoint(read)} - found:
            found |= more
        return frozenset(found - {STATUS})

    def names_in(self, condition: Condition) -> tuple[str, ...]:
        """Return the names that a condition reads, sorted."""
        return self._read(condition)[1]

    def parts_on_type(self, condition: Condition) -> tuple[Condition, ...]:
        """Return the parts of a condition, joined by "and", that read the type or the stage.

        Parts that speak of what is known are not among them: the type never decides them.
        """
        return self._read(condition)[2]

    def _read(
        self, condition: Condition
    ) -> tuple[Condition, tuple[str, ...], tuple[Condition, ...]]:
        """Return what compiling reads of a condition; kept with it, for as long as it lives."""
        kept = self._conditions_read.get(id(condition))
        if kept is None:
            parts = condition.parts if isinstance(condition, Both) else (condition,)
            on_type = (p for p in parts if not names_read(p).isdisjoint(_OF_SLICES))
            kept = (
                condition,
                tuple(sorted(names_read(condition))),
                tuple(p for p in on_type if not speaks_of_knowledge(p)),
            )
            self._conditions_read[id(condition)] = kept
        return kept

    # -- the tree of incident types ------------------------------------------------------------

    @cached_property
    def _children(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {i: [] for i in self.incident_types}
        for identifier, kind in self.incident_types.items():
            if kind.parent in found:
                found[kind.parent].append(identifier)
        return {i: tuple(c) for i, c in found.items()}

    @cached_property
    def _leaves(self) -> dict[str, frozenset[str]]:
        found: dict[str, frozenset[str]] = {}

        def below(identifier: str) -> frozenset[str]:
            if identifier not in found:
                children = self._children[identifier]
                found[identifier] = (
                    frozenset().union(*(below(c) for c in children))
                    if children
                    else frozenset({identifier})
                )
            return found[identifier]

        for identifier in self.incident_types:
            below(identifier)
        return found

    def children(self, incident_type: str) -> tuple[str, ...]:
        """Return the types directly below a type, in the order of the file."""
        return self._children[incident_type]

    def leaves(self, incident_type: str) -> frozenset[str]:
        """Return the leaves at or below a type; all leaves for 性质待定."""
        if incident_type in UNDETERMINED_NAMES:
            return self.all_leaves
        return self._leaves[incident_type]

    @cached_property
    def all_leaves(self) -> frozenset[str]:
        """All leaves of the tree."""
        return frozenset().union(*self._leaves.values())

    def ancestors(self, incident_type: str) -> tuple[str, ...]:
        """Return the type and those above it, nearest first."""
        found = []
        here: str | None = incident_type
        while here is not None:
            found.append(here)
            here = self.incident_types[here].parent
        return tuple(found)

    def is_below(self, incident_type: str, ancestor: str) -> bool:
        """Whether a type is ``ancestor`` or lies below it."""
        return ancestor in self.ancestors(incident_type)

    def is_graded(self, incident_type: str) -> bool:
        """Whether the law grades incidents of a type."""
        return all(self.incident_types[t].graded for t in self.ancestors(incident_type))

    def card_for(self, incident_type: str) -> FirstMinute | None:
        """Return the first-minute card of a type, or of the nearest type above it."""
        if incident_type in UNDETERMINED_NAMES:
            return self.cards.get("unknown_situation")
        for name in self.ancestors(incident_type):
            if name in self.cards:
                return self.cards[name]
        return self.cards.get("unknown_situation")
