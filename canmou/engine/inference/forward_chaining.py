"""Forward chaining by experta: the only module that imports it.

experta 1.9.4 pins ``frozendict==1.2``, which asks for ``collections.Mapping`` while it is imported;
that name left Python in 3.10, so it is set for the import and taken away again. experta also puts
a handler on the root logger, which is taken away too.

One engine belongs to one thread and one program; it is reset for each run. There is one fact class
per name and one fact of each class in a run; one condition is one test over the bound value sets.
Every rule has its own salience, so that the order never depends on hashes.
"""

from __future__ import annotations

import bisect
import collections
import collections.abc
import inspect
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from operator import attrgetter
from typing import Any

from canmou.engine.inference.program import Closing, Program, Step
from canmou.engine.valuesets import Certainty, ValueSet


def _import_experta() -> Any:
    handlers = list(logging.getLogger().handlers)
    lent = not hasattr(collections, "Mapping")
    if lent:
        collections.Mapping = collections.abc.Mapping  # type: ignore[attr-defined]
    try:
        import experta
        from experta.abstract import Matcher, Strategy
        from experta.activation import Activation
        from experta.matchers import ReteMatcher
    finally:
        if lent:
            del collections.Mapping  # type: ignore[attr-defined]
        logging.getLogger().handlers[:] = handlers
    return experta, Matcher, Strategy, Activation, ReteMatcher


_experta, _Matcher, _Strategy, _Activation, _ReteMatcher = _import_experta()

_fact_classes: dict[str, type] = {}


def _fact_class(name: str) -> type:
    """Return the fact class of a name; one class for the life of the process."""
    if name not in _fact_classes:
        _fact_classes[name] = type(f"Known_{len(_fact_classes)}", (_experta.Fact,), {"of": name})
    return _fact_classes[name]


@dataclass
class Trace:
    """What happened in one run: the value set of every name and the firings in order."""

    env: dict[str, ValueSet] = field(default_factory=dict)
    firings: list[tuple[Step, Certainty]] = field(default_factory=list)
    states: dict[str, Certainty] = field(default_factory=dict)


Close = Callable[[Closing, Trace], ValueSet]
Test = Callable[[Mapping[str, ValueSet]], bool]
PATTERNS_KEPT = 16_384
FEW = 8  # new activations that are put into the sorted agenda one by one


class OwnRete(_ReteMatcher):  # type: ignore[misc, valid-type]
    """experta's stock matcher with its own list of conflict-set nodes.

    ReteMatcher caches that list in an ``lru_cache(maxsize=1)`` on the class: with two engines alive
    every firing rebuilds it.
    """

    _own: tuple[Any, ...] | None = None

    def _get_conflict_set_nodes(self) -> tuple[Any, ...]:
        if self._own is None:
            self._own = _ReteMatcher._get_conflict_set_nodes.__wrapped__(self)
        return self._own


class IndexMatcher(_Matcher):  # type: ignore[misc, valid-type]
    """A matcher for programs in which each name has one fact that is never retracted.

    An index leads from a name to the productions that read it; a production is tried when its last
    fact has come. ``changes`` returns only activations whose inputs changed.
    """

    def __init__(self, engine: Any) -> None:
        super().__init__(engine)
        self.tests: list[Test] = [test for _, _reads, test in engine.productions]
        self.activations = [_Activation(rule, ()) for rule, _reads, _test in engine.productions]
        self.numbers = [len(reads) for _, reads, _test in engine.productions]
        self.readers: dict[str, list[int]] = {}
        for number, (_, reads, _test) in enumerate(engine.productions):
            for name in reads:
                self.readers.setdefault(name, []).append(number)
        self.reset()

    def reset(self) -> None:
        """Forget all facts."""
        self.waiting = self.numbers.copy()
        self.values: dict[str, ValueSet] = {}
        self.started = False

    def changes(self, adding: Any = None, deleting: Any = None) -> tuple[list[Any], list[Any]]:
        """Return the activations that the new facts bring."""
        if not adding:
            return [], []
        ready: list[int] = []
        waiting, readers = self.waiting, self.readers
        for fact in adding:
            name = getattr(fact, "of", None)
            if name is None:
                if not self.started:
                    self.started = True
                    ready.extend(n for n, w in enumerate(waiting) if w == 0)
                continue
            self.values[name] = fact["value"]
            for number in readers.get(name, ()):
                waiting[number] -= 1
                if not waiting[number]:
                    ready.append(number)
        values, tests, activations = self.values, self.tests, self.activations
        return [activations[n] for n in ready if tests[n](values)], []


class BySalience(_Strategy):  # type: ignore[misc, valid-type]
    """The order of the agenda: every production has a salience of its own, so it alone decides."""

    def _update_agenda(self, agenda: Any, added: list[Any], removed: list[Any]) -> None:
        waiting = agenda.activations
        if len(added) > FEW:
            waiting.extend(added)
            waiting.sort(key=_salience)
            return
        for activation in added:
            bisect.insort(waiting, activation, key=_salience)


