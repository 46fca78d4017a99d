"""A recorded run again, on the same answers, under a program in which one thing was changed.

The order of a program puts every name before what reads it, so that going through it once gives
what the inference engine gives (``tests/test_mutation.py`` compares the two).
"""

from __future__ import annotations

from collections.abc import Mapping

from canmou.engine.facts import Facts
from canmou.engine.inference.forward_chaining import Trace
from canmou.engine.inference.grading import close
from canmou.engine.inference.program import Program, Step
from canmou.engine.inference.run import Run, prepared
from canmou.engine.rulebase.rulebase import RuleBase
from canmou.engine.valuesets import Certainty, ValueSet


def replay(program: Program, inputs: Mapping[str, ValueSet]) -> Trace:
    """Return what a program does with the value sets of its inputs."""
    trace = Trace(env=dict(inputs))
    for item in program.order:
        if not isinstance(item, Step):
            trace.env[item.name] = close(program, item, trace)
            continue
        state = item.condition.evaluate(trace.env)
        if state is Certainty.IMPOSSIBLE:
            continue
        state = item.unless_excepted(state, trace.states)
        trace.states[item.id] = state
        trace.firings.append((item, state))
    return trace


def replayed(facts: Facts, rulebase: RuleBase, only: tuple[str, ...] | None = None) -> Run:
    """Return the run of these facts, without the inference engine. Raises as ``run`` does."""
    begun = prepared(facts, rulebase, only)
    return begun.done(replay(begun.program, begun.sets))
