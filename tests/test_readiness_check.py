"""The self-check: gaps by the rules, subjects, profile, comparison, clocks, year plan."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from canmou.engine import RuleBase
from canmou.readiness.checking import check, compare
from canmou.readiness.clocks import clocks
from canmou.readiness.profile import profile, schemes
from canmou.readiness.questionnaire import ABOVE, questionnaire
from canmou.readiness.registers import registers
from canmou.readiness.year_plan import Decided, by_month, clock_tasks, gap_tasks
from canmou.readiness.year_plan_registers import expiry_tasks, register_tasks

AT = datetime(2026, 11, 22, 9, 0)
FORM = questionnaire()
QUESTIONS = tuple(m for m in FORM.measures if m not in {"plan_dated", "last_drill_on"})
STATES = ("done", "partly", "not_done", "unknown")


def everything(state: str) -> dict[str, str]:
    """Return the same answer to every question."""
    return dict.fromkeys(QUESTIONS, state)


def test_every_question_is_known_and_asked_once(rulebase: RuleBase) -> None:
    """The sections name measures of the vocabulary, each in one place."""
    asked = [m for section in FORM.sections.values() for m in section.measures]
    assert len(asked) == len(set(asked))
    assert set(asked) <= set(rulebase.measures)


def test_every_question_has_a_gap_with_source_party_and_subject(rulebase: RuleBase) -> None:
    """Nothing in place: a duty for each question, cited, for somebody of the community or above."""
    answers = {**everything("not_done"), "ready_plan": "partly"}
    gaps = check(answers, rulebase, FORM, at=AT).certain
    assert set(QUESTIONS) <= {gap.duty.action for gap in gaps}
    for gap in gaps:
        assert gap.duty.cites, gap.duty.rule
        assert all(cite.title.zh and cite.says for cite in gap.duty.cites), gap.duty.rule
        assert any(c.article for c in gap.duty.cites) or gap.duty.basis != "law", gap.duty.rule
        assert gap.duty.by, gap.duty.rule
        assert gap.subjects, gap.duty.by
        assert gap.section is not None


def test_each_of_the_six_subjects_has_a_list_of_its_own(rulebase: RuleBase) -> None:
    """Party, committee, station, units, organisations, residents; and what is asked above."""
    gaps = check(everything("not_done"), rulebase, FORM, at=AT).certain
    lists = {key: [g for g in gaps if key in g.subjects] for key in FORM.subjects}
    assert 6 == len([key for key in lists if key != ABOVE])
    assert all(lists.values()), {k: len(v) for k, v in lists.items()}


def test_all_in_place_leaves_no_gap(rulebase: RuleBase) -> None:
    dates = {"plan_dated": "2026-01-05T00:00", "last_drill_on": "2026-06-10T00:00"}
    assert () == check({**everything("done"), **dates}, rulebase, FORM, at=AT).gaps


def test_open_answers_give_possible_gaps_only(rulebase: RuleBase) -> None:
    """Half open is fine: what nobody answered may be a gap, and says for which answer it waits."""
    found = check({}, rulebase, FORM, at=AT)
    assert () == found.certain
    assert all(gap.duty.waits_for for gap in found.open)


def test_an_answer_that_rules_no_longer_know_is_named(rulebase: RuleBase) -> None:
    found = check({"ready_bygone": "done", "ready_plan": "perhaps"}, rulebase, FORM, at=AT)
    assert 2 == len(found.unreadable)


def test_comparison_with_the_last_time(rulebase: RuleBase) -> None:
    """New, closed, still there; what is only unanswered now is not closed."""
    before = check(
        {"ready_plan": "done", "ready_helpers": "not_done", "ready_contacts": "not_done",
         "ready_fire_manager": "not_done"},
        rulebase, FORM, at=AT,
    )  # fmt: skip
    now = check(
        {"ready_plan": "not_done", "ready_helpers": "done", "ready_contacts": "partly"},
        rulebase, FORM, at=AT,
    )  # fmt: skip
    found = compare(now, before)
    assert ["ready_plan"] == [g.duty.action for g in found.new]
    assert ["ready_helpers"] == [g.duty.action for g in found.closed]
    assert ["ready_contacts"] == [g.duty.action for g in found.still]


@pytest.mark.parametrize("name", list(schemes()))
def test_profile_names_every_question_once_and_weighs_equally(
    name: str, rulebase: RuleBase
) -> None:
    """No published weights were read: the file says equal, and every question has one place."""
    scheme = schemes()[name]
    named = [m for d in scheme.dimensions.values() for m in d.measures]
    assert len(named) == len(set(named))
    assert {m for m in QUESTIONS if m.startswith("ready_")} == set(named)
    assert "equal" == scheme.weights
    assert 1 == pytest.approx(sum(scheme.shares().values()))
    full = profile(name, scheme, everything("done"), rulebase)
    none = profile(name, scheme, everything("not_done"), rulebase)
    nothing = profile(name, scheme, {}, rulebase)
    assert (1, 1) == (pytest.approx(full.low), pytest.approx(full.high))
    assert (0, 0) == (none.low, none.high)
    assert (0, 1) == (nothing.low, pytest.approx(nothing.high))


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_profile_range_holds_for_every_completion(rulebase: RuleBase, data: st.DataObject) -> None:
    """Whatever open answers turn out to be, each score lies within its range."""
    answers = {m: data.draw(st.sampled_from(STATES)) for m in QUESTIONS}
    settled = {
        m: data.draw(st.sampled_from(("done", "not_done"))) if v in {"unknown", "partly"} else v
        for m, v in answers.items()
    }
    scheme = schemes()["orencio"]
    wide = profile("orencio", scheme, answers, rulebase)
    exact = profile("orencio", scheme, settled, rulebase)
    for one, other in zip(wide.dimensions, exact.dimensions, strict=True):
        assert one.low - 1e-9 <= other.low <= other.high <= one.high + 1e-9
    assert wide.low - 1e-9 <= exact.low <= wide.high + 1e-9


def test_what_is_not_here_does_not_count(rulebase: RuleBase) -> None:
    """A community without a school is not marked down for its drills."""
    scheme = schemes()["ccram"]
    answers = everything("done")
    here = profile("ccram", scheme, {**answers, "ready_school_drills": "not_done"}, rulebase)
    away = profile("ccram", scheme, {**answers, "ready_school_drills": "not_applicable"}, rulebase)
    assert here.low < 1
    assert 1 == pytest.approx(away.low)


def test_clocks_of_plan_and_drill(rulebase: RuleBase) -> None:
    """Two years by order 708 and in Hebei; where the text sets no period, no day is given."""
    answers = {"plan_dated": "2024-02-29T00:00", "last_drill_on": "2026-06-10T00:00"}
    found = {c.name: c for c in clocks(answers, {"province": "山东省"}, rulebase)}
    assert {"plan_review", "street_drill", "community_drill"} == set(found)
    assert date(2028, 6, 10) == found["street_drill"].due
    for name, article in (("plan_review", "28.2"), ("community_drill", "42.2")):
        assert found[name].due is None
        assert not found[name].rule.binding
        assert ("erl2024", article) == (found[name].cite.source, found[name].cite.article)
        assert "条文没有写多久一次" in found[name].rule.says.zh
    assert "street_drill" == clocks(answers, {}, rulebase)[0].name
    hebei = {c.name: c for c in clocks(answers, {"province": "河北省"}, rulebase)}
    assert date(2027, 5, 31) == hebei["hebei_flood_drill"].due
    assert date(2026, 2, 28) == hebei["plan_revision_hebei"].due
    assert {"hebei_flood_drill", "plan_revision_hebei", "street_drill"} == set(hebei)
    chongqing = {c.name: c for c in clocks(answers, {"province": "重庆市"}, rulebase)}
    assert {"chongqing_drill", "plan_revision_chongqing", "street_drill"} == set(chongqing)
    assert date(2027, 12, 31) == chongqing["chongqing_drill"].due
    assert () == clocks({"plan_dated": "unknown"}, {}, rulebase)


def test_what_has_no_period_is_planned_without_a_month(rulebase: RuleBase) -> None:
    """From the year after the last time, as advice; never overdue, and not in years gone by."""
    today = date(2026, 11, 22)
    known = clocks({"last_drill_on": "2026-06-10T00:00"}, {}, rulebase)

    def planned(year: int) -> dict[str, tuple[int | None, bool, str]]:
        tasks = clock_tasks(known, rulebase, {}, year, today)
        return {t.key: (t.month, t.overdue, t.modality) for t in tasks}

    assert {} == planned(2026)
    assert {} == planned(2025)
    assert {"clock:community_drill:2027": (None, False, "should")} == planned(2027)
    assert {6} == {
        t.month
        for t in clock_tasks(
            known, rulebase, {"clock:community_drill:2027": Decided(month=6)}, 2027, today
        )
    }


def test_year_plan_by_month_and_party(rulebase: RuleBase) -> None:
    """Musts stand in this month, the rest waits for a month; what was decided is kept."""
    today = date(2026, 11, 22)
    answers = {"ready_fire_manager": "not_done", "ready_contacts": "not_done",
               "last_drill_on": "2023-03-01T00:00"}  # fmt: skip
    gaps = check(answers, rulebase, FORM, at=AT).gaps
    key = next(f"gap:{g.duty.key}" for g in gaps if g.duty.action == "ready_contacts")
    decided = {key: Decided(month=12, done_at=AT, done_by="zhao", note="都打通了")}
    tasks = gap_tasks(gaps, decided, 2026, today)
    tasks += clock_tasks(clocks(answers, {}, rulebase), rulebase, decided, 2026, today)
    tasks += register_tasks({("people", "unchecked"): 3}, registers(), rulebase, {}, 2026, today)
    months = {month.number: month for month in by_month(tasks)}
    assert {11, 12, None} == set(months)
    assert all(task.cites and task.parties for task in tasks)
    overdue = next(task for task in tasks if task.key.startswith("clock:street_drill"))
    assert overdue.overdue
    assert 11 == overdue.month
    done = next(task for task in tasks if task.key == key)
    assert "都打通了" == done.decided.note
    assert ["居（村）委会"] == [
        p.zh for p, ts in months[11].by_party if "gap" in {t.kind for t in ts}
    ]


def test_goods_stand_in_the_month_in_which_they_expire(rulebase: RuleBase) -> None:
    """By name, with the party and the text that asks for the stock; one entry is no entries."""
    tasks = expiry_tasks({"supplies": {12: ("饼干", "药品")}}, registers(), rulebase, {}, 2026)
    assert ["register:supplies:expires:2026-12"] == [t.key for t in tasks]
    assert "应急物资：本月到期，要更换（饼干、药品）" == tasks[0].text.zh
    assert 12 == tasks[0].month
    assert tasks[0].parties
    assert tasks[0].cites[0].says
    today = date(2026, 11, 22)
    one = register_tasks({("people", "unchecked"): 1}, registers(), rulebase, {}, 2026, today)
    assert one[0].text.en.endswith(": 1 entry was not checked since the last self-check")
    assert "从上次自查算" in (one[0].cites[0].says or one[0].text).zh


def test_an_incident_never_asks_what_the_self_check_asks(rulebase: RuleBase) -> None:
    """The rules of readiness add no question and no duty to an incident."""
    from canmou.engine import assess
    from canmou.engine.facts import Facts

    made = assess(
        Facts(incident_types=("rainstorm_flood",), status="occurred", on=AT.date(), at=AT), rulebase
    )
    mine = {*FORM.measures, "self_check", "risk_review", "risk_place", "risk_consequence"}
    assert not mine & {q.measure for q in made.open}
    assert not [d.rule for d in made.duties if d.action in mine or d.action.startswith("risk_")]
