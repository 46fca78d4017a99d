"""Random layered rule programs, and a two-valued oracle that knows nothing of value sets."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import date

from hypothesis import strategies as st

from canmou.engine import Facts, RuleBase
from canmou.engine.records import Text
from canmou.engine.rulebase.condition_parser import parse
from canmou.engine.rulebase.records import Rule, Standard
from canmou.engine.rulebase.vocabulary import (
    Action,
    Cite,
    IncidentType,
    InForce,
    Measure,
    Party,
    Source,
)

FIGURES = ("m0", "m1", "m2")
SWITCHES = ("b0", "b1")
LAYERS = 3
NAMES_PER_LAYER = 2
HIGHEST = 2
WORDS = Text(zh="字", en="word")
DAY = date(2026, 11, 1)


def derived(layer: int, number: int) -> str:
    return f"d{layer}_{number}"


def conditions(names: list[str]) -> st.SearchStrategy[str]:
    """Conditions over figures, switches and the derived names of lower layers."""
    atom = st.one_of(
        st.builds(
            lambda m, o, v: f"{m} {o} {v}",
            st.sampled_from(FIGURES),
            st.sampled_from([">=", ">", "<=", "<"]),
            st.integers(0, HIGHEST),
        ),
        st.sampled_from([*SWITCHES, *names]),
    )
    return st.recursive(
        atom,
        lambda inner: st.one_of(
            inner.map(lambda c: f"not ({c})"),
            st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(
                lambda t: f"({t[0]}) {t[1]} ({t[2]})"
            ),
        ),
        max_leaves=4,
    )


@st.composite
def programs(draw: st.DrawFn) -> dict[str, dict[str, object]]:
    """Rules by id: when, conclude, excepts. An exception lies in a lower layer or names no more."""
    rules: dict[str, dict[str, object]] = {}
    below: list[str] = []
    for layer in range(LAYERS):
        earlier = list(rules)
        for number in range(NAMES_PER_LAYER):
            for copy in range(draw(st.integers(1, 2))):
                rule = f"r{layer}-{number}-{copy}"
                rules[rule] = {
                    "when": draw(conditions(below)),
                    "conclude": derived(layer, number),
                    "excepts": [],
                }
        for rule in earlier:
            targets = [r for r in rules if r not in earlier]
            if draw(st.booleans()) and targets:
                chosen = draw(st.sampled_from(targets))
                excepts = rules[rule]["excepts"]
                assert isinstance(excepts, list)
                if chosen not in excepts:
                    excepts.append(chosen)
        below = below + [derived(layer, n) for n in range(NAMES_PER_LAYER)]
    return rules


def build(
    rules: dict[str, dict[str, object]],
    levels: dict[str, str] | None = None,
    duties: list[str] | None = None,
) -> RuleBase:
    """Return a rule base of random rules, one standard if ``levels`` are given, and duties."""
    figure = {"label": WORDS, "question": WORDS, "type": "whole_number", "worse": "higher"}
    measures = {m: Measure.model_validate({**figure, "range": f"[0, {HIGHEST}]"}) for m in FIGURES}
    for switch in SWITCHES:
        measures[switch] = Measure.model_validate({**figure, "type": "yes_no"})
    for layer, number in itertools.product(range(LAYERS), range(NAMES_PER_LAYER)):
        measures[derived(layer, number)] = Measure(label=WORDS, type="yes_no", derived=True)
    cite = (Cite(source="law"),)
    records = {
        i: Rule.model_validate(
            {
                "id": i, "title": WORDS, "basis": "law", "verified": "text", "cites": cite,
                "when": r["when"], "then": [{"conclude": r["conclude"]}], "excepts": r["excepts"],
            }
        )
        for i, r in rules.items()
    }  # fmt: skip
    for number, when in enumerate(duties or []):
        duty = {"duty": WORDS, "action": f"a{number}", "by": "p", "modality": "must"}
        records[f"duty-{number}"] = Rule.model_validate(
            {
                "id": f"duty-{number}", "title": WORDS, "basis": "law", "verified": "text",
                "cites": cite, "when": when, "then": [duty],
            }
        )  # fmt: skip
    standards = {}
    if levels:
        standards["s"] = Standard.model_validate(
            {
                "standard": "s", "kind": "severity", "use": "grade", "title": WORDS,
                "cites": cite, "verified": "text", "levels": levels,
            }
        )  # fmt: skip
    base = RuleBase(
        measures=measures,
        incident_types={"thing": IncidentType(label=WORDS)},
        parties={"p": Party(label=WORDS, level="community")},
        actions={
            f"a{number}": Action(label=WORDS, kind="call")
            for number in range(len(duties or ()) or 1)
        },
        sources={
            "law": Source(title=WORDS, kind="law", in_force=InForce.model_validate({"from": None}))
        },
        rules=records,
        standards=standards,
        release="random",
    )
    found = {f"rule:{i}": parse(r.when, base) for i, r in records.items()}
    for name, standard in standards.items():
        found[f"applies:{name}"] = parse("always", base)
        for level, text in standard.levels.items():
            found[f"level:{name}:{level}"] = parse(text, base)
    base.conditions = found
    return base


partial_answers = st.fixed_dictionaries(
    {},
    optional={
        **{
            m: st.one_of(
                st.integers(0, HIGHEST),
                st.integers(0, HIGHEST).map(lambda v: f">= {v}"),
                st.integers(0, HIGHEST).map(lambda v: f"<= {v}"),
            )
            for m in FIGURES
        },
        **{s: st.booleans() for s in SWITCHES},
    },
)


def facts(answers: dict[str, object]) -> Facts:
    return Facts(incident_types=("thing",), on=DAY, answers=answers)


def completions(answers: dict[str, object]) -> Iterator[dict[str, int | bool]]:
    """Every complete set of answers that the partial one leaves possible."""
    domains: list[list[int | bool]] = []
    for m in FIGURES:
        given = answers.get(m)
        values: list[int | bool] = list(range(HIGHEST + 1))
        if isinstance(given, int):
            values = [given]
        elif isinstance(given, str):
            bound = int(given[3:])
            values = [v for v in values if (v >= bound if given[0] == ">" else v <= bound)]
        domains.append(values)
    for s in SWITCHES:
        given = answers.get(s)
        domains.append([given] if isinstance(given, bool) else [False, True])
    for values in itertools.product(*domains):
        yield dict(zip((*FIGURES, *SWITCHES), values, strict=True))


def oracle(rules: dict[str, dict[str, object]], answers: dict[str, int | bool]) -> dict[str, bool]:
    """Which derived names hold for complete answers: plain two-valued logic, layer by layer."""
    truth: dict[str, bool] = {}
    world: dict[str, int | bool] = dict(answers)
    for layer in range(LAYERS):
        for number in range(NAMES_PER_LAYER):
            world[derived(layer, number)] = False
        for rule, body in rules.items():
            if not rule.startswith(f"r{layer}-"):
                continue
            defeated = any(
                truth[other] for other, b in rules.items() if rule in _list(b["excepts"])
            )
            truth[rule] = bool(_value(str(body["when"]), world)) and not defeated
        for rule, holds in truth.items():
            if rule.startswith(f"r{layer}-") and holds:
                world[str(rules[rule]["conclude"])] = True
    return {n: bool(v) for n, v in world.items() if n.startswith("d")}


def _list(value: object) -> list[str]:
    assert isinstance(value, list)
    return value


def _value(text: str, world: dict[str, int | bool]) -> bool:
    """Evaluate a condition with Python's own logic, by recursive descent over its brackets."""
    tokens = text.replace("(", " ( ").replace(")", " ) ").split()
    position = 0

    def expression() -> bool:
        nonlocal position
        value = term()
        while position < len(tokens) and tokens[position] in {"and", "or"}:
            operator = tokens[position]
            position += 1
            other = term()
            value = (value and other) if operator == "and" else (value or other)
        return value

    def term() -> bool:
        nonlocal position
        token = tokens[position]
        position += 1
        if token == "not":
            return not term()
        if token == "(":
            value = expression()
            position += 1
            return value
        if position < len(tokens) and tokens[position] in {">=", ">", "<=", "<"}:
            operator, bound = tokens[position], int(tokens[position + 1])
            position += 2
            figure = world[token]
            return {
                ">=": figure >= bound, ">": figure > bound,
                "<=": figure <= bound, "<": figure < bound,
            }[operator]  # fmt: skip
        return bool(world[token])

    return expression()
