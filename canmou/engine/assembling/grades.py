"""Grades as ranges, with the sentence that explains them."""

from __future__ import annotations

from datetime import date
from typing import cast

from canmou.engine.assembling.citations import article_text, citations
from canmou.engine.assessment import Grade, GradeState, Overall
from canmou.engine.inference.grading import initial_counts, level_name
from canmou.engine.inference.run import Run
from canmou.engine.records import LEVELS, Level, Text
from canmou.engine.rulebase.conditions import (
    GRADE,
    INCIDENT_TYPE,
    STAGE,
    Always,
    Either,
    Negation,
    TypeIs,
    waits_for,
)
from canmou.engine.rulebase.records import Standard
from canmou.engine.rulebase.rulebase import RuleBase
from canmou.engine.rulebase.vocabulary import Verified
from canmou.engine.valuesets import Certainty, Interval
from canmou.engine.wording import BELOW, LEVEL_NAMES, NOT_JUDGED, condition_text, deciding


def state_of(known: Interval) -> GradeState:
    """Return the state of a grade from the ranks that are possible."""
    if known.low >= 1:
        return "graded"
    if known.high < 0:
        return "not_graded"
    if known.high < 1:
        return "below_lowest"
    return "open"


def grades(done: Run, rulebase: RuleBase) -> tuple[Grade, ...]:
    """Return the grade by every standard that takes part, as far as the types allow."""
    found = []
    kept = done.made.grades
    for identifier, standard in done.program.standards.items():
        name = f"{GRADE}({identifier})"
        if name not in kept:
            kept[name] = _grade(identifier, standard, done, rulebase)
        grade: Grade | None = kept[name]
        if grade is not None:
            found.append(grade)
    return tuple(found)


def _grade(identifier: str, standard: Standard, done: Run, rulebase: RuleBase) -> Grade | None:
    known = cast(Interval, done.trace.env[f"{GRADE}({identifier})"])
    applies = done.trace.states.get(f"applies:{identifier}", Certainty.IMPOSSIBLE)
    if applies is Certainty.IMPOSSIBLE or known.high < 0:
        return None
    table = done.program.thresholds[identifier]
    because, article = _because(done, rulebase, identifier, known)
    cites = citations(standard.cites, rulebase, _verified(table, known))
    if article is not None and cites and cites[0].article is None:
        cites = (cites[0].model_copy(update={"article": article}), *cites[1:])
    if identifier in done.program.provisional:
        cites += citations(table.cites, rulebase, table.verified)
    return Grade(
        standard=identifier,
        title=standard.title,
        kind=standard.kind,
        use=standard.use,
        state=state_of(known),
        at_least=cast("Level | None", level_name(known.low)),
        at_most=cast("Level | None", level_name(known.high)),
        applies="certain" if applies is Certainty.CERTAIN else "possible",
        provisional=identifier in done.program.provisional,
        verified=_verified(table, known),
        cites=cites,
        because=because,
        waits_for=_waits(done, identifier),
        reads=_reads(done, identifier),
    )


def _verified(table: Standard, known: Interval) -> Verified:
    level = level_name(max(known.low, 1))
    return table.level_verified.get(cast(Level, level), table.verified)


def _waits(done: Run, identifier: str) -> tuple[str, ...]:
    names: set[str] = set()
    for level in LEVELS:
        step = done.program.steps.get(f"level:{identifier}:{level}")
        if step is not None:
            names |= waits_for(step.condition, done.trace.env)
    return tuple(sorted(names))


def _reads(done: Run, identifier: str) -> tuple[str, ...]:
    names: set[str] = set()
    for level in LEVELS:
        step = done.program.steps.get(f"level:{identifier}:{level}")
        if step is not None:
            names |= set(step.reads)
    return tuple(sorted(names - {INCIDENT_TYPE, STAGE}))


