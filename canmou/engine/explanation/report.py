"""An assessment for the terminal: what is on the clock, what to do, why, what is open."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from canmou.engine.assembling.citations import cited_text
from canmou.engine.assessment import Assessment, DutyLine
from canmou.engine.duty_words import MODALITIES, limit_text
from canmou.engine.explanation.phrases import BASES, LEAD_PARTS, range_text, urgent_order
from canmou.engine.records import Text

LEVELS = {
    "public": Text(zh="居民、个人", en="Residents"),
    "unit": Text(zh="单位", en="Units"),
    "community": Text(zh="居（村）委会", en="Committee"),
    "township": Text(zh="街道、乡镇", en="Sub-district, township"),
    "county": Text(zh="县（市、区）", en="County"),
    "city": Text(zh="设区的市", en="City"),
    "province": Text(zh="省级", en="Province"),
    "nation": Text(zh="国家", en="Nation"),
    "any": Text(zh="其他", en="Others"),
}
COULD_CHANGE = {
    "safety": Text(zh="要不要转移、禁入", en="moving people, keeping out"),
    "clock": Text(zh="报告时限", en="report clocks"),
    "lead": Text(zh="谁领导", en="who leads"),
    "grade": Text(zh="分级", en="the grade"),
    "duty": Text(zh="其他任务", en="other duties"),
}
MOST_CLOCKS = 8
MOST_DUTIES = 5
MOST_DUTIES_ELSEWHERE = 2
NEAR = ("community", "township", "county")
MOST_OPEN = 8
_WORDS = {
    "title": Text(zh="初步研判，仅供参考", en="Preliminary assessment, advice only"),
    "grade": Text(zh="事件分级", en="Grade"),
    "lead": Text(zh="谁领导", en="Who leads"),
    "clocks": Text(zh="时限", en="Clocks"),
    "duties": Text(zh="现在要办", en="To be done now"),
    "open": Text(zh="还没弄清、会改变结果的", en="Open, and could change the result"),
    "notes": Text(zh="提示", en="Notes"),
    "perhaps": Text(zh="待核实", en="to be verified"),
    "who_can": Text(zh="谁能做", en="Who can"),
    "not_when": Text(zh="何时不做、注意什么", en="Not when, and mind"),
    "legend": Text(
        zh="标“待核实”的：先按可能情形办，边办边核实",
        en='marked "to be verified": act as if it held, and verify meanwhile',
    ),
    "possible": Text(zh="可能是", en="possibly"),
    "initial": Text(zh="初判", en="initial"),
    "release": Text(zh="规则版本", en="Release"),
    "none": Text(zh="没有", en="none"),
}


def print_assessment(result: Assessment, console: Console, language: str = "zh") -> None:
    """Print an assessment to a terminal, short: the full result is in ``--json``."""
    _Report(result, console, language).print()


class _Report:
    def __init__(self, result: Assessment, console: Console, language: str) -> None:
        self.result, self.console, self.language = result, console, language

    def print(self) -> None:
        """Print all parts in the order in which an officer needs them."""
        result = self.result
        day = f"{result.on} · {result.at:%Y-%m-%d %H:%M}"
        self.console.rule(f"[bold]{self._word('title')}[/bold] · {day}")
        self._clocks()
        self._duties()
        self._heading("grade")
        self._grades()
        self._lead()
        self._open()
        self._notes()
        self.console.print(f"\n[dim]{self._word('release')} {escape(result.release)}[/dim]")

    def _word(self, name: str) -> str:
        return _WORDS[name].in_(self.language)

    def _in(self, text: Text | None) -> str:
        return escape(text.in_(self.language)) if text is not None else ""

    def _heading(self, name: str) -> None:
        self.console.print(f"\n[bold]{self._word(name)}[/bold]")

    def _more(self, hidden: int) -> None:
        if hidden > 0:
            zh, en = f"……另有 {hidden} 项", f"… and {hidden} more"
            self.console.print(f"  [dim]{en if self.language == 'en' else zh}[/dim]")

    def _clocks(self) -> None:
        urgent = (d for d in self.result.duties if d.act_now and d.limit_hours is not None)
        timed = sorted(urgent, key=_shortest)
        if not timed and not self.result.growth:
            return
        self._heading("clocks")
        table = Table.grid(padding=(0, 2))
        for _ in range(4):
            table.add_column(overflow="fold")
        for duty in timed[:MOST_CLOCKS]:
            due = f"{duty.due:%m-%d %H:%M}" if duty.due else ""
            table.add_row(
                f"  {self._in(limit_text(duty.within))}", due, self._in(duty.by_label),
                self._in(duty.text) + self._perhaps(duty),
            )  # fmt: skip
        for clock in self.result.growth:
            table.add_row(
                "", f"{clock.at:%m-%d %H:%M}", self._in(clock.label), f"→ {clock.threshold:g}"
            )
        self.console.print(table)
        self._more(len(timed) - MOST_CLOCKS)

    def _duties(self) -> None:
        now = [d for d in self.result.duties if d.act_now]
        self._heading("duties")
        if any(d.status == "possible" for d in now):
            self.console.print(f"  [dim]{self._word('legend')}[/dim]")
        for level, label in LEVELS.items():
            here = sorted((d for d in now if d.level == level), key=urgent_order)
            if not here:
                continue
            self.console.print(f"  [bold underline]{label.in_(self.language)}[/bold underline]")
            same = _same_words(here)
            shown = _first_of_each(same, MOST_DUTIES if level in NEAR else MOST_DUTIES_ELSEWHERE)
            table = Table.grid(padding=(0, 1))
            table.add_column()
            table.add_column(overflow="fold")
            for duties in shown:
                mark = "✕" if duties[0].modality == "must_not" else "•"
                table.add_row(f"  {mark}", self._duty(duties))
            self.console.print(table, highlight=False)
            self._more(len(same) - len(shown))

    def _duty(self, duties: list[DutyLine]) -> str:
        """Return one line for duties of the same words, whoever they fall to."""
        duty = duties[0]
        words = [MODALITIES[duty.modality].in_(self.language)]
        limit = limit_text(duty.within)
        if limit is not None:
            words.append(limit.in_(self.language))
        words += [cited_text(cite).in_(self.language) for cite in duty.chief_cites]
        if duty.basis != "law":
            words.append(BASES[duty.basis].in_(self.language))
        who = self._list(dict.fromkeys(self._in(d.by_label) for d in duties))
        said = escape(" · ".join(words))
        lines = [f"{who}{self._colon}{self._in(duty.text)} [dim]{said}[/dim]{self._perhaps(duty)}"]
        lines += [self._in(more) for more in duty.also]
        for name, limits in (("who_can", duty.who_can), ("not_when", duty.not_when)):
            if limits is not None:
                lines.append(f"[dim]{self._word(name)}[/dim]{self._colon}{self._in(limits)}")
        return "\n".join(lines)

    def _perhaps(self, duty: DutyLine) -> str:
        return f" [italic]{self._word('perhaps')}[/italic]" if duty.status == "possible" else ""

    @property
    def _colon(self) -> str:
        return ": " if self.language == "en" else "："

    def _list(self, items: Iterable[str]) -> str:
        return (", " if self.language == "en" else "、").join(items)

    def _grades(self) -> None:
        overall = self.result.overall
        words = range_text(overall)
        why = "" if words == overall.because else f"{self._colon}{self._in(overall.because)}"
        initial = f" ({self._word('initial')})" if overall.initial else ""
        self.console.print(f"  [bold]{self._in(words)}[/bold]{initial}{why}")
        for grade in (*self.result.grades, *self.result.signals):
            if grade.state == "open" and len(self.result.grades) > 1:
                continue
            perhaps = f"{self._word('possible')} " if grade.applies == "possible" else ""
            self.console.print(
                f"  • {perhaps}{self._in(grade.title)}{self._colon}{self._in(range_text(grade))}"
                f" [dim]{self._in(grade.because)}[/dim]",
                highlight=False,
            )

    def _lead(self) -> None:
        lead = self.result.lead
        if not (lead.authority or lead.department or lead.commander):
            return
        self._heading("lead")
        for part, label in LEAD_PARTS.items():
            found = getattr(lead, part)
            if not found:
                continue
            certain = self._list(self._in(p.label) for p in found if p.status == "certain")
            perhaps = self._list(self._in(p.label) for p in found if p.status == "possible")
            if perhaps:
                perhaps = f"{self._word('possible')} {perhaps}"
            words = " · ".join(w for w in (certain, perhaps) if w)
            self.console.print(f"  {label.in_(self.language)}{self._colon}{words}")

    def _open(self) -> None:
        if not self.result.open:
            return
        self._heading("open")
        order = list(COULD_CHANGE)
        ordered = sorted(
            self.result.open,
            key=lambda q: (order.index(q.could_change[0]), -len(q.why), q.measure),
        )
        for question in ordered[:MOST_OPEN]:
            what = self._list(COULD_CHANGE[c].in_(self.language) for c in question.could_change)
            self.console.print(f"  • {self._in(question.label)} [dim]→ {what}[/dim]")
        self._more(len(ordered) - MOST_OPEN)

    def _notes(self) -> None:
        if not self.result.notes:
            return
        self._heading("notes")
        for note in self.result.notes:
            self.console.print(f"  • {self._in(note.text)}")


def _shortest(duty: DutyLine) -> tuple[object, ...]:
    return (duty.due is None, duty.due or 0, duty.limit_hours or 0, duty.key)


def _same_words(duties: list[DutyLine]) -> list[list[DutyLine]]:
    """Put duties together that say the same to several parties."""
    found: dict[tuple[object, ...], list[DutyLine]] = {}
    for duty in duties:
        said = (duty.text.zh, duty.also, duty.modality, duty.status)
        found.setdefault(said, []).append(duty)
    return list(found.values())


def _first_of_each(duties: list[list[DutyLine]], most: int) -> list[list[DutyLine]]:
    """Return the first prohibitions and the first of the rest."""
    forbidden = [d for d in duties if d[0].modality == "must_not"]
    return forbidden[:most] + [d for d in duties if d[0].modality != "must_not"][:most]
