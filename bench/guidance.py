"""How many questions until the final grade: guided, and in the order of the files.

Twenty shipped cases with a published grade. The facts of a case become known one after the other in
a random order, one with each question; a question whose answer is not known yet is skipped and
asked again when the others are through. Counted are the questions until the grade is the one that
all facts of the case give. ``make guidance`` prints the figure for each case.
"""

from __future__ import annotations

import hashlib
import statistics
from collections.abc import Callable, Sequence

from canmou.casebase import PastCase, load_cases
from canmou.engine import Facts, RuleBase, assess, load_rulebase
from canmou.engine.guide import guidance, next_questions, still_open

CASES = 20
DRAWS = 1
MOST = 400
Order = Callable[[Facts], Sequence[str]]


def facts_of(case: PastCase, rulebase: RuleBase) -> Facts:
    """Return a case as facts, with its measures under their main ids."""
    answers = {rulebase.measure_id(m) or m: v for m, v in case.figures.measures.items()}
    return Facts(
        incident_types=case.incident_types, status="occurred", on=case.date,
        stage=case.figures.stage, answers=answers,
    )  # fmt: skip


def chosen(rulebase: RuleBase) -> list[Facts]:
    """Return twenty cases whose facts settle the grade, drawn evenly over the years."""
    found = []
    for case in load_cases():
        facts = facts_of(case, rulebase)
        askable = {m for m in facts.answers if rulebase.measures[m].question is not None}
        settled = assess(facts, rulebase).overall
        if case.official_grade and settled.at_least and len(askable) == len(facts.answers) > 1:
            found.append(facts)
    step = max(len(found) // CASES, 1)
    return found[::step][:CASES]


def questions_needed(full: Facts, rulebase: RuleBase, order: Order, draw: int) -> int | None:
    """Return how many questions it took; None when the questions ended before the final grade."""
    target = _grade(full, rulebase)
    hidden = sorted(full.answers, key=lambda m: hashlib.sha256(f"{draw} {m}".encode()).digest())
    revealed: set[str] = set()
    answers: dict[str, object] = {}
    skipped: list[str] = []
    for asked in range(MOST):
        now = full.model_copy(update={"answers": dict(answers)})
        if _grade(now, rulebase) == target:
            return asked
        if hidden:
            revealed.add(hidden.pop())
        waiting = [m for m in order(now) if m not in answers]
        fresh = [m for m in waiting if m not in skipped]
        again = [m for m in skipped if m in waiting]
        if not fresh and not again:
            return None
        measure = fresh[0] if fresh else again[0]
        if measure in revealed:
            answers[measure] = full.answers[measure]
        elif measure in hidden:
            skipped = [*(m for m in skipped if m != measure), measure]
        else:
            answers[measure] = "unknown"
    return None


def _grade(facts: Facts, rulebase: RuleBase) -> tuple[str | None, str | None]:
    overall = assess(facts, rulebase).overall
    return overall.at_least, overall.at_most


def main() -> None:
    rulebase = load_rulebase()

    def guided(facts: Facts) -> list[str]:
        return [q.measure for q in next_questions(facts, rulebase)]

    def to_the_grade(facts: Facts) -> list[str]:
        return [q.measure for q in guidance(facts, rulebase).to_grade]

    def by_file(facts: Facts) -> list[str]:
        offered = {q.measure for q in still_open(facts, rulebase)}
        return [m for m in rulebase.measures if m in offered]

    orders = {"guided": guided, "guided to the grade": to_the_grade, "file order": by_file}
    totals: dict[str, list[int]] = {name: [] for name in orders}
    early = 0
    for facts in chosen(rulebase):
        line = []
        for name, order in orders.items():
            counts = [questions_needed(facts, rulebase, order, draw) for draw in range(DRAWS)]
            early += sum(c is None for c in counts)
            totals[name] += [c for c in counts if c is not None]
            line.append(f"{name}: {'/'.join(str(c) for c in counts)}")
        print(f"{facts.on} {','.join(facts.incident_types):32} {'; '.join(line)}", flush=True)
    for name, counts in totals.items():
        print(
            f"{name:24} median {statistics.median(counts):.0f}, mean {statistics.mean(counts):.1f}"
        )
    print(f"stopped before the final grade: {early}")


if __name__ == "__main__":
    main()
