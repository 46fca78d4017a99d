"""Exercises in words: rows of lists, results over time, the three columns, the parting point."""

from __future__ import annotations

from collections.abc import Iterable

from flask import url_for
from flask_babel import gettext

from canmou.drill import kept
from canmou.drill.elements import element_kinds
from canmou.drill.kept import Drill, Exercise, Result
from canmou.drill.parting import Parting
from canmou.drill.scoring import Part
from canmou.engine.explanation.phrases import level_text
from canmou.engine.records import LEVELS, Text
from canmou.webui.accounts import names_of_people
from canmou.webui.charts import line
from canmou.webui.exercise_flow import party_label
from canmou.webui.languages import colon, current, listed, told
from canmou.webui.pages.charts import Chart
from canmou.webui.pages.exercises import ColumnRow, ExerciseRow, PartingView
from canmou.webui.services import rulebase, store
from canmou.webui.template_words import article_words
from canmou.webui.timewords import day_words, now


def mode_word(mode: str) -> str:
    """Return 桌面推演 or 双盲."""
    return gettext("桌面推演") if mode == "tabletop" else gettext("双盲演练")


def part_words() -> dict[str, str]:
    """Return the words for the parts of a score, the grade last."""
    return {
        "call_order": gettext("打电话的先后"),
        "telephone": gettext("多久电话报告"),
        "reached": gettext("叫应率"),
        "elements": gettext("报告要素"),
        "harm": gettext("没有做有害的事"),
        "duties": gettext("最先该办的事"),
        "lead": gettext("谁领导"),
        "grade": gettext("分级"),
    }


def grade_words() -> dict[str, str]:
    """Return the grades that a trainee can choose."""
    return {
        "open": gettext("现在还不能判断"),
        "not_graded": gettext("这类事件不分级"),
        "below": told(level_text(None)),
        **{level: told(level_text(level)) for level in reversed(LEVELS)},
    }


def row_of(one: Exercise, drill: Drill) -> ExerciseRow:
    """Return an exercise as a line of a list."""
    states = {
        "judged": gettext("已复盘"),
        "aborted": gettext("已中止"),
        "real": gettext("转为实战"),
    }
    waiting = gettext("进行中") if one.running else gettext("待开始")
    page = "exercise_judging.result" if one.ending == "judged" else "exercise_work.work"
    hidden = drill.mode == "blind" and one.ending is None
    return ExerciseRow(
        exercise=one,
        title=Text(zh="双盲演练", en="Unannounced drill") if hidden else drill.scenario.title,
        mode=mode_word(drill.mode),
        trainee=names_of_people().get(one.trainee, one.trainee),
        state=states.get(one.ending or "", waiting),
        total=one.result.score.total if one.result else None,
        url=url_for(page, number=one.id),
    )


def rows_of(found: Iterable[Exercise]) -> tuple[ExerciseRow, ...]:
    """Return exercises as lines of a list."""
    drills = {one.id: one for one in kept.drills(store())}
    return tuple(row_of(one, drills[one.drill]) for one in found)


def progress_chart(rows: Iterable[ExerciseRow]) -> Chart | None:
    """Return the results of one trainee over time, or None where there are fewer than two."""
    figures = [
        (f"{day_words(r.exercise.ended_at.date(), now().date())} {told(r.title)}", r.total)
        for r in rows
        if r.total is not None and r.exercise.ended_at is not None
    ]
    if len(figures) < 2:
        return None
    return line(gettext("历次成绩"), gettext("得分（满分 100）"), figures)


# -- the three columns ----------------------------------------------------------------------------


