"""Forward chaining by experta: the only module that imports it.

experta 1.9.4 pins ``frozendict==1.2``, which asks for ``collections.Mapping`` while it is imported;
that name left Python in 3.10, so it is set for the import and taken away again. experta also puts
a handler on the root logger, which is taken away too.

One engine belongs to one thread and one program. There is one fact class per name and one fact of
each class in a run. Every rule has its own salience, so that the order never depends on hashes.
"""

from __future__ import annotations

import bisect
import collections
import collections.abc
import inspect
import logging
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any, Literal

from canmou.engine.inference.program import Closing, Program, Step
from canmou.engine.valuesets import Certainty, ValueSet


def _import_experta() -> Any:
    handlers = list(logging.getLogger().handlers)
    names = vars(collections)
    lent = "Mapping" not in names
    if lent:
        names["Mapping"] = collections.abc.Mapping
    try:
        import experta
        from experta.abstract import Matcher, Strategy
        from experta.activation import Activation
        from experta.matchers import ReteMatcher
    finally:
        if lent:
            del names["Mapping"]
        logging.getLogger().handlers[:] = handlers
    return experta, Matcher, Strategy, Activation, ReteMatcher


_experta, _Matcher, _Strategy, _Activation, _ReteMatcher = _import_experta()

_fact_classes: dict[str, type] = {}


def _fact_class(name: str) -> type:
    """Return the fact class of a name; one class for the life of the process."""
    known = _fact_classes.get(name)
    if known is None:
        made = type(f"Known_{len(_fact_classes)}", (_experta.Fact,), {"of": name})
        known = _fact_classes.setdefault(name, made)
    return known


@dataclass
class Trace:
    """What happened in one run: the value set of every name and the firings in order."""

    env: dict[str, ValueSet] = field(default_factory=dict)
    firings: list[tuple[Step, Certainty]] = field(default_factory=list)
    states: dict[str, Certainty] = field(default_factory=dict)


Close = Callable[[Closing, Trace], ValueSet]
Test = Callable[[Mapping[str, ValueSet]], bool]
MatcherName = Literal["index", "rete"]
FEW = 8  # new activations that are put into the sorted agenda one by one


class Engine(ABC):
    """experta running one program; belongs to one thread."""

    def __init__(self, program: Program, close: Close) -> None:
        self.program = program
        self.close = close

    @abstractmethod
    def run(self, inputs: Mapping[str, ValueSet]) -> Trace:
        """Run the program on the value sets of its inputs and return what happened."""


class IndexMatcher(_Matcher):  # type: ignore[misc, valid-type]  # experta has no types
    """A matcher for programs in which each name has one fact, replaced when its value changes.

    An index leads from a name to the rules that read it; ``changes`` returns only activations whose
    inputs changed, each once until it has fired.
    """

    def __init__(self, engine: Any) -> None:
        super().__init__(engine)
        self.activations = [_Activation(rule, ()) for rule in engine.numbered]
        self.reset()

    def reset(self) -> None:
        """Forget what waits: with the first fact every rule has its turn."""
        self.waiting: set[int] = set()
        self.touched: list[int] = []

    def changes(self, adding: Any = None, deleting: Any = None) -> tuple[list[Any], list[Any]]:
        """Return the activations of the rules that new facts or changed steps call for."""
        numbers: Iterable[int] = self.touched
        if adding:
            readers = self.engine.readers
            for fact in adding:
                name = getattr(fact, "of", None)
                numbers = (
                    range(len(self.activations)) if name is None
                    else [*numbers, *readers.get(name, ())]
                )  # fmt: skip
        elif not numbers:
            return [], []
        self.touched = []
        waiting, activations = self.waiting, self.activations
        ready = []
        for number in numbers:
            if number not in waiting:
                waiting.add(number)
                ready.append(activations[number])
        return ready, []


