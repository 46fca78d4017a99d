"""Sentences about the assessment itself."""

from __future__ import annotations

from canmou.engine.assembling.citations import citations
from canmou.engine.assembling.grades import _all_ungraded, not_in_force
from canmou.engine.assessment import Note
from canmou.engine.inference.program import Step
from canmou.engine.inference.run import Run
from canmou.engine.records import Text
from canmou.engine.rulebase.records import NoteConclusion
from canmou.engine.rulebase.rulebase import RuleBase
from canmou.engine.valuesets import Certainty


def notes(done: Run, rulebase: RuleBase) -> tuple[Note, ...]:
    """Return contradictions first, then what limits the result, then what rules note."""
    found = [
        Note(kind="contradiction", text=c.text, measures=c.measures) for c in done.contradictions
    ]
    if _all_ungraded(done, rulebase):
        found.append(
            Note(
                kind="not_graded",
                text=Text(
                    zh="这类事件法律不分级，不给出等级；任务和报告时限照常",
                    en="the law does not grade incidents of this kind; duties and report "
                    "clocks hold all the same",
                ),
            )
        )
    if not done.key.place and done.program.memory.of("local", None, lambda: _any_local(rulebase)):
        found.append(
            Note(
                kind="place",
                text=Text(
                    zh="没有填写地点，只用了全国性的规则，没有用地方规定",
                    en="no place was given: only national rules were used, no local ones",
                ),
            )
        )
    found.extend(_standards(done, rulebase))
    for step in done.program.memory.of("noting", None, lambda: _noting(done)):
        if done.trace.states.get(step.id) is Certainty.CERTAIN:
            rule = done.program.rules[step.owner]
            found.extend(
                Note(kind="rule", text=c.note, cites=citations(rule.cites, rulebase, rule.verified))
                for c in rule.then
                if isinstance(c, NoteConclusion)
            )
    return tuple(found)


def _noting(done: Run) -> tuple[Step, ...]:
    """Return the steps of rules that note something, in the order of inference."""
    return tuple(
        step
        for step in done.program.order
        if isinstance(step, Step)
        and step.kind == "rule"
        and any(isinstance(c, NoteConclusion) for c in done.program.rules[step.owner].then)
    )


def _any_local(rulebase: RuleBase) -> bool:
    return any(r.area for r in rulebase.rules.values())


def _standards(done: Run, rulebase: RuleBase) -> list[Note]:
    found = []
    for identifier in sorted(done.program.provisional):
        standard = done.program.standards[identifier]
        table = done.program.thresholds[identifier]
        applies = done.trace.states.get(f"applies:{identifier}", Certainty.IMPOSSIBLE)
        if standard.use not in {"grade", "initial"} or applies is Certainty.IMPOSSIBLE:
            continue
        found.append(
            Note(
                kind="provisional",
                text=Text(
                    zh=f"{standard.title.zh}现行有效，但具体数字没有读到，暂按{table.title.zh}判断，结果是临时的",
                    en=f"{standard.title.en} is in force but its figures could not be read: "
                    f"judged by {table.title.en} for the time being; the result is provisional",
                ),
                cites=citations(standard.cites, rulebase, standard.verified),
            )
        )
    grading = [
        i for i, s in done.program.standards.items()
        if s.use == "grade" and done.trace.states.get(f"applies:{i}", Certainty.IMPOSSIBLE) > 0
    ]  # fmt: skip
    if not grading:
        for identifier in done.program.missing_standards:
            standard = rulebase.standards[identifier]
            if standard.use == "grade":
                found.append(
                    Note(
                        kind="no_standard",
                        text=not_in_force(standard, rulebase, done.facts.on),
                    )
                )
    return found
