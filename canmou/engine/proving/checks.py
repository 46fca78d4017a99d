"""The whole check in small pieces of work, for all files or for those that were edited."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from canmou.engine.proving.contradictions import contradiction
from canmou.engine.proving.coverage import without_scenario
from canmou.engine.proving.dates import days_without, groups, texts_without_rules
from canmou.engine.proving.directions import milder_when_worse
from canmou.engine.proving.findings import Finding
from canmou.engine.proving.pairs import Pair, pairs
from canmou.engine.proving.prover import Prover
from canmou.engine.proving.rules import adds_nothing, concluded_alike, never_holds
from canmou.engine.proving.seams import seams
from canmou.engine.proving.solving import Undecided
from canmou.engine.proving.tables import Table
from canmou.engine.proving.unreachable import unreachable
from canmou.engine.proving.vocabulary import never_asked, never_used
from canmou.engine.records import Text
from canmou.engine.rulebase.records import Rule, Standard
from canmou.engine.rulebase.rulebase import RuleBase

TaskKind = Literal["standards", "rules", "alike", "pairs", "words", "dates", "coverage"]
RULES_AT_ONCE = 60
RULES_OF_A_FILE = 8
"""As many rules are a piece of work when everything is checked, or one file."""


@dataclass(frozen=True)
class Task:
    """A piece of work: which check, over which entries (by id, or by number in its list)."""

    kind: TaskKind
    entries: tuple[str, ...] = ()
    numbers: tuple[int, ...] = ()


class Scope:
    """What is checked: everything, or the entries of some files and what they touch."""

    def __init__(self, rulebase: RuleBase, files: Callable[[str], bool] | None = None) -> None:
        self.rulebase, self._files = rulebase, files
        self.whole = files is None

    def has(self, file: str) -> bool:
        """Whether a file is checked."""
        return self._files is None or self._files(file)

    @property
    def rules(self) -> list[Rule]:
        """The rules that are checked."""
        return [r for r in self.rulebase.rules.values() if self.has(r.file)]

    @property
    def standards(self) -> list[Standard]:
        """The standards that are checked."""
        return [s for s in self.rulebase.standards.values() if self.has(s.file)]


class Checks:
    """The pieces of work on one rule base, and doing them. For one thread."""

    def __init__(self, prover: Prover, scope: Scope) -> None:
        self.prover, self.scope = prover, scope
        every = list(prover.rulebase.rules.values())
        mine = {r.id for r in scope.rules}
        self._alike = [
            (rule, others) for rule, others in concluded_alike(every)
            if rule.id in mine or any(o.id in mine for o in others)
        ]  # fmt: skip
        self._pairs: list[Pair] = [p for p in pairs(every) if p[0].id in mine or p[1].id in mine]
        keys = mine | {s.standard for s in scope.standards}
        self._groups = [
            g for g in groups(prover.rulebase)
            if any((m.id if isinstance(m, Rule) else m.standard) in keys for m in g)
        ]  # fmt: skip

    def tasks(self) -> list[Task]:
        """Return the pieces of work, the long ones first."""
        found = [Task("standards", (s.standard,)) for s in self.scope.standards]
        found += _numbered("pairs", len(self._pairs), 20)
        rules = [r.id for r in self.scope.rules]
        at_once = RULES_AT_ONCE if self.scope.whole else RULES_OF_A_FILE
        for start in range(0, len(rules), at_once):
            chunk = tuple(rules[start : start + at_once])
            found += [Task("rules", chunk), Task("coverage", chunk)]
        found.append(Task("coverage", tuple(s.standard for s in self.scope.standards)))
        if self._alike:
            found.append(Task("alike"))
        found += _numbered("dates", len(self._groups), 400)
        found.append(Task("words"))
        return found

    def do(self, task: Task) -> list[Finding]:
        """Return what a piece of work finds; what z3 cannot decide in time is a finding too."""
        try:
            return [f for f in self._do(task) if self._mine(f)]
        except Undecided as error:
            entry = task.entries[0] if task.entries else task.kind
            record = self.prover.rulebase.rules.get(entry) or self.prover.rulebase.standards.get(
                entry
            )
            return [
                Finding(
                    kind="undecided",
                    place=self.prover.place(record, type(record).__name__, entry),
                    entry=entry,
                    message=Text(
                        zh=f"{task.kind} 检查没有在时限内得出结论（{error}）",
                        en=f"the check {task.kind} came to no result within its time ({error})",
                    ),
                )
            ]

    def _mine(self, finding: Finding) -> bool:
        """Whether a finding lies in the files checked, or is about one of their rules."""
        about = self.prover.rulebase.rules.get(finding.about)
        return self.scope.has(finding.place.file) or (
            about is not None and self.scope.has(about.file)
        )

    def _do(self, task: Task) -> Iterator[Finding]:
        rulebase, prover = self.prover.rulebase, self.prover
        if task.kind == "standards":
            for entry in task.entries:
                yield from standard_findings(prover, rulebase.standards[entry])
        elif task.kind == "rules":
            for entry in task.entries:
                found = never_holds(prover, rulebase.rules[entry])
                if found is not None:
                    yield found
        elif task.kind == "pairs":
            for number in task.numbers:
                found = contradiction(prover, self._pairs[number])
                if found is not None:
                    yield found
        elif task.kind == "alike":
            told: set[str] = set()
            for rule, others in self._alike:
                found = adds_nothing(prover, rule, others, told)
                if found is not None:
                    told.add(rule.id)
                    yield found
        elif task.kind == "dates":
            for number in task.numbers:
                yield from days_without(prover, self._groups[number])
        elif task.kind == "coverage":
            yield from without_scenario(
                prover,
                [rulebase.rules[e] for e in task.entries if e in rulebase.rules],
                [rulebase.standards[e] for e in task.entries if e in rulebase.standards],
            )
        else:
            yield from never_asked(prover)
            yield from never_used(prover)
            yield from texts_without_rules(prover)


def standard_findings(prover: Prover, standard: Standard) -> Iterator[Finding]:
    """Yield what the checks find in one standard."""
    moment = prover.calendar.first(standard)
    concerned: frozenset[tuple[str, int]] = frozenset()
    if moment is not None and standard.levels:
        at_seams, concerned = seams(Table(prover, standard, moment))
        yield from at_seams
    yield from unreachable(prover, standard, concerned)
    if moment is not None and standard.levels:
        yield from milder_when_worse(Table(prover, standard, moment))


def prove(prover: Prover, scope: Scope) -> Iterator[Finding]:
    """Yield everything the checks find, one piece of work after the other."""
    checks = Checks(prover, scope)
    for task in checks.tasks():
        yield from checks.do(task)


def _numbered(kind: TaskKind, count: int, size: int) -> list[Task]:
    return [
        Task(kind, numbers=tuple(range(start, min(start + size, count))))
        for start in range(0, count, size)
    ]


__all__: Sequence[str] = ("Checks", "Scope", "Task", "prove", "standard_findings")