class Columns:
    """The parts of one result as rows: trainee, system, official."""

    def __init__(self, drill: Drill, result: Result) -> None:
        self.drill, self.result = drill, result
        self.done, self.wanted = result.performance, result.expected
        self.official = drill.scenario.official
        self._menu = {item.action: item.text for item in drill.menu}

    def rows(self) -> tuple[ColumnRow, ...]:
        """Return the rows in the order in which they are told, the grade last."""
        tellers = {
            "call_order": self._calls,
            "telephone": self._telephone,
            "reached": self._reached,
            "elements": self._elements,
            "harm": self._harm,
            "duties": self._duties,
            "lead": self._lead,
            "grade": self._grade,
        }
        words = part_words()
        found = []
        for part in self.result.score.parts:
            trainee, system, official = tellers[part.id](part)
            found.append(
                ColumnRow(
                    label=words[part.id],
                    score=None if part.score is None else round(part.score * 100),
                    weight=part.weight,
                    trainee=trainee,
                    system=system,
                    official=official,
                )
            )
        return tuple(found)

    def _party(self, name: str) -> str:
        return told(party_label(name, self.drill.scenario))

    def _action(self, name: str) -> str:
        known = rulebase().actions.get(name)
        return told(self._menu.get(name) or (known.label if known else Text(zh=name, en=name)))

    def _calls(self, part: Part) -> tuple[tuple[str, ...], ...]:
        seen = dict.fromkeys(c.party for c in self.done.calls)
        mine = tuple(f"{n}. {self._party(p)}" for n, p in enumerate(seen, start=1))
        card = tuple(
            f"{told(c.label)}（{told(c.when)}）" if c.when and current() == "zh"
            else f"{told(c.label)} ({told(c.when)})" if c.when
            else told(c.label)
            for c in self.wanted.calls
        )  # fmt: skip
        return mine, card, ()

    def _telephone(self, part: Part) -> tuple[tuple[str, ...], ...]:
        said = (
            gettext("没有报告")
            if part.figure is None
            else gettext("第 %(n)s 分钟", n=f"{part.figure:g}")
        )
        limit = gettext("%(n)s 分钟内", n=f"{part.limit or 0:g}")
        if self.wanted.limit_from_rule:
            cites = [f"{told(c.title)} {article_words(c.article)}" for c in self.wanted.limit_cites]
            return (said,), (limit, *cites), ()
        return (said,), (limit, gettext("演练目标；法规只写“立即”")), ()

    def _reached(self, part: Part) -> tuple[tuple[str, ...], ...]:
        mine = tuple(f"✓ {self._party(p)}" for p in part.good)
        mine += tuple(f"✕ {self._party(p)}" for p in part.bad)
        rate = gettext("叫应 %(n)s / %(all)s", n=len(part.good), all=len(part.good) + len(part.bad))
        return (rate, *mine), tuple(self._party(p) for p in self.wanted.must_reach), ()

    def _elements(self, part: Part) -> tuple[tuple[str, ...], ...]:
        labels = {kind.id: told(kind.label) for kind in element_kinds()}
        mine = tuple(f"✓ {labels[k]}" for k in part.good)
        mine += tuple(gettext("✕ 缺：%(what)s", what=labels[k]) for k in part.bad)
        asked = tuple(
            f"{labels[a.kind]}{colon()}{listed(told(n) for n in a.names)}"
            for a in self.wanted.elements
        )
        return mine, asked, ()

    def _harm(self, part: Part) -> tuple[tuple[str, ...], ...]:
        forbidden = {d.action: d.text for d in reversed(self.wanted.forbidden)}
        mine = tuple(gettext("✕ 做了：%(what)s", what=self._action(a)) for a in part.bad)
        mine += tuple(gettext("✓ 没有做：%(what)s", what=self._action(a)) for a in part.good)
        names = (*part.bad, *part.good)
        return mine, tuple(told(forbidden[a]) for a in names if a in forbidden), ()

    def _duties(self, part: Part) -> tuple[tuple[str, ...], ...]:
        mine = tuple(f"{minute:.0f}′ {self._action(a)}" for a, minute in self.done.acts)
        first = tuple(
            f"{'✓' if d.action in part.good else '✕'} {told(d.text)}" for d in self.wanted.first
        )
        did = tuple(told(t) for t in self.official.did) if self.official else ()
        return mine, first, did

    def _lead(self, part: Part) -> tuple[tuple[str, ...], ...]:
        judged = self.done.judgement
        mine = tuple(
            f"{words}{colon()}{self._party(name) if name else gettext('还不能确定')}"
            for words, name in (
                (gettext("领导机关"), judged.authority),
                (gettext("牵头部门"), judged.department),
            )
        )
        system = []
        for words, known in (
            (gettext("领导机关"), self.wanted.authority),
            (gettext("牵头部门"), self.wanted.department),
        ):
            if known.certain:
                names = listed(self._party(p) for p in known.certain)
                system.append(f"{words}{colon()}{names}")
            elif known.possible:
                names = listed(self._party(p) for p in known.possible)
                system.append(gettext("%(part)s还不能确定，可能是%(who)s", part=words, who=names))
        lead = self.official.lead if self.official else None
        return mine, tuple(system), (told(lead),) if lead else ()

    def _grade(self, part: Part) -> tuple[tuple[str, ...], ...]:
        words = grade_words()
        official: tuple[str, ...] = ()
        if self.official is not None and self.official.grade is not None:
            official = (words[self.official.grade],)
            if self.official.source is not None:
                official = (*official, told(self.official.source))
        return (words[self.done.judgement.grade],), (told(self.wanted.grade),), official


def parting_view(one: Exercise, drill: Drill, result: Result) -> PartingView | None:
    """Return where trainee and system part, with the way to that box of the graph."""
    found = result.parting
    if found is None or one.incident is None:
        return None
    words = {
        "fact": gettext("对情形的判断"),
        "lead": gettext("谁领导"),
        "duty": gettext("最先该办的事"),
        "harm": gettext("不得做的事"),
        "grade": gettext("分级"),
    }
    mine, theirs = _sides(found, drill, result)
    return PartingView(
        words=words[found.kind],
        mine=mine,
        theirs=theirs,
        rule=found.title,
        graph_url=url_for(
            "graph.overview",
            incident=one.incident,
            of=found.conclusion,
            node=found.step or found.conclusion,
            _anchor="node",
        ),
    )


def _sides(found: Parting, drill: Drill, result: Result) -> tuple[str, str]:
    answer = {"yes": gettext("是"), "no": gettext("否"), "open": gettext("还不能确定")}
    wanted, judged = result.expected, result.performance.judgement
    _, _, rest = found.conclusion.partition(":")
    if found.kind == "fact":
        label = told(wanted.fact_labels[rest])
        said = answer[judged.facts.get(rest, "open")]
        return f"{label}{colon()}{said}", f"{label}{colon()}{answer[wanted.facts[rest]]}"
    if found.kind == "lead":
        part, _, party = rest.partition(":")
        said_party = getattr(judged, part)
        said = told(party_label(said_party, drill.scenario)) if said_party else answer["open"]
        return said, told(party_label(party, drill.scenario))
    if found.kind == "grade":
        return grade_words()[judged.grade], told(wanted.grade)
    duty = next(
        (d for d in (*wanted.first, *wanted.forbidden) if f"duty:{d.key}" == found.conclusion), None
    )
    text = told(duty.text) if duty else rest
    if found.kind == "harm":
        tempting = next((i.text for i in drill.menu if duty and i.action == duty.action), None)
        return gettext("做了：%(what)s", what=told(tempting)), text
    return gettext("没有下令"), text
