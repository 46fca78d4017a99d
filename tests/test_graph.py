"""The explanation graph: boxes and arrows are those of the proof; the drawing is clean and fits."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from datetime import date, datetime
from io import StringIO
from pathlib import Path
from xml.etree import ElementTree

import pytest
from rich.console import Console

from canmou.engine import Assessment, Facts, RuleBase, assess, load_rulebase
from canmou.engine.assessment import DutyLine
from canmou.engine.explanation import conclusion_keys
from canmou.engine.explanation import graph as drawing
from canmou.engine.explanation.graph import GraphError, draw, graph_data, svg
from canmou.engine.explanation.graph_labels import balanced, text_width, wrapped
from canmou.engine.explanation.replay import replay
from canmou.engine.explanation.report import print_assessment

BASE = Path(__file__).parent / "knowledge" / "base"
MORE = """
- id: nobody-enters
  title: {zh: 不得进入, en: Keep out}
  basis: law
  verified: text
  cites: {source: law_a, article: "3"}
  when: urgent
  then:
    duty: {zh: 不进入危险区, en: Do not enter}
    action: enter
    by: committee
    modality: must_not
    if_open: act
- id: calm-when-nobody-at-risk
  title: {zh: 没人受威胁的不转移, en: No moving when nobody is at risk}
  basis: law
  verified: text
  cites: {source: law_a, article: "4"}
  when: people_at_risk is false
  excepts: move-people
  then: {conclude: safe}
- standard: fires
  title: {zh: 火灾分级, en: Grading of fires}
  kind: severity
  use: grade
  verified: text
  cites: {source: law_a, article: "5"}
  applies: incident_type is fire
  levels: {II: deaths >= 10, III: deaths >= 3}
