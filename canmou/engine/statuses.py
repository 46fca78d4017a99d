"""At which statuses of an incident a rule can hold, whatever else will be answered.

A status that a rule leaves out is the mistake that nobody sees by reading its condition: it may sit
in a derived fact. The answer here comes from the rules as they run.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import get_args

from canmou.engine.facts import Facts
from canmou.engine.inference.compiling import in_force_on, turning_days
from canmou.engine.inference.run import Run, run
from canmou.engine.rulebase.conditions import STATUS, could_come_true
from canmou.engine.rulebase.records import Rule
from canmou.engine.rulebase.rulebase import RuleBase


class StatusesOfRules:
    """Answers for the rules of one rule base; runs that serve several rules are kept.

    ``labels`` are the statuses with their words; none where no rule file asks for the status.
    """

    def __init__(self, rulebase: RuleBase) -> None:
        self._rules = rulebase
        status = rulebase.measures.get(STATUS)
        self.labels = {str(s): label for s, label in status.choices.items()} if status else {}
        self._turns = turning_days(rulebase)
        self._runs: dict[tuple[date, str | None, str | None], Mapping[str, tuple[Run, ...]]] = {}

    def of(self, rule: Rule, on: date) -> tuple[str, ...]:
        """Return the statuses at which the rule can hold, in the order of the question.

        The law is that of ``on``, or of the nearest day on which the rule is in force. The incident
        may be of any type, the rest of the answers may be anything; an exception to the rule does
        not count. Empty for a rule that can hold at none.
        """
        key = (self._day(rule, on), rule.area, rule.office)
        if key not in self._runs:
            self._runs[key] = self._at_each(*key)
        condition = self._rules.conditions[f"rule:{rule.id}"]
        return tuple(
            status
            for status, runs in self._runs[key].items()
            if any(could_come_true(condition, r.trace.env) for r in runs)
        )

    def _day(self, rule: Rule, on: date) -> date:
        turns = (day for turn in self._turns for day in (turn, turn - timedelta(days=1)))
        held = [day for day in (on, *turns) if in_force_on(rule, self._rules, day)]
        return min(held, key=lambda day: abs(day - on), default=on)

    def _at_each(
        self, day: date, area: str | None, office: str | None
    ) -> Mapping[str, tuple[Run, ...]]:
        place = {"province": area} if area else {}
        stages = get_args(Facts.model_fields["stage"].annotation)
        return {
            status: tuple(
                run(
                    Facts(status=status, stage=stage, on=day, place=place, office=office),
                    self._rules,
                )
                for stage in stages
            )
            for status in self.labels
        }
