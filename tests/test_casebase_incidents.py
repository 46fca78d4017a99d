"""Incidents: what is said, settled, corrected, called, ordered, reported, handed over, closed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from canmou.casebase import (
    Assessed,
    Caller,
    Element,
    FactsChange,
    IncidentState,
    NotPossible,
    OpenIncident,
    Place,
    ReportSaved,
    Store,
    answer,
    call_answered,
    call_in,
    call_out,
    change_facts,
    close,
    closed_incidents,
    connect,
    correct,
    events,
    export_package,
    hand_over,
    link,
    load_incident,
    merge,
    note,
    open_incident,
    open_incidents,
    order_passed,
    order_received,
    order_reported_back,
    receipt_report,
    record_assessment,
    reopen,
    save_report,
    send_report,
    settle,
    sign_report,
    take_over,
    tick,
    transfer,
    transfer_accepted,
    untick,
    withdraw,
)
from canmou.engine.facts import Facts
from canmou.engine.records import Text

AT = datetime(2026, 11, 22, 3, 14)
DUTY = Text(zh="通知燃气公司", en="Call the gas company")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with connect(tmp_path / "canmou.db") as one:
        yield one


@pytest.fixture
def gas(store: Store) -> IncidentState:
    first = OpenIncident(
        incident_types=("gas_leak",), one_line="3栋有燃气味", status="occurred", learned_at=AT,
        place=Place(province="山东省", county="某县", detail="3栋2单元"),
        caller=Caller(name="王某", number="139"),
    )  # fmt: skip
    return open_incident(store, first, author="li", at=AT, office="xingfu")


def values(state: IncidentState, measure: str) -> list[object]:
    return [one.value for one in state.answers[measure].standing]


def test_two_sources_stand_beside_each_other_until_somebody_settles_them(
    store: Store, gas: IncidentState
) -> None:
    answer(store, gas.id, "deaths", ">= 2", author="li", at=AT, source="caller")
    state = answer(store, gas.id, "deaths", 3, author="li", at=AT, source="hospital")
    assert values(state, "deaths") == [">= 2", 3]
    assert state.answers["deaths"].differ
    hospital = state.answers["deaths"].standing[1].number
    state = settle(store, gas.id, "deaths", statement=hospital, author="zhao", at=AT)
    assert values(state, "deaths") == [3]
    assert state.answers["deaths"].standing[0].state == "verified"
    assert state.answers["deaths"].standing[0].source == "hospital"
    assert [one.ended for one in state.answers["deaths"].statements[:2]] == ["settled", "settled"]
    assert state.corrections[0].before == (">= 2", 3)
    state = answer(store, gas.id, "deaths", 4, author="li", at=AT, source="caller")
    assert values(state, "deaths") == [3, 4]


def test_the_same_source_saying_more_replaces_only_its_own_statement(
    store: Store, gas: IncidentState
) -> None:
    answer(store, gas.id, "trapped", 2, author="li", at=AT, source="caller")
    answer(store, gas.id, "trapped", 5, author="li", at=AT, source="scene")
    state = answer(store, gas.id, "trapped", 3, author="li", at=AT, source="caller")
    assert values(state, "trapped") == [5, 3]
    assert state.answers["trapped"].statements[0].ended == "updated"


def test_statements_without_a_source_never_replace_each_other(
    store: Store, gas: IncidentState
) -> None:
    answer(store, gas.id, "trapped", 2, author="li", at=AT)
    state = answer(store, gas.id, "trapped", 3, author="zhao", at=AT)
    assert values(state, "trapped") == [2, 3]


def test_a_correction_keeps_what_was_said_before_and_why(store: Store, gas: IncidentState) -> None:
    state = answer(store, gas.id, "deaths", 30, author="li", at=AT, source="caller")
    number = state.answers["deaths"].standing[0].number
    state = correct(store, gas.id, "deaths", number, 3, "听错了", author="li", at=AT)
    assert values(state, "deaths") == [3]
    assert (
        state.corrections[0].reason, state.corrections[0].before, state.corrections[0].after,
    ) == ("听错了", (30,), 3)  # fmt: skip
    with pytest.raises(NotPossible, match="已被更正或撤回"):
        correct(store, gas.id, "deaths", number, 4, "再改", author="li", at=AT)


def test_a_statement_taken_back_no_longer_counts(store: Store, gas: IncidentState) -> None:
    state = answer(store, gas.id, "deaths", 1, author="li", at=AT, source="rumour")
    number = state.answers["deaths"].standing[0].number
    state = withdraw(store, gas.id, "deaths", number, "来源不可靠", author="li", at=AT)
    assert values(state, "deaths") == []
    assert "deaths" not in state.assess_input(AT)["answers"]


def test_settling_needs_either_a_statement_or_a_value(store: Store, gas: IncidentState) -> None:
    state = answer(store, gas.id, "deaths", 1, author="li", at=AT)
    number = state.answers["deaths"].standing[0].number
    for wrong in ({}, {"statement": number, "value": 2}):
        with pytest.raises(NotPossible, match="请选定"):
            settle(store, gas.id, "deaths", author="li", at=AT, **wrong)  # type: ignore[arg-type]
    state = settle(store, gas.id, "deaths", value=0, author="li", at=AT, reason="医院核实")
    assert values(state, "deaths") == [0]


def test_the_state_is_an_input_that_the_engine_takes(store: Store, gas: IncidentState) -> None:
    answer(store, gas.id, "deaths", ">= 2", author="li", at=AT, source="caller")
    state = answer(store, gas.id, "deaths", 3, author="li", at=AT, source="hospital")
    facts = Facts.model_validate(state.assess_input(AT))
    assert facts.incident_types == ("gas_leak",)
    assert date(2026, 11, 22) == facts.on
    assert facts.moment == AT
    assert facts.place == {"province": "山东省", "county": "某县"}
    assert [one["value"] for one in facts.answers["deaths"]] == [">= 2", 3]


def test_what_is_known_about_the_incident_as_a_whole_can_change(
    store: Store, gas: IncidentState
) -> None:
    earlier = AT - timedelta(days=1)
    change = FactsChange(incident_types=("gas_leak", "fire"), occurred_at=earlier, reason="起火了")
    state = change_facts(store, gas.id, change, author="li", at=AT)
    assert state.incident_types == ("gas_leak", "fire")
    assert earlier.date() == state.on
    assert (state.one_line, state.status) == ("3栋有燃气味", "occurred")
    state = change_facts(store, gas.id, FactsChange(occurred_at=None), author="li", at=AT)
    assert AT.date() == state.on
    with pytest.raises(NotPossible, match="没有要更正"):
        change_facts(store, gas.id, FactsChange(reason="无"), author="li", at=AT)
    for empty in (FactsChange(incident_types=()), FactsChange(one_line=""),
                  FactsChange(learned_at=None)):  # fmt: skip
        with pytest.raises(NotPossible, match="不能改为空"):
            change_facts(store, gas.id, empty, author="li", at=AT)


def test_times_with_a_zone_become_beijing_time(store: Store) -> None:
    seen = datetime(2026, 11, 21, 19, 0, tzinfo=UTC)
    first = OpenIncident(incident_types=("fire",), one_line="着火", learned_at=seen)
    state = open_incident(store, first, author="li", at=seen)
    assert datetime(2026, 11, 22, 3, 0) == state.learned_at == state.opened_at
    assert state.id.startswith("20261122-001")
    assert state == load_incident(store, state.id)


def test_a_duty_is_ticked_once_and_the_second_is_told_who_did_it(
    store: Store, gas: IncidentState
) -> None:
    state = tick(store, gas.id, "call|gas_company", DUTY, author="li", at=AT)
    assert (state.ticks["call|gas_company"].by, state.ticks["call|gas_company"].at) == ("li", AT)
    with pytest.raises(NotPossible, match="li 已在 03:14"):
        tick(store, gas.id, "call|gas_company", DUTY, author="zhao", at=AT)
    state = untick(store, gas.id, "call|gas_company", "打错了电话", author="li", at=AT)
    assert state.ticks == {}
    with pytest.raises(NotPossible, match="没有勾选"):
        untick(store, gas.id, "call|gas_company", "再撤", author="li", at=AT)


def test_a_call_out_shows_whether_it_was_answered(store: Store, gas: IncidentState) -> None:
    label = Text(zh="燃气公司", en="Gas company")
    state = call_out(store, gas.id, "gas_company", label, number="96777", author="li", at=AT)
    call = state.calls[-1]
    assert (call.outcome, call.telephone) == (None, "96777")
    later = AT + timedelta(minutes=2)
    state = call_answered(store, gas.id, call.number, "no_answer", author="li", at=later)
    assert ("no_answer", later) == (state.calls[-1].outcome, state.calls[-1].outcome_at)
    with pytest.raises(NotPossible, match="呼出"):
        call_answered(store, gas.id, 99, "answered", author="li", at=AT)


def test_further_calls_about_the_incident_are_kept(store: Store, gas: IncidentState) -> None:
    state = call_in(store, gas.id, "5栋也有味", caller=Caller(number="138"), author="li", at=AT)
    assert [one.one_line for one in state.further_calls] == ["5栋也有味"]


def test_an_order_is_passed_on_and_reported_back_before_the_incident_is_closed(
    store: Store, gas: IncidentState
) -> None:
    state = order_received(store, gas.id, "县应急局", "疏散3栋", author="li", at=AT, means="电话")
    order = state.orders[-1].number
    state = order_passed(store, gas.id, order, "物业", author="li", at=AT, outcome="acknowledged")
    assert [one.to for one in state.orders[0].passed] == ["物业"]
    with pytest.raises(NotPossible, match="1 件上级指令没有回报"):
        close(store, gas.id, "已处置", author="li", at=AT)
    state = order_reported_back(store, gas.id, order, "县应急局", "已疏散42人", author="li", at=AT)
    assert state.orders[0].finished
    assert close(store, gas.id, "已处置", author="li", at=AT).closed
    with pytest.raises(NotPossible, match="没有这件"):
        reopened = reopen(store, gas.id, "复查", author="li", at=AT)
        order_passed(store, reopened.id, 99, "物业", author="li", at=AT)


def report(number: int | None = None, title: str = "关于燃气泄漏的初报") -> ReportSaved:
    return ReportSaved(
        report=number, report_kind="initial", title=title, addressees=("县委值班室",),
        elements=(
            Element(name=Text(zh="时间", en="Time"), text="3时14分"),
            Element(name=Text(zh="死亡", en="Deaths"), text=None),
            Element(name=Text(zh="报告人", en="Reported by"), text="李四 137", is_personal=True),
        ),
        body="某县幸福小区……",
    )  # fmt: skip


def test_a_written_report_is_signed_before_it_is_sent_and_then_receipted(
    store: Store, gas: IncidentState
) -> None:
    state = save_report(store, gas.id, report(), author="li", at=AT)
    number = state.reports[0].number
    assert (
        state.reports[0].state, state.reports[0].version, state.reports[0].elements[2].text,
    ) == ("draft", 1, "李四 137")  # fmt: skip
    with pytest.raises(NotPossible, match="签发"):
        send_report(store, gas.id, number, "县委值班室", "传真", author="li", at=AT)
    save_report(store, gas.id, report(number, "第二稿"), author="li", at=AT)
    with pytest.raises(NotPossible, match="第 2 稿"):
        sign_report(store, gas.id, number, 1, author="leader", at=AT)
    state = sign_report(store, gas.id, number, 2, author="leader", at=AT)
    assert (
        state.reports[0].state, state.reports[0].signer, state.reports[0].title,
    ) == ("signed", "leader", "第二稿")  # fmt: skip
    with pytest.raises(NotPossible, match="leader 已经签发"):
        sign_report(store, gas.id, number, 2, author="other", at=AT)
    state = send_report(store, gas.id, number, "县委值班室", "传真", author="li", at=AT)
    assert state.reports[0].state == "sent"
    with pytest.raises(NotPossible, match="续报"):
        save_report(store, gas.id, report(number, "第三稿"), author="li", at=AT)
    state = receipt_report(store, gas.id, number, "县委值班室", author="li", at=AT, receiver="陈")
    assert (state.reports[0].state, state.reports[0].sendings[0].receiver) == ("receipted", "陈")
    with pytest.raises(NotPossible, match="县委值班室"):
        receipt_report(store, gas.id, number, "县委值班室", author="li", at=AT)


def test_a_signature_falls_when_the_report_is_changed(store: Store, gas: IncidentState) -> None:
    number = save_report(store, gas.id, report(), author="li", at=AT).reports[0].number
    sign_report(store, gas.id, number, 1, author="leader", at=AT)
    state = save_report(store, gas.id, report(number), author="li", at=AT)
    assert (state.reports[0].state, state.reports[0].signer) == ("draft", None)


def test_a_telephone_report_may_go_out_before_the_leader_is_there(
    store: Store, gas: IncidentState
) -> None:
    spoken = report().model_copy(update={"report_kind": "telephone"})
    number = save_report(store, gas.id, spoken, author="li", at=AT).reports[0].number
    state = send_report(store, gas.id, number, "县应急局", "电话", author="li", at=AT)
    assert state.reports[0].state == "sent"


def test_the_holder_changes_when_somebody_takes_over(store: Store, gas: IncidentState) -> None:
    state = hand_over(store, gas.id, "zhao", "等燃气公司回话", author="li", at=AT)
    assert (state.holder, state.handovers[0].taken_by) == ("li", None)
    state = take_over(store, gas.id, author="zhao", at=AT)
    assert (state.holder, state.handovers[0].taken_by) == ("zhao", "zhao")
    with pytest.raises(NotPossible, match="已由您负责"):
        take_over(store, gas.id, author="zhao", at=AT)


def other_call(store: Store) -> IncidentState:
    first = OpenIncident(incident_types=("gas_leak",), one_line="又一个电话", learned_at=AT)
    return open_incident(store, first, author="zhao", at=AT)


def test_two_calls_about_one_incident_are_joined(store: Store, gas: IncidentState) -> None:
    second = other_call(store)
    state = merge(store, second.id, gas.id, author="li", at=AT)
    assert (second.id,) == state.joined
    assert [gas.id] == [one.id for one in open_incidents(store)]
    with pytest.raises(NotPossible, match=f"归并到 {gas.id}"):
        tick(store, second.id, "k", DUTY, author="li", at=AT)
    with pytest.raises(NotPossible, match="自己"):
        merge(store, gas.id, gas.id, author="li", at=AT)
    third = other_call(store)
    with pytest.raises(NotPossible, match="已处置结束或已归并"):
        merge(store, third.id, second.id, author="li", at=AT)
    assert not load_incident(store, third.id).closed


def test_linked_incidents_know_of_each_other(store: Store, gas: IncidentState) -> None:
    second = other_call(store)
    state = link(store, gas.id, second.id, "同一管线", author="li", at=AT)
    assert second.id == state.linked[0].other
    assert gas.id == load_incident(store, second.id).linked[0].other
    for wrong, said in ((second.id, "已与"), (gas.id, "自己")):
        with pytest.raises(NotPossible, match=said):
            link(store, gas.id, wrong, "同一管线", author="li", at=AT)


def test_a_transfer_waits_until_it_is_accepted(store: Store, gas: IncidentState) -> None:
    state = transfer(store, gas.id, "公安派出所", "治安案件", author="li", at=AT)
    assert state.transfers[0].accepted_at is None
    assert not state.closed
    number = state.transfers[0].number
    state = transfer_accepted(store, gas.id, number, "张警官", author="li", at=AT)
    assert state.transfers[0].accepted_by == "张警官"
    with pytest.raises(NotPossible, match="没有这次移送"):
        transfer_accepted(store, gas.id, 99, "某人", author="li", at=AT)


def test_after_closing_only_what_follows_up_is_written(store: Store, gas: IncidentState) -> None:
    state = close(store, gas.id, "漏点已修复", author="li", at=AT)
    assert (state.outcome, state.closed_by, state.closed) == ("漏点已修复", "li", True)
    with pytest.raises(NotPossible, match="重新打开"):
        answer(store, gas.id, "deaths", 1, author="li", at=AT)
    note(store, gas.id, "住户来电致谢", author="li", at=AT)
    assert [gas.id] == [one.id for one in closed_incidents(store, offices=("xingfu",))]
    assert closed_incidents(store, offices=("other",)) == ()
    assert closed_incidents(store, limit=10, offset=1) == ()
    assert not reopen(store, gas.id, "又有味", author="li", at=AT).closed
    with pytest.raises(NotPossible, match="还在处置"):
        reopen(store, gas.id, "又有味", author="li", at=AT)
    assert (gas.id,) == tuple(one.id for one in open_incidents(store, offices=("xingfu", "x")))


def test_assessments_and_the_whole_file_are_kept_for_the_archive(
    store: Store, gas: IncidentState
) -> None:
    made = Assessed(release="abc", state="open", at_most="I", duties=("k1", "k2"))
    state = record_assessment(store, gas.id, made, author="li", at=AT)
    assert made == state.assessments[0].summary
    package = export_package(store, gas.id)
    assert [one["kind"] for one in package["events"]] == ["opened", "assessed"]
    assert package["chain"]["problems"] == []
    assert package["state"]["incident_types"][0] == "gas_leak"
    assert next(iter(events(store, gas.id, since=1))).kind == "assessed"


def test_numbers_of_a_day_go_up_and_ids_differ(store: Store) -> None:
    ids = [other_call(store).id for _ in range(3)]
    assert [one[:12] for one in ids] == ["20261122-001", "20261122-002", "20261122-003"]


def test_the_end_of_handling_is_the_moment_it_was_written_down(
    store: Store, gas: IncidentState
) -> None:
    """Time limits that run from the end start there; taking the end back takes them back."""
    later = AT + timedelta(hours=5)
    ended = FactsChange(status="ended")
    state = change_facts(store, gas.id, ended, author="li", at=later)
    (given,) = state.assess_input(later)["answers"]["ended_at"]
    assert datetime.fromisoformat(given["value"]).replace(tzinfo=None) == later
    back = change_facts(store, gas.id, FactsChange(status="occurred"), author="li", at=later)
    assert "ended_at" not in back.assess_input(later)["answers"]