"""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> RuleBase:
    """A rule base of five rules and one standard."""
    folder = tmp_path_factory.mktemp("small") / "knowledge"
    shutil.copytree(BASE, folder)
    (folder / "more.yaml").write_text(MORE, encoding="utf-8")
    return load_rulebase(folder)


def fire(rulebase: RuleBase, **answers: object) -> Assessment:
    facts = Facts(
        incident_types=("fire",), status="occurred", on=date(2026, 11, 1), answers=dict(answers)
    )
    return assess(facts, rulebase)


def boxes(result: Assessment, conclusion: str) -> dict[str, tuple[str, str]]:
    data = graph_data(result, conclusion)
    return {node.key: (node.kind, node.status) for node in data.nodes}


def arrows(result: Assessment, conclusion: str) -> set[tuple[str, str, str]]:
    data = graph_data(result, conclusion)
    key = {node.id: node.key for node in data.nodes}
    return {(key[e.from_], key[e.to], e.kind) for e in data.edges}


DUTY = "duty:move_people|committee|"


def test_a_duty_runs_from_the_answers_through_rules_and_situations(small):
    """Every step of the proof is a box, every "because" an arrow."""
    result = fire(small, deaths=2, people_at_risk=True)
    assert {
        DUTY: ("conclusion", "certain"),
        "rule:move-people": ("rule", "certain"),
        "fact:urgent": ("derived", "certain"),
        "rule:urgent-when-dead": ("rule", "certain"),
        "answer:deaths": ("answer", "certain"),
        "given:incident_type": ("answer", "certain"),
    } == boxes(result, DUTY)
    assert {
        ("rule:move-people", DUTY, "supports"),
        ("fact:urgent", "rule:move-people", "supports"),
        ("given:incident_type", "rule:move-people", "supports"),
        ("rule:urgent-when-dead", "fact:urgent", "supports"),
        ("answer:deaths", "rule:urgent-when-dead", "supports"),
    } == arrows(result, DUTY)


def test_what_is_not_known_is_an_open_box_that_the_rule_waits_for(small):
    result = fire(small, people_at_risk=True)
    found = boxes(result, DUTY)
    assert ("open", "open") == found["answer:deaths"]
    assert ("rule", "open") == found["rule:urgent-when-dead"]
    assert ("answer:deaths", "rule:urgent-when-dead", "waits") in arrows(result, DUTY)


def test_an_exception_that_may_hold_points_at_the_rule_it_defeats(small):
    result = fire(small, deaths=2)
    assert ("rule:calm-when-nobody-at-risk", "rule:move-people", "defeats") in arrows(result, DUTY)


def test_a_grade_shows_the_level_that_holds_and_the_one_that_may(small):
    result = fire(small, deaths=">= 3")
    found = boxes(result, "grade")
    assert ("level", "certain") == found["level:fires:III"]
    assert ("level", "open") == found["level:fires:II"]
    assert ("grade:fires", "grade", "supports") in arrows(result, "grade")


def test_all_conclusions_are_grouped_by_party(small):
    result = fire(small, deaths=2, people_at_risk=True)
    groups = {group.label.zh: group.nodes for group in graph_data(result).groups}
    assert {"居委会", "分级"} == set(groups)
    assert 2 == len(groups["居委会"])


def test_all_duties_of_one_party_are_one_graph(small):
    found = boxes(fire(small, deaths=2, people_at_risk=True), "party:committee")
    assert {DUTY, "duty:enter|committee||not"} <= set(found)


def test_unknown_conclusion_is_refused(small):
    with pytest.raises(KeyError):
        graph_data(fire(small), "duty:nobody|knows|")
    with pytest.raises(KeyError):
        graph_data(fire(small), "party:county")


def test_replay_tells_the_steps_in_the_order_of_inference(small):
    steps = replay(fire(small, deaths=2, people_at_risk=True), DUTY)
    assert ["rule:urgent-when-dead", "rule:move-people"] == [step.node for step in steps]
    assert [s.firing for s in steps] == sorted(s.firing for s in steps)
    assert "死亡人数1人以上（2人）" in steps[0].sentence.zh
    assert "得出" in steps[1].sentence.zh


# -- on the rules that ship ------------------------------------------------------------------------

INCIDENTS = (
    Facts(incident_types=("gas_leak",), status="occurred", on=date(2026, 11, 1),
          learned_at=datetime(2026, 11, 1, 3, 0), at=datetime(2026, 11, 1, 3, 5)),
    Facts(incident_types=("hazardous_chemical",), status="occurred", on=date(2026, 11, 1),
          answers={"deaths": ">= 3", "trapped": 2, "direct_loss_cny": "unknown"}),
    Facts(incident_types=("geological_disaster",), status="imminent", on=date(2026, 7, 1)),
    Facts(incident_types=("mass_incident",), status="occurred", on=date(2026, 11, 1)),
)  # fmt: skip


@pytest.fixture(scope="module", params=range(len(INCIDENTS)))
def shipped(request: pytest.FixtureRequest, rulebase: RuleBase) -> Assessment:
    """Some incidents under the rules that ship, read back from their JSON."""
    result = assess(INCIDENTS[request.param], rulebase)
    return Assessment.model_validate_json(result.model_dump_json())


def test_every_conclusion_goes_back_to_answers_and_citations(shipped):
    """From each duty, grade and lead there is a way to what is known or asked, past a citation."""
    data = graph_data(shipped)
    nodes = {node.id: node for node in data.nodes}
    before: dict[str, list[str]] = {}
    for edge in data.edges:
        before.setdefault(edge.to, []).append(edge.from_)
    keys = [k for k in conclusion_keys(shipped) if not k.startswith("fact:")]
    for key in keys:
        if key == "grade" and not shipped.overall.standards:
            continue
        found, todo = set(), [node.id for node in data.nodes if node.key == key]
        while todo:
            here = todo.pop()
            found.add(here)
            todo += [n for n in before.get(here, []) if n not in found]
        behind = [nodes[n] for n in found]
        rules = [node for node in behind if node.kind in {"rule", "level"}]
        assert {node.kind for node in behind} & {"answer", "open"}, key
        assert rules, key
        assert all(node.cites and node.file and node.line for node in rules), key


def test_every_box_is_reached_by_an_arrow(shipped):
    data = graph_data(shipped)
    ends = {e.from_ for e in data.edges} | {e.to for e in data.edges}
    alone = [n.key for n in data.nodes if n.id not in ends]
    assert set(alone) <= {"grade"}


def test_all_labels_stand_in_both_languages(shipped):
    for node in graph_data(shipped).nodes:
        assert node.label.zh.strip()
        assert node.label.en.strip()
        said, _, _ = node.label.en.partition("\n")  # then the place, as the source numbers it
        assert not re.search(r"[\u4e00-\u9fff]", said), said


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_label_lies_inside_its_box(shipped, language):
    """The width of the text, measured by East Asian width, is less than that of its shape."""
    tree = ElementTree.fromstring(svg(shipped, None, language))  # noqa: S314 - our own drawing
    space = "{http://www.w3.org/2000/svg}"
    seen = 0
    for group in tree.iter(f"{space}g"):
        if not group.get("class", "").startswith("node"):
            continue
        shape = next(e for e in group.iter() if e.tag in {f"{space}polygon", f"{space}path"})
        numbers = re.findall(r"-?\d+(?:\.\d+)?", shape.get("points") or shape.get("d") or "")
        across = [float(n) for n in numbers[0::2]]
        down = [float(n) for n in numbers[1::2]]
        for text in group.iter(f"{space}text"):
            seen += 1
            size = float(text.get("font-size", "14"))
            half = text_width(text.text or "") * size / 2
            middle, base = float(text.get("x", "0")), float(text.get("y", "0"))
            assert min(across) <= middle - half, text.text
            assert middle + half <= max(across), text.text
            assert min(down) <= base - size * 0.8, text.text
            assert base + size * 0.2 <= max(down), text.text
    assert seen > 10


def test_drawing_is_clean_enough_for_a_page(shipped):
    """No inline style or script, no foreign names, six-digit colours, a title for each box."""
    data = graph_data(shipped)
    drawn = draw(data, "zh", lambda node: f"?node={node.key}")
    assert not re.search(r"<style|<script|\sstyle=|\son\w+=|xlink|<!DOCTYPE|<\?xml", drawn)
    colours = set(re.findall(r'(?:fill|stroke)="([^"]+)"', drawn))
    assert colours <= {"none", "transparent"} | {c for c in colours if re.fullmatch(r"#\w{6}", c)}
    assert len(data.nodes) == drawn.count("<title>")
    assert len(data.nodes) == len(re.findall(r"<a href=", drawn))


def test_what_is_open_is_told_by_line_and_word_not_by_colour_alone(small):
    drawn = svg(fire(small), DUTY)
    assert "stroke-dasharray" in drawn
    assert "待定" in drawn


SEEDED = """
import sys
from datetime import date
from canmou.engine import Facts, assess, load_rulebase
from canmou.engine.explanation.graph import svg
facts = Facts(incident_types=("fire",), on=date(2026, 11, 1), answers={"deaths": ">= 3"})
sys.stdout.buffer.write(svg(assess(facts, load_rulebase(sys.argv[1]))).encode())
"""


def test_same_bytes_whatever_the_hash_seed(small, tmp_path):
    folder = tmp_path / "knowledge"
    shutil.copytree(BASE, folder)
    (folder / "more.yaml").write_text(MORE, encoding="utf-8")
    drawn = {
        subprocess.run(
            [sys.executable, "-c", SEEDED, str(folder)],
            env={"PYTHONHASHSEED": seed, "PATH": "", "PYTHONIOENCODING": "utf-8"},
            cwd=Path(__file__).parent.parent,
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "42")
    }
    assert 1 == len(drawn)
    assert b"<svg" in drawn.pop()


def test_graph_that_cannot_be_drawn_says_so(small, monkeypatch):
    """A program that is not there gives an error that pages show beside the reasons as text."""
    monkeypatch.setattr(shutil, "which", lambda _: "/nowhere/dot")
    drawing.program.cache_clear()
    try:
        with pytest.raises(GraphError, match="解释图画不出来"):
            svg(fire(small), DUTY)
    finally:
        drawing.program.cache_clear()


# -- labels ----------------------------------------------------------------------------------------


def test_wide_characters_count_twice_as_much_as_a_box_of_latin_ones():
    assert 4.0 == text_width("死亡人数")
    assert 4.8 == text_width("死亡 3 人")


def test_lines_never_begin_with_a_closing_mark_or_grow_too_long():
    for text in (
        "《生产安全事故报告和调查处理条例》第九条第一款",
        "Get people out of danger first, then organise self-help and mutual aid",
        "a_single_identifier_that_is_much_longer_than_a_line",
    ):
        for lines in (wrapped(text, 12, 9), balanced(text, 12, 9)):
            assert all(text_width(line) <= 12 for line in lines)
            assert not any(line[0] in "》，。" for line in lines)
            assert "".join(text.split()) == "".join("".join(lines).split())


def test_value_begins_its_own_line_when_one_line_is_not_enough():
    assert ("被困和下落不明人数：", "至少4人") == balanced("被困和下落不明人数：至少4人", 13, 4)


# -- the terminal ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh", ("现在要办", "不进入危险区", "火灾分级")), ("en", ("To be done now", "Do not enter"))],
)
def test_terminal_report_puts_what_must_not_be_done_first(small, language, words):
    said = StringIO()
    result = fire(small, deaths=4)
    print_assessment(result, Console(file=said, width=100), language)
    text = said.getvalue()
    assert all(word in text for word in words)
    forbidden, asked = (
        ("不进入", "转移人员") if language == "zh" else ("Do not enter", "Move people")
    )
    assert text.index(forbidden) < text.index(asked)


def told_to_a_community(rulebase, incident_type: str, status: str) -> tuple[str, list[DutyLine]]:
    """Return what the terminal prints with nothing answered, and what a community does now."""
    said = StringIO()
    facts = Facts(incident_types=(incident_type,), status=status, on=date(2026, 11, 22), answers={})
    result = assess(facts, rulebase)
    print_assessment(result, Console(file=said, width=1000), "zh")
    return said.getvalue(), [d for d in result.duties if d.act_now and d.level == "community"]


def test_terminal_report_tells_who_can_do_it_and_when_not(rulebase):
    """Whoever reads the terminal is not sent into gas either."""
    said, duties = told_to_a_community(rulebase, "gas_leak", "occurred")
    shown = [d for d in duties if d.not_when]
    assert shown
    assert all(f"何时不做、注意什么：{d.not_when.zh}" in said for d in shown[:3])
    assert all(len(set(c)) == len(c) for d in shown if (c := d.not_when.zh.split("；")))


def test_terminal_report_tells_all_that_stands_on_a_line(rulebase):
    """What several rules ask in one line is told in full, not only its first sentence."""
    said, duties = told_to_a_community(rulebase, "flash_flood", "imminent")
    shown = [d for d in duties if d.also]
    assert shown
    assert all(more.zh in said for d in shown[:1] for more in d.also)
