"""The trail of evidence: what fired, on which values, and what was known."""

from __future__ import annotations

from canmou.engine.answers import statements_of
from canmou.engine.assembling.citations import citations
from canmou.engine.assembling.duties import duty_key
from canmou.engine.assembling.questions import asked_names
from canmou.engine.assessment import Answered, Condition, Fact, Firing
from canmou.engine.inference.program import Closing, Step
from canmou.engine.inference.run import Run
from canmou.engine.records import Text
from canmou.engine.rulebase import conditions as language
from canmou.engine.rulebase.records import Duty, FactConclusion, LeadConclusion, Rule
from canmou.engine.rulebase.rulebase import RuleBase
from canmou.engine.valuesets import Certainty
from canmou.engine.wording import LEVEL_NAMES, condition_text, value_text

STATES = ("impossible", "open", "certain")


class _Trees:
    """Condition trees of one run; the text of each value is made once."""

    def __init__(self, env: language.Env, rulebase: RuleBase) -> None:
        self.env, self.rulebase = env, rulebase
        self.values: dict[str, Text] = {}

    def tree(self, condition: language.Condition) -> Condition:
        """Return a condition as data, each part with its state and the value it was tried on."""
        state = STATES[condition.evaluate(self.env)]
        text = condition_text(condition, self.rulebase)
        if isinstance(condition, language.Both | language.Either):
            parts = tuple(self.tree(p) for p in condition.parts)
            kind = "all" if isinstance(condition, language.Both) else "any"
            return Condition(text=text, state=state, parts=parts, kind=kind)
        if isinstance(condition, language.Negation | language.Could):
            kind = "not" if isinstance(condition, language.Negation) else "could"
            return Condition(text=text, state=state, parts=(self.tree(condition.part),), kind=kind)
        if isinstance(condition, language.Always):
            return Condition(text=text, state=state)
        return Condition(text=text, state=state, name=condition.name, value=self._value(condition))

    def _value(self, atom: language.Atom) -> Text:
        name = atom.name  # type: ignore[union-attr]
        if name not in self.values:
            self.values[name] = value_text(name, self.env[name], self.rulebase)
        return self.values[name]


def firings(done: Run, rulebase: RuleBase) -> tuple[Firing, ...]:
    """Return what fired, in the order of inference; defeated rules stay, marked so."""
    found = []
    env = done.trace.env
    trees = _Trees(env, rulebase)
    for number, (step, state) in enumerate(done.trace.firings, start=1):
        if step.kind == "applies":
            continue
        status = {
            Certainty.CERTAIN: "certain",
            Certainty.OPEN: "open",
            Certainty.IMPOSSIBLE: "defeated",
        }[state]
        title, cites, verified, file, line = _origin(step, done)
        waits = language.waits_for(step.condition, env)
        waits |= {n for n in step.reads if n.startswith("outcome(") and not env[n].is_exact}
        found.append(
            Firing(
                number=number,
                rule=step.owner,
                step=step.id,
                title=title,
                kind={"rule": "rule", "choose": "rule"}.get(step.kind, "level"),
                status=status,
                conclusions=_conclusions(step, done),
                condition=trees.tree(step.condition),
                inputs=tuple(sorted(language.names_read(step.condition))),
                waits_for=tuple(sorted(asked_names(waits, done, rulebase)))
                if state is Certainty.OPEN
                else (),
                defeated_by=tuple(
                    done.program.steps[e].owner
                    for e in step.exceptions
                    if done.trace.states.get(e, Certainty.IMPOSSIBLE) is not Certainty.IMPOSSIBLE
                ),
                file=file,
                line=line,
                verified=verified,
                cites=citations(cites, rulebase, verified),
            )
        )
    return tuple(found)


def _origin(step: Step, done: Run):  # type: ignore[no-untyped-def]
    """Return title, cites, verification, file and line of what a step stands for."""
    if step.kind == "rule":
        rule = done.program.rules[step.owner]
        return rule.title, rule.cites, rule.verified, rule.file, rule.line
    if step.kind == "choose":
        choose = done.program.chooses[step.owner]
        body = choose.choose
        return body.title, body.cites, "text", choose.file, choose.line
    standard = done.program.standards[step.owner]
    table = done.program.thresholds[step.owner]
    level = step.id.rsplit(":", 1)[-1]
    name = LEVEL_NAMES[level]
    title = Text(zh=f"{standard.title.zh}：{name.zh}", en=f"{standard.title.en}: {name.en}")
    verified = table.level_verified.get(level, table.verified)  # type: ignore[call-overload]
    return title, standard.cites, verified, standard.file, standard.line


def conclusion_keys(rule: Rule) -> tuple[str, ...]:
    """Return the keys of what a rule concludes: ``fact:…``, ``duty:…``, ``lead:…``, ``note:…``."""
    keys: list[str] = []
    for number, conclusion in enumerate(rule.then):
        if isinstance(conclusion, Duty):
            keys.extend(f"duty:{duty_key(conclusion, party)}" for party in conclusion.by)
        elif isinstance(conclusion, FactConclusion):
            keys.append(f"fact:{conclusion.conclude}")
        elif isinstance(conclusion, LeadConclusion):
            for part in ("authority", "department", "commander"):
                party = getattr(conclusion.lead, part)
                if party:
                    keys.append(f"lead:{part}:{party}")
        else:
            keys.append(f"note:{rule.id}:{number}")
    return tuple(keys)


def _conclusions(step: Step, done: Run) -> tuple[str, ...]:
    if step.kind == "rule":
        return conclusion_keys(done.program.rules[step.owner])
    if step.kind == "choose":
        return (f"group:{step.owner}",)
    return (f"grade:{step.owner}:{step.id.rsplit(':', 1)[-1]}",)


def derived_facts(done: Run, rulebase: RuleBase) -> tuple[Fact, ...]:
    """Return the derived names with what is known of them, in the order of inference."""
    found = []
    for item in done.program.order:
        if isinstance(item, Closing) and item.kind == "fact":
            known = done.trace.env[item.name]
            state = "open" if not known.is_exact else (
                "certain" if True in known.values else "impossible"  # type: ignore[union-attr]
            )  # fmt: skip
            found.append(
                Fact(name=item.name, label=rulebase.measures[item.name].label, state=state)
            )
    return tuple(found)


def _labelled(name: str, done: Run, rulebase: RuleBase) -> Text:
    label = rulebase.measures[name].label
    value = value_text(name, done.trace.env[name], rulebase)
    return Text(zh=f"{label.zh}：{value.zh}", en=f"{label.en}: {value.en}")


def answered(done: Run, rulebase: RuleBase) -> tuple[Answered, ...]:
    """Return every measure that was answered or narrowed, with the statements about it."""
    found = []
    for name, known in sorted(done.trace.env.items()):
        measure = rulebase.measures.get(name)
        if measure is None or measure.derived:
            continue
        raw = done.facts.answers.get(name)
        if name not in done.facts.answers and not measure.sum_of:
            continue
        found.append(
            Answered(
                measure=name,
                label=measure.label,
                value=value_text(name, known, rulebase),
                statements=tuple(s.model_dump(mode="json") for s in statements_of(raw))
                if name in done.facts.answers
                else (),
                derived_from=measure.sum_of,
                parts=tuple(_labelled(p, done, rulebase) for p in measure.sum_of),
            )
        )
    return tuple(found)