class BySalience(_Strategy):  # type: ignore[misc, valid-type]  # experta has no types
    """The order of the agenda: every rule has a salience of its own, so it alone decides."""

    def _update_agenda(self, agenda: Any, added: list[Any], removed: list[Any]) -> None:
        waiting = agenda.activations
        if len(added) > FEW:
            waiting.extend(added)
            waiting.sort(key=_salience)
            return
        for activation in added:
            bisect.insort(waiting, activation, key=_salience)


_salience = attrgetter("rule.salience")


class _Slice(_experta.KnowledgeEngine):  # type: ignore[name-defined]  # experta has no types
    """experta's engine with the rules of one program, numbered in the order of inference."""

    __matcher__ = IndexMatcher
    __strategy__ = BySalience

    def __init__(self, numbered: list[Any], readers: Mapping[str, Sequence[int]]) -> None:
        self.numbered, self.readers = numbered, readers
        super().__init__()


class IndexEngine(Engine):
    """Runs a program by what has changed since the last run.

    Facts stay from run to run; those whose value is another are replaced, and only rules that read
    a changed name fire again. The salience puts every name before its readers, so that a rule has
    its turn when all it reads is settled, and once only.
    """

    def __init__(self, program: Program, close: Close) -> None:
        super().__init__(program, close)
        self._steps = [item for item in program.order if isinstance(item, Step)]
        self._names = (*program.inputs, *(c.name for c in program.order if isinstance(c, Closing)))
        self._ready = False
        self._known = Trace()
        self._facts: dict[str, Any] = {}
        readers: dict[str, list[int]] = {}
        self._closings: dict[str, list[int]] = {}
        numbered = []
        last = len(program.order)
        for number, item in enumerate(program.order):
            for name in item.reads:
                readers.setdefault(name, []).append(number)
            if isinstance(item, Step):
                fire = self._step(number, item)
            else:
                fire = self._closing(number, item)
                for step in item.steps:
                    self._closings.setdefault(step, []).append(number)
            rule = _experta.Rule(_experta.InitialFact(), salience=last - number)
            numbered.append(rule(_signed(fire, FIRES)))
        self._engine = _Slice(numbered, readers)

    def run(self, inputs: Mapping[str, ValueSet]) -> Trace:
        """Run the program on the value sets of its inputs and return what happened."""
        if not self._ready:
            self._known, self._facts = Trace(), {}
            self._engine.reset()
        self._ready = False  # stays so when anything is raised
        for name in self.program.inputs:
            self._know(name, inputs[name])
        self._engine.run()
        self._ready = True
        env, states = self._known.env, self._known.states
        fired = [step for step in self._steps if step.id in states]
        return Trace(
            env={name: env[name] for name in self._names},
            firings=[(step, states[step.id]) for step in fired],
            states={step.id: states[step.id] for step in fired},
        )

    def forget(self) -> None:
        """Let the next run begin from the beginning."""
        self._ready = False

    def _know(self, name: str, value: ValueSet) -> None:
        """Put a value into the working memory in place of the one before."""
        env = self._known.env
        before = env.get(name)
        if before is value or before == value:
            return
        if before is not None:
            self._engine.facts.retract(self._facts[name])
        env[name] = value
        self._facts[name] = self._engine.facts.declare(_fact_class(name)(value=value))

    def _step(self, number: int, step: Step) -> Callable[..., None]:
        condition, identifier = step.condition, step.id

        def fire(engine: Any, **_: Any) -> None:
            engine.matcher.waiting.discard(number)
            states = self._known.states
            before = states.get(identifier)
            tried = condition.evaluate(self._known.env)
            if tried is Certainty.IMPOSSIBLE:
                states.pop(identifier, None)
            else:
                states[identifier] = step.unless_excepted(tried, states)
            if states.get(identifier) is not before:
                engine.matcher.touched += self._closings.get(identifier, ())

        return fire

    def _closing(self, number: int, closing: Closing) -> Callable[..., None]:
        def fire(engine: Any, **_: Any) -> None:
            engine.matcher.waiting.discard(number)
            self._know(closing.name, self.close(closing, self._known))

        return fire


