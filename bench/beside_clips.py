"""The same rules in CLIPS and here, in one run: how long inference takes.

Needs clipspy, which nothing else does (``make bench`` installs it). For each incident CLIPS and
both of our ways (by what has changed, and from the beginning) get the same value sets; the states
of all steps are compared, so that the same is timed. Turning answers into value sets is in neither
figure.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from functools import partial

import clips
from assess import INCIDENTS, changed
from clips_program import ClipsProgram

from canmou.engine import load_rulebase
from canmou.engine.inference.forward_chaining import IndexEngine
from canmou.engine.inference.grading import close
from canmou.engine.inference.programs import program_for
from canmou.engine.inference.run import checked_facts, known_sets, slice_key
from canmou.engine.valuesets import Certainty, ValueSet

RUNS = 60


def main() -> None:
    rulebase = load_rulebase()
    for name, first in INCIDENTS.items():
        facts = [checked_facts(changed(first, number), rulebase) for number in range(RUNS)]
        key = slice_key(facts[0], rulebase)
        program = program_for(rulebase, key)
        inputs = [known_sets(one, key, program, rulebase)[0] for one in facts]
        ours = IndexEngine(program, partial(close, program))
        theirs = InClips(ClipsProgram(program, inputs[0]))
        for sets in inputs:
            theirs.run(sets)
            theirs.compare(ours.run(sets).states)
        print(
            f"{name:36} by what changed {timed(ours.run, inputs):6.2f} ms   from the beginning"
            f" {timed(partial(from_the_beginning, ours), inputs):6.2f} ms   "
            f"CLIPS {timed(theirs.run, inputs):6.2f} ms   ({len(program.steps)} steps)"
        )


class InClips:
    """CLIPS with a program; it starts from the beginning at each run."""

    def __init__(self, written: ClipsProgram) -> None:
        self.written = written
        self.environment = clips.Environment()
        for construct in written.constructs():
            self.environment.build(construct)

    def run(self, sets: Mapping[str, ValueSet]) -> None:
        self.environment.reset()
        self.environment.load_facts(self.written.facts(sets))
        self.environment.run()

    def compare(self, states: Mapping[str, Certainty]) -> None:
        for step, number in self.written.step.items():
            found = self.environment.find_global(f"s{number}").value
            assert found == states.get(step, Certainty.IMPOSSIBLE), (step, found)


def from_the_beginning(engine: IndexEngine, sets: Mapping[str, ValueSet]) -> None:
    engine.forget()
    engine.run(sets)


def timed(run: Callable[[Mapping[str, ValueSet]], object], inputs: list) -> float:
    """Return the median of the runs in milliseconds."""
    times = []
    for sets in inputs:
        begin = time.perf_counter()
        run(sets)
        times.append((time.perf_counter() - begin) * 1000)
    return statistics.median(times)


if __name__ == "__main__":
    main()
