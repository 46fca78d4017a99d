"""Random tables of levels and groups of duties, and brute force over every complete incident."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from random import Random

from canmou.engine import RuleBase
from canmou.engine.records import Text
from canmou.engine.rulebase.condition_parser import parse
from canmou.engine.rulebase.records import Relation, Rule, Standard
from canmou.engine.rulebase.vocabulary import Action, IncidentType, InForce, Measure, Party, Source

WORDS = Text(zh="字", en="word")
DAY = date(2026, 11, 1)
HIGHEST = 3
DIRECTIONS = {"m0": "higher", "m1": "lower", "b0": "higher"}
LEVELS = ("I", "II", "III", "IV")
World = dict[str, int | bool]


def worlds(related: bool) -> Iterator[World]:
    """Yield every complete incident: two figures from 0 to 3 and a switch."""
    figures = range(HIGHEST + 1)
    for m0, m1, b0 in itertools.product(figures, figures, (False, True)):
        if not related or m0 <= m1:
            yield {"m0": m0, "m1": m1, "b0": b0}


def condition(random: Random, depth: int = 2) -> str:
    """Return a random condition over the figures and the switch."""
    if depth == 0 or random.random() < 0.3:
        if random.random() < 0.2:
            return "b0"
        operator = random.choice([">=", ">", "<=", "<"])
        return f"{random.choice(['m0', 'm1'])} {operator} {random.randint(0, HIGHEST)}"
    if random.random() < 0.1:
        return f"not ({condition(random, depth - 1)})"
    joint = random.choice(["and", "or"])
    return f"({condition(random, depth - 1)}) {joint} ({condition(random, depth - 1)})"


@cache
def holds(text: str) -> Callable[[World], bool]:
    """Return a condition as a function of Python's own."""
    code = compile(text, "condition", "eval")
    return lambda world: bool(eval(code, {"__builtins__": {}}, dict(world)))  # noqa: S307


class RandomRules:
    """One random table and one random group of duties, as text and as a rule base."""

    def __init__(self, seed: int) -> None:
        random = Random(seed)  # noqa: S311
        self.related = random.random() < 0.4
        self.levels = {level: condition(random) for level in LEVELS[: random.randint(2, 4)]}
        self.rules: dict[str, dict[str, object]] = {}
        for number in range(3):
            excepts = [f"r{n}" for n in range(number) if random.random() < 0.15]
            self.rules[f"r{number}"] = {
                "when": condition(random),
                "modality": "must_not" if random.random() < 0.3 else "must",
                "excepts": excepts,
            }
        self.worlds = list(worlds(self.related))

    def rank(self, world: World) -> int:
        """Return the rank of the highest level whose condition holds, 0 for none."""
        return max(
            (4 - LEVELS.index(v) for v, text in self.levels.items() if holds(text)(world)),
            default=0,
        )

    def effective(self, rule: str, world: World) -> bool:
        """Return whether a rule holds and no exception to it does."""
        if not holds(str(self.rules[rule]["when"]))(world):
            return False
        return not any(
            self.effective(other, world)
            for other, body in self.rules.items() if rule in _names(body["excepts"])
        )  # fmt: skip

    def rulebase(self) -> RuleBase:
        """Return the rule base of the table and the duties."""
        figure = {"label": WORDS, "question": WORDS, "type": "whole_number"}
        measures = {
            name: Measure.model_validate({**figure, "worse": worse, "range": f"[0, {HIGHEST}]"}
                if name != "b0" else {**figure, "worse": worse, "type": "yes_no"})
            for name, worse in DIRECTIONS.items()
        }  # fmt: skip
        common = {"title": WORDS, "verified": "text", "cites": {"source": "law", "article": "1"}}
        duty = {"duty": WORDS, "action": "a", "by": "p"}
        rules = {
            name: Rule.model_validate({
                **common, "id": name, "basis": "law", "when": body["when"],
                "excepts": body["excepts"], "then": {**duty, "modality": body["modality"]},
            })
            for name, body in self.rules.items()
        }  # fmt: skip
        standard = Standard.model_validate({
            **common, "standard": "s", "kind": "severity", "use": "grade", "levels": self.levels,
        })  # fmt: skip
        relation = (Relation(relation="m0 <= m1", title=WORDS),) if self.related else ()
        base = RuleBase(
            measures=measures,
            incident_types={"thing": IncidentType(label=WORDS)},
            parties={"p": Party(label=WORDS, level="community")},
            actions={"a": Action(label=WORDS, kind="call")},
            sources={"law": Source(
                title=WORDS, kind="law", in_force=InForce.model_validate({"from": None}))},
            relations=relation, rules=rules, standards={"s": standard}, release="random",
        )  # fmt: skip
        found = {f"rule:{i}": parse(r.when, base) for i, r in rules.items()}
        found["applies:s"] = parse("always", base)
        for level, text in self.levels.items():
            found[f"level:s:{level}"] = parse(text, base)
        base.conditions = found
        return base


def _names(value: object) -> list[str]:
    assert isinstance(value, list)
    return value


def no_better(worse: World, than: World) -> bool:
    """Whether an incident is at least as bad as another in every answer."""
    return worse["m0"] >= than["m0"] and worse["m1"] <= than["m1"] and worse["b0"] >= than["b0"]