class OwnRete(_ReteMatcher):  # type: ignore[misc, valid-type]  # experta has no types
    """experta's stock matcher with its own list of conflict-set nodes.

    ReteMatcher caches that list in an ``lru_cache(maxsize=1)`` on the class: with two engines alive
    every firing rebuilds it.
    """

    _own: tuple[Any, ...] | None = None

    def _get_conflict_set_nodes(self) -> tuple[Any, ...]:
        if self._own is None:
            self._own = _ReteMatcher._get_conflict_set_nodes.__wrapped__(self)
        return self._own


class ReteEngine(Engine):
    """Runs a program with experta's own matcher and agenda, from the beginning: the oracle."""

    def __init__(self, program: Program, close: Close) -> None:
        super().__init__(program, close)
        self._trace = Trace()
        members: dict[str, Any] = {"__matcher__": OwnRete}
        last = len(program.order)
        for number, item in enumerate(program.order):
            made = self._step(item) if isinstance(item, Step) else self._closing(item)
            members[f"rule_{number:05d}"] = self._rule(*made, salience=last - number)
        self._engine = type("OneSlice", (_experta.KnowledgeEngine,), members)()

    def run(self, inputs: Mapping[str, ValueSet]) -> Trace:
        """Run the program on the value sets of its inputs and return what happened."""
        self._trace = Trace(env={name: inputs[name] for name in self.program.inputs})
        self._engine.reset()
        facts = [_fact_class(name)(value=known) for name, known in self._trace.env.items()]
        if facts:
            self._engine.declare(*facts)
        self._engine.run()
        return self._trace

    def _step(self, step: Step) -> tuple[tuple[str, ...], Test, Callable[..., None]]:
        def test(values: Mapping[str, ValueSet]) -> bool:
            return step.condition.evaluate(values) > 0

        def fire(*engines: Any, **_: Any) -> None:
            trace = self._trace
            state = step.condition.evaluate(trace.env)
            trace.states[step.id] = step.unless_excepted(state, trace.states)
            trace.firings.append((step, trace.states[step.id]))

        return step.reads, test, fire

    def _closing(self, closing: Closing) -> tuple[tuple[str, ...], Test, Callable[..., None]]:
        def fire(*engines: Any, **_: Any) -> None:
            value = self.close(closing, self._trace)
            self._trace.env[closing.name] = value
            engines[-1].declare(_fact_class(closing.name)(value=value))

        return (), lambda _values: True, fire

    @staticmethod
    def _rule(reads: tuple[str, ...], test: Test, fire: Callable[..., None], salience: int) -> Any:
        """Return an experta rule: the facts it reads, one test over their value sets."""
        if not reads:
            return _experta.Rule(_experta.InitialFact(), salience=salience)(fire)

        def by_name(**values: ValueSet) -> bool:
            return test({name: values[f"v{n}"] for n, name in enumerate(reads)})

        patterns = [
            _fact_class(name)(value=getattr(_experta.MATCH, f"v{number}"))
            for number, name in enumerate(reads)
        ]
        return _experta.Rule(
            *patterns, _experta.TEST(_signed(by_name, _bound(reads))), salience=salience
        )(fire)


def _fires(*engines: Any, **_: Any) -> None:
    """Show what the right-hand side of every rule takes."""


FIRES = inspect.signature(_fires)


def _signed(function: Callable[..., Any], signature: inspect.Signature) -> Callable[..., Any]:
    """Give a function the signature by which experta decides what to hand to it."""
    function.__signature__ = signature  # type: ignore[attr-defined]  # no type knows the attribute
    return function


def _bound(names: tuple[str, ...]) -> inspect.Signature:
    """Return the signature of a test: one parameter for each name, as experta binds them."""
    return inspect.Signature(
        [
            inspect.Parameter(f"v{number}", inspect.Parameter.POSITIONAL_OR_KEYWORD)
            for number in range(len(names))
        ]
    )


ENGINES: Mapping[MatcherName, type[Engine]] = {"index": IndexEngine, "rete": ReteEngine}