def _because(
    done: Run, rulebase: RuleBase, identifier: str, known: Interval
) -> tuple[Text, str | None]:
    """Return the sentence that explains the lower end of a grade."""
    level = level_name(known.low)
    if level is None:
        if state_of(known) == "below_lowest":
            return Text(
                zh="按目前所知，没有达到任何一级的标准",
                en="as far as known, no level's condition is met",
            ), None
        return Text(
            zh="按目前所知，还不能判断是否达到标准",
            en="as far as known, it cannot be told whether any level is reached",
        ), None
    step = done.program.steps[f"level:{identifier}:{level}"]
    reasons = [
        condition_text(a, rulebase)
        for a in deciding(step.condition, done.trace.env)
        if not isinstance(a, TypeIs | Always | Either | Negation)
    ]
    name = LEVEL_NAMES[cast(Level, level)]
    if not reasons:
        return Text(
            zh=f"凡属此类事件，至少为{name.zh}",
            en=f"any incident of this kind is at least {name.en}",
        ), None
    return Text(
        zh="、".join(dict.fromkeys(r.zh for r in reasons)) + f"，达到{name.zh}",
        en=" and ".join(dict.fromkeys(r.en for r in reasons)) + f": reaches {name.en}",
    ), None


def overall(done: Run, rulebase: RuleBase, found: tuple[Grade, ...]) -> Overall:
    """Return the overall grade: the highest of the standards that grade."""
    known = cast(Interval, done.trace.env[GRADE])
    state = state_of(known)
    counting = [
        g for g in found if g.use == "grade" or initial_counts(done.program, done.trace, g.standard)
    ]
    at_least, at_most = level_name(known.low), level_name(known.high)
    deciding_ones = [g for g in counting if g.at_least == at_least and at_least is not None]
    initial = bool(deciding_ones) and all(g.use == "initial" for g in deciding_ones)
    return Overall(
        state=state,
        at_least=cast("Level | None", at_least),
        at_most=cast("Level | None", at_most),
        initial=initial,
        standards=tuple(g.standard for g in counting),
        because=_overall_because(done, rulebase, state, deciding_ones, initial),
    )


def _overall_because(
    done: Run, rulebase: RuleBase, state: GradeState, deciding_ones: list[Grade], initial: bool
) -> Text:
    if state == "not_graded":
        if _all_ungraded(done, rulebase):
            return Text(
                zh="这类事件法律不分级（突发事件应对法第三条）",
                en="the law does not grade incidents of this kind (Emergency Response Law, art. 3)",
            )
        return Text(zh="没有适用的分级标准，不分级", en="no grading standard applies; not graded")
    if deciding_ones:
        first = deciding_ones[0]
        place = article_text(first.cites[0].article if first.cites else None)
        zh = f"{first.because.zh}（{first.title.zh}{place.zh}）"
        en = f"{first.because.en} ({first.title.en}{', ' + place.en if place.en else ''})"
        if initial:
            return Text(zh=f"初判：{zh}", en=f"initial judgement: {en}")
        return Text(zh=zh, en=en)
    if state == "below_lowest":
        return Text(zh=f"按目前所知，{BELOW.zh}", en=f"as far as known, {BELOW.en}")
    return NOT_JUDGED


def _all_ungraded(done: Run, rulebase: RuleBase) -> bool:
    return not any(
        rulebase.is_graded(leaf) for component in done.key.components for leaf in component
    )


def not_in_force(standard: Standard, rulebase: RuleBase, on: date) -> Text:
    """Return why a standard gives no grade on a day."""
    source = rulebase.sources[standard.cites[0].source]
    period = standard.in_force or source.in_force
    begin, end = period.from_, period.to
    return Text(
        zh=f"{standard.title.zh}在 {on} 不适用（施行 {begin or '不详'} 起"
        + (f"，{end} 起停止" if end else "") + "），不给出等级",
        en=f"{standard.title.en} does not hold on {on} (from {begin or 'unknown'}"
        + (f", until before {end}" if end else "") + "); no grade is given",
    )  # fmt: skip