_salience = attrgetter("rule.salience")


class Slice(_experta.KnowledgeEngine):  # type: ignore[name-defined]
    """experta's engine; the fact definitions of its class are looked up once, not every reset."""

    _known_deffacts: list[Any] | None = None

    def get_deffacts(self) -> list[Any]:
        """Return the fact definitions of the class."""
        if self._known_deffacts is None:
            self._known_deffacts = super().get_deffacts()
        return self._known_deffacts


@cache
def _signature(count: int) -> inspect.Signature:
    """Return the signature of a test of that many values; experta asks each test for its own."""
    parameters = [
        inspect.Parameter(f"v{number}", inspect.Parameter.POSITIONAL_OR_KEYWORD)
        for number in range(count)
    ]
    return inspect.Signature(parameters)


def _fires(*engines: Any, **_: Any) -> None:
    """Show what the right-hand side of every rule takes."""


FIRES = inspect.signature(_fires)


@lru_cache(maxsize=PATTERNS_KEPT)
def _pattern(name: str, number: int) -> Any:
    """Return the pattern that takes the value of a fact; the same one in all rules."""
    return _fact_class(name)(value=getattr(_experta.MATCH, f"v{number}"))


class Engine:
    """experta running one program; belongs to one thread.

    ``matcher`` is ``index`` (compiled for such programs) or ``rete`` (experta's own matcher and
    agenda, the oracle).
    """

    def __init__(self, program: Program, close: Close, matcher: str = "index") -> None:
        self.program = program
        self.close = close
        self._trace = Trace()
        self._tried: dict[str, Certainty] = {}
        self._made: dict[str, tuple[ValueSet, Any]] = {}
        self._engine = self._build(matcher)

    def run(self, inputs: Mapping[str, ValueSet]) -> Trace:
        """Run the program on the value sets of its inputs and return what happened."""
        self._trace = Trace()
        self._engine.reset()
        facts = []
        for name in self.program.inputs:
            self._trace.env[name] = inputs[name]
            facts.append(self._fact(name, inputs[name]))
        if facts:
            self._engine.declare(*facts)
        self._engine.run()
        return self._trace

    def _fact(self, name: str, value: ValueSet) -> Any:
        """Return the fact of a name; that of the last run where its value is the same."""
        made = self._made.get(name)
        if made is None or made[0] != value:
            made = self._made[name] = (value, _fact_class(name)(value=value))
        return made[1]

    def _build(self, matcher: str) -> Any:
        members: dict[str, Any] = {"productions": []}
        if matcher == "index":
            members |= {"__matcher__": IndexMatcher, "__strategy__": BySalience}
        else:
            members["__matcher__"] = OwnRete
        last = len(self.program.order)
        for number, item in enumerate(self.program.order):
            if isinstance(item, Step):
                rule, reads, test = self._step_rule(item, last - number)
            else:
                rule, reads, test = self._closing_rule(item, last - number)
            members[f"rule_{number:05d}"] = rule
            members["productions"].append((rule, reads, test))
        return type("OneSlice", (Slice,), members)()

    def _step_rule(self, step: Step, salience: int) -> Any:
        condition, tried = step.condition, self._tried

        def test(values: Mapping[str, ValueSet]) -> bool:
            state = tried[step.id] = condition.evaluate(values)
            return state > 0

        def fire(*engines: Any, **_: Any) -> None:
            trace = self._trace
            state = tried[step.id] if step.reads else condition.evaluate({})
            for exception in step.exceptions:
                state = min(state, trace.states.get(exception, Certainty.IMPOSSIBLE).negated())
            trace.states[step.id] = state
            trace.firings.append((step, state))

        return self._rule(step.reads, test, fire, salience), step.reads, test

    def _closing_rule(self, closing: Closing, salience: int) -> Any:
        def test(values: Mapping[str, ValueSet]) -> bool:
            return True

        def fire(*engines: Any, **_: Any) -> None:
            value = self.close(closing, self._trace)
            self._trace.env[closing.name] = value
            engines[-1].declare(self._fact(closing.name, value))

        return self._rule((), test, fire, salience), (), test

    @staticmethod
    def _rule(reads: tuple[str, ...], test: Test, fire: Callable[..., None], salience: int) -> Any:
        """Return an experta rule: the facts it reads, one test over their value sets."""
        fire.__signature__ = FIRES  # type: ignore[attr-defined]
        if not reads:
            return _experta.Rule(_experta.InitialFact(), salience=salience)(fire)

        def by_name(**values: ValueSet) -> bool:
            return test({name: values[f"v{n}"] for n, name in enumerate(reads)})

        by_name.__signature__ = _signature(len(reads))  # type: ignore[attr-defined]
        patterns = [_pattern(name, number) for number, name in enumerate(reads)]
        return _experta.Rule(*patterns, _experta.TEST(by_name), salience=salience)(fire)
