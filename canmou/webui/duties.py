"""The duties and clocks of an assessment, put in the order in which an office works on them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from canmou.casebase import IncidentState
from canmou.engine import RuleBase
from canmou.engine.assessment import Assessment, DutyLine
from canmou.engine.records import Text
from canmou.engine.wording import figure_text
from canmou.webui.levels import Side, party_level, side_of
from canmou.webui.merging import merged
from canmou.webui.pages.incident import ClockView, DutyView, TickView
from canmou.webui.template_words import cited_together

SAFETY_KINDS = {"keep_out", "move", "rescue"}


class DutyBook:
    """The duties of one incident seen from one office."""

    def __init__(
        self,
        assessment: Assessment,
        state: IncidentState,
        office_level: str,
        rulebase: RuleBase,
        people: Mapping[str, str],
        at: datetime,
    ) -> None:
        self.assessment, self.rulebase, self.at = assessment, rulebase, at
        self._state, self._people = state, people
        self._in_groups = {item for group in assessment.groups for item in group.items}
        self._sides: dict[str, Side] = {
            duty.key: side_of(duty, office_level, rulebase) for duty in assessment.duties
        }
        self._told = self._told_once(party_level(office_level))

    def _told_once(self, level: str) -> dict[str, DutyLine]:
        """Return the line that tells a duty of this level, by the key of the duty."""
        found: dict[str, DutyLine] = {}
        for now in (True, False):
            mine = (
                d for d in self.assessment.duties
                if self._sides[d.key] == "mine" and _counts_now(d) is now
                and not self._of_a_group(d)
            )  # fmt: skip
            found |= merged(mine, level, self.rulebase)
        return found

    def tick_of(self, key: str) -> TickView | None:
        """Return who did a duty and when; one tick counts for all duties of a line."""
        if not self._state.ticks:
            return None
        line = self._told.get(key)
        same = (
            [key] if line is None else [k for k, told in self._told.items() if told.key == line.key]
        )
        tick = next((self._state.ticks[k] for k in same if k in self._state.ticks), None)
        if tick is None:
            return None
        return TickView(by=self._people.get(tick.by, tick.by), at=tick.at, note=tick.note)

    def now(self, *sides: Side) -> tuple[DutyView, ...]:
        """Return what is to be done now: certain, or to be acted on while it is open."""
        return self._sorted(
            duty
            for duty in self.assessment.duties
            if self._sides[duty.key] in sides and _counts_now(duty) and not self._of_a_group(duty)
        )

    def first(self) -> tuple[DutyView, ...]:
        """Return what this level does next: what is not done yet, calls and lives first.

        Of the prohibitions only those are told that keep people alive.
        """
        return tuple(
            view
            for view in self.now("mine")
            if view.tick is None
            and (view.duty.modality != "must_not" or view.duty.kind in SAFETY_KINDS)
        )

    def possible(self, *sides: Side) -> tuple[DutyView, ...]:
        """Return what may be asked once more is known (可能需要)."""
        return self._sorted(
            duty
            for duty in self.assessment.duties
            if self._sides[duty.key] in sides
            and not _counts_now(duty)
            and not self._of_a_group(duty)
        )

    def of_rules(self, rules: Iterable[str]) -> tuple[DutyView, ...]:
        """Return the duties that some rules ask for: the items of a group."""
        wanted = set(rules)
        return self._sorted(d for d in self.assessment.duties if wanted & set(d.rules))

    def clocks(self) -> tuple[ClockView, ...]:
        """Return all clocks, the most urgent one first and those already met last."""
        found = [
            self._clock(duty)
            for duty in self.assessment.duties
            if duty.due is not None and _counts_now(duty) and duty.modality != "must_not"
        ]
        for growth in () if self._state.closed else self.assessment.growth:
            figure = figure_text(growth.threshold, self.rulebase.measures.get(growth.measure))
            found.append(
                ClockView(
                    owner=Text(zh="自行增长", en="grows by itself"),
                    what=Text(
                        zh=f"{growth.label.zh}到{figure.zh}时，研判结果会变",
                        en=f"the result changes when {growth.label.en} reaches {figure.en}",
                    ),
                    due=growth.at,
                    mine=True,
                    late=False,
                    growth=True,
                )
            )
        return tuple(sorted(found, key=_clock_order))

    def _clock(self, duty: DutyLine) -> ClockView:
        tick = self.tick_of(duty.key)
        due = duty.due or self.at
        return ClockView(
            owner=duty.by_label,
            what=duty.text,
            due=due,
            mine=self._sides[duty.key] == "mine",
            elsewhere=self._sides[duty.key] in {"upward", "other"},
            late=tick is None and due <= self.at and not self._state.closed,
            over=self._state.closed,
            tick=tick,
            anchor=anchor_of(self._told.get(duty.key, duty).key),
            article=cited_together(duty.chief_cites),
        )

    def _sorted(self, duties: Iterable[DutyLine]) -> tuple[DutyView, ...]:
        """Keep the order of the assessment (what kills, then calls …); what is done last."""
        lines = dict.fromkeys(self._told.get(duty.key, duty).key for duty in duties)
        of_key = {line.key: line for line in (*self.assessment.duties, *self._told.values())}
        views = (self.view(of_key[key]) for key in lines)
        return tuple(sorted(views, key=lambda v: v.tick is not None))

    def view(self, duty: DutyLine) -> DutyView:
        """Return a duty with its tick and the words of what it waits for."""
        tick = self.tick_of(duty.key)
        limited = duty.due is not None and duty.modality != "must_not"
        return DutyView(
            duty=duty,
            anchor=anchor_of(duty.key),
            tick=tick,
            running=limited and tick is None and not self._state.closed,
            waits_for=self._labels(duty.waits_for),
            must_waits_for=self._labels(duty.must_waits_for),
        )

    def _labels(self, names: Iterable[str]) -> tuple[Text, ...]:
        measures = self.rulebase.measures
        return tuple(measures[n].label if n in measures else Text(zh=n, en=n) for n in names)

    def _of_a_group(self, duty: DutyLine) -> bool:
        return duty.group is not None or bool(self._in_groups & set(duty.rules))


def _counts_now(duty: DutyLine) -> bool:
    return duty.status == "certain" or duty.act_now


def _clock_order(clock: ClockView) -> tuple[bool, bool, bool, bool, datetime]:
    """Met ones last, those of levels above before them; late ones first, ours before others'."""
    return (clock.tick is not None, clock.elsewhere, not clock.late, not clock.mine, clock.due)


def anchor_of(key: str) -> str:
    """Return the place of a duty on a page, as an id of HTML."""
    return "duty-" + "".join(c if c.isalnum() and c.isascii() else "-" for c in key)
