"""What happens in an exercise: it starts, news come in, somebody is called, it is judged."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from functools import cache

from flask import abort

from canmou import casebase
from canmou.casebase import Caller, Element, IncidentState, OpenIncident, Place, ReportSaved
from canmou.casebase.fact_events import FactsChange
from canmou.drill import kept
from canmou.drill.elements import element_kinds
from canmou.drill.expected import expected
from canmou.drill.from_case import scenario_of
from canmou.drill.kept import Drill, Exercise, Result
from canmou.drill.loading import ScenarioError, load_scenarios, problems_of
from canmou.drill.menu import MenuItem, menu, tempting_acts
from canmou.drill.parting import first_parting
from canmou.drill.records import CallMade, Inject, Judgement, Performance, Scenario
from canmou.drill.scoring import score
from canmou.drill.situation import facts_of
from canmou.drill.timeline import answers, due_injects, minute_of, to_next
from canmou.engine import assess
from canmou.engine.explanation.phrases import range_text
from canmou.engine.records import Text
from canmou.webui.accounts import may, me
from canmou.webui.languages import told
from canmou.webui.services import assessed, rulebase, services, store
from canmou.webui.timewords import now

AREA_PARTS = ("province", "city", "county", "township", "community")


@cache
def ready_scenarios() -> tuple[Scenario, ...]:
    """Return the drills that ship; they never change while the application runs."""
    return load_scenarios()


def own_scenarios() -> tuple[tuple[Scenario, ...], tuple[str, ...]]:
    """Return the drills that this office has written itself, and what is wrong with others.

    They are YAML files in the folder ``drills`` of the instance, in the form of those that ship.
    """
    folder = services().settings.instance / "drills"
    try:
        found = load_scenarios(folder) if folder.is_dir() else ()
    except ScenarioError as error:
        return (), error.problems
    wrong = {one.id: problems_of(one, rulebase()) for one in found}
    told_wrong = tuple(f"{name}.yaml: {p}" for name, problems in wrong.items() for p in problems)
    return tuple(one for one in found if not wrong[one.id]), told_wrong


def scenario_named(name: str) -> Scenario | None:
    """Return a ready drill, one of this office, or one made of a past case (``case-…``)."""
    own, _ = own_scenarios()
    found = next((one for one in (*ready_scenarios(), *own) if one.id == name), None)
    if found is not None:
        return found
    case = next((c for c in services().cases if f"case-{c.id}" == name), None)
    if case is None:
        return None
    made = scenario_of(case, rulebase())
    result = assess(facts_of(made, made.injects, now()), rulebase())
    return made.model_copy(update={"temptations": tempting_acts(result, rulebase())})


def menu_of(scenario: Scenario) -> tuple[MenuItem, ...]:
    """Return the acts to choose from, the same for everybody in the drill."""
    result = assess(facts_of(scenario, scenario.injects, now()), rulebase())
    wanted = expected(result, rulebase(), scenario, range_text(result.overall))
    return menu(result, rulebase(), scenario, wanted)


def exercise_of(number: int) -> tuple[Exercise, Drill]:
    """Return an exercise that the user may see, or 404: the own one, or any for a trainer."""
    found = kept.exercise(store(), number)
    if found.trainee != me().name and not may("run_drill"):
        abort(404)
    return found, kept.drill(store(), found.drill)


def minute_now(exercise: Exercise, moment: datetime | None = None) -> float:
    """Return the minute of the drill at a moment, now by default."""
    if exercise.started_at is None:
        return 0.0
    return minute_of(moment or now(), exercise.started_at, exercise.skips)


# -- the course -----------------------------------------------------------------------------------


def start(exercise: Exercise, drill: Drill) -> Exercise:
    """Open the incident of the drill store with the first call, and start the clock."""
    scenario, at = drill.scenario, now()
    user = casebase.get_user(store(), me().id) or me()
    office = casebase.find_office(store(), user.office) if user.office else None
    area = office.area if office else {}
    types = tuple(rulebase().type_id(t) or t for t in scenario.incident_types)
    first = OpenIncident(
        incident_types=types,
        nature=scenario.nature,
        one_line=told(scenario.opening),
        status=scenario.status,
        learned_at=at,
        occurred_at=datetime.combine(scenario.on, time()) if scenario.on else None,
        place=Place(
            **{part: area[part] for part in AREA_PARTS if area.get(part)},
            detail=told(scenario.place),
        ),
        caller=Caller(name=told(scenario.caller)),
    )
    with store().writing():
        state = casebase.open_incident(
            store(), first, author=exercise.trainee, at=at, office=user.office
        )
        _answers(state.id, scenario.answers, told(scenario.caller), drill.trainer, at)
        return kept.begin(store(), exercise.id, state.id, at=at)


def deliver(exercise: Exercise, drill: Drill) -> Exercise:
    """Let everything come in that is due by now; what came in before stays as it is."""
    if not exercise.running or exercise.incident is None:
        return exercise
    incident, at, minute = exercise.incident, now(), minute_now(exercise)
    for number in due_injects(drill.injects, minute):
        if number not in exercise.delivered:
            with store().writing():  # somebody else's page may have delivered it meanwhile
                exercise = kept.exercise(store(), exercise.id)
                if not exercise.running or number in exercise.delivered:
                    continue
                _log(incident, drill.injects[number], drill.trainer, at)
                exercise = kept.add_step(store(), exercise.id, "inject", str(number), at=at)
    return exercise


def _log(incident: str, inject: Inject, author: str, at: datetime) -> None:
    who, says = told(inject.who), told(inject.says)
    if inject.kind == "order":
        due = at + timedelta(minutes=inject.due_minutes) if inject.due_minutes else None
        casebase.order_received(store(), incident, who, says, due=due, author=author, at=at)
        return
    casebase.call_in(store(), incident, says, caller=Caller(name=who), author=author, at=at)
    _answers(incident, inject.answers, who, author, at)


def _answers(incident: str, given: dict[str, object], who: str, author: str, at: datetime) -> None:
    """Write down what was said; a later figure takes the place of a former one."""
    for name, value in given.items():
        if name == "status":
            change = FactsChange(status=str(value))
            casebase.change_facts(store(), incident, change, author=author, at=at)
            continue
        known = rulebase().measure_id(name) or name
        state = casebase.load_incident(store(), incident)
        standing = state.answers[known].standing if known in state.answers else ()
        if standing:
            casebase.correct(
                store(), incident, known, standing[-1].number, value, who, source=who,
                author=author, at=at,
            )  # fmt: skip
        else:
            casebase.answer(store(), incident, known, value, source=who, author=author, at=at)


def call(exercise: Exercise, drill: Drill, party: str) -> bool:
    """Call somebody; return whether the call was answered."""
    if not exercise.running or exercise.incident is None:
        raise casebase.NotPossible("这次演练没有在进行。", "This exercise is not running.")
    at = now()
    picked_up = answers(drill.scenario, party, minute_now(exercise, at))
    with store().writing():
        state = casebase.call_out(
            store(), exercise.incident, party, party_label(party, drill.scenario),
            author=exercise.trainee, at=at,
        )  # fmt: skip
        outcome = "answered" if picked_up else "no_answer"
        casebase.call_answered(
            store(), exercise.incident, state.calls[-1].number, outcome,  # type: ignore[arg-type]
            author=exercise.trainee, at=at,
        )  # fmt: skip
    return picked_up


def party_label(party: str, scenario: Scenario) -> Text:
    """Return what a party or contact is called."""
    contact = next((c for c in scenario.contacts if c.id == party), None)
    if contact is not None:
        return contact.label
    known = rulebase().parties.get(party)
    return known.label if known is not None else Text(zh=party, en=party)


def callable_parties(drill: Drill) -> tuple[tuple[str, str], ...]:
    """Return whom one can call: contacts first, then all who have an office or a telephone."""
    found = [(c.id, told(c.label)) for c in drill.scenario.contacts]
    levels = {"unit", "community", "township", "county"}
    others = sorted(
        (told(party.label), name)
        for name, party in rulebase().parties.items()
        if (party.level in levels or party.number) and not party.role
    )
    above = [(n, told(party_label(n, drill.scenario))) for n in ("city_government",)]
    return (*found, *((name, label) for label, name in others), *above)


def report(exercise: Exercise, drill: Drill, to: str, told_elements: dict[str, str]) -> bool:
    """Report by telephone; return whether the call was answered, else nothing is reported."""
    if not call(exercise, drill, to) or exercise.incident is None:
        return False
    label = party_label(to, drill.scenario)
    saved = ReportSaved(
        report_kind="telephone",
        title=told(Text(zh="演练电话报告", en="Telephone report of a drill")),
        addressees=(told(label),),
        elements=tuple(
            Element(name=kind.label, text=told_elements.get(kind.id) or None)
            for kind in element_kinds()
            if told_elements.get(kind.id)
        ),
    )
    at = now()
    with store().writing():
        state = casebase.save_report(
            store(), exercise.incident, saved, author=exercise.trainee, at=at
        )
        casebase.send_report(
            store(), exercise.incident, state.reports[-1].number, told(label),
            told(Text(zh="电话", en="telephone")), author=exercise.trainee, at=at,
        )  # fmt: skip
    return True


def advance(exercise: Exercise, drill: Drill) -> Exercise:
    """Move the clock of a 桌面推演 to the next inject."""
    at = now()
    further = to_next(drill.injects, minute_now(exercise, at))
    if drill.mode != "tabletop" or further is None:
        return exercise
    return kept.add_step(store(), exercise.id, "skip", "", at=at, minutes=further)


# -- the end --------------------------------------------------------------------------------------


def state_of(exercise: Exercise) -> IncidentState:
    """Return the incident of an exercise."""
    return casebase.load_incident(store(), exercise.incident or "")


def performance_of(exercise: Exercise, state: IncidentState, judgement: Judgement) -> Performance:
    """Return what a trainee did, in minutes of the drill, from the log and the steps."""
    kinds = {kind.label: kind.id for kind in element_kinds()}
    sent = [r for r in state.reports if r.sendings]
    first = min((s.at for r in sent for s in r.sendings), default=None)
    return Performance(
        calls=tuple(
            CallMade(
                party=c.party,
                minute=round(minute_now(exercise, c.at), 2),
                answered=c.outcome == "answered",
            )
            for c in state.calls
        ),
        acts=tuple(
            (s.what, round(minute_now(exercise, s.at), 2))
            for s in exercise.steps
            if s.kind == "act"
        ),
        report_minute=minute_now(exercise, first) if first is not None else None,
        elements=frozenset(
            kinds[e.name] for r in sent for e in r.elements if e.text and e.name in kinds
        ),
        judgement=judgement,
    )


def judge(exercise: Exercise, drill: Drill, judgement: Judgement) -> Exercise:
    """End an exercise with the judgement of the trainee, and score it."""
    state = state_of(exercise)
    made = assessed(state).assessment
    scenario = drill.scenario
    wanted = expected(made, rulebase(), scenario, range_text(made.overall))
    done = performance_of(exercise, state, judgement)
    scored = score(done, wanted, scenario)
    result = Result(
        performance=done,
        expected=wanted,
        score=scored,
        parting=first_parting(made, wanted, done, scored),
        release=made.release,
    )
    return kept.finish(store(), exercise.id, "judged", at=now(), result=result)
