"""What a request works with: rule base, store of this request, assessments already made."""

from __future__ import annotations

import json
import logging
import threading
from collections import OrderedDict
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, cast

from flask import Flask, current_app, g

from canmou.casebase import (
    CaseFileError,
    IncidentState,
    PastCase,
    Store,
    connect,
    load_cases,
)
from canmou.casebase.mirror import mirror_people
from canmou.drill import kept
from canmou.engine import RuleBase, assess
from canmou.engine.answers import AnswerError
from canmou.engine.assessment import Assessment
from canmou.engine.facts import Facts
from canmou.engine.guide import Guidance, guidance
from canmou.engine.records import Record, Text
from canmou.engine.rulebase.rulebase import UNDETERMINED
from canmou.webui.holder import RuleBaseHolder
from canmou.webui.settings import Settings
from canmou.webui.timewords import now
from canmou.webui.type_search import TypeIndex

log = logging.getLogger(__name__)
EXTENSION = "canmou"
KEPT_ASSESSMENTS = 64
FRESH = timedelta(minutes=1)


class Assessed(Record):
    """An assessment with the facts it rests on.

    ``unreadable`` are answers that the rules in use cannot read any more.
    """

    facts: Facts
    assessment: Assessment
    unreadable: tuple[Text, ...] = ()


@cache
def shipped_cases() -> tuple[PastCase, ...]:
    """Return the past cases that ship with the application; they never change while it runs."""
    return load_cases()


class Services:
    """The long-lived parts of the application; one for each Flask app."""

    def __init__(self, settings: Settings, rules: RuleBaseHolder | None = None) -> None:
        self.settings = settings
        self.rules = rules or RuleBaseHolder(settings.knowledge)
        self._own_cases: tuple[int, tuple[PastCase, ...]] = (0, ())
        self._assessed: OrderedDict[str, Assessed] = OrderedDict()
        self._guided: OrderedDict[int, tuple[Assessed, Guidance]] = OrderedDict()
        self._types: TypeIndex | None = None
        self._lock = threading.Lock()

    @property
    def own_cases_folder(self) -> Path:
        """Where this installation keeps the incidents that became cases."""
        return self.settings.instance / "cases"

    @property
    def cases(self) -> tuple[PastCase, ...]:
        """The past cases: those that ship, and those that this installation has kept."""
        folder = self.own_cases_folder
        changed = folder.stat().st_mtime_ns if folder.is_dir() else 0
        if self._own_cases[0] != changed:
            try:
                self._own_cases = (changed, load_cases(folder))
            except CaseFileError as error:
                log.warning("own cases are not used: %s", error)
                self._own_cases = (changed, ())
        return (*shipped_cases(), *self._own_cases[1])

    def type_index(self, rulebase: RuleBase) -> TypeIndex:
        """Return the search over the incident types of ``rulebase``."""
        found = self._types
        if found is None or found.release != rulebase.release:
            found = self._types = TypeIndex(rulebase)
        return found

    def assessed(
        self, state: IncidentState, rulebase: RuleBase, at: datetime, fresh: timedelta = FRESH
    ) -> Assessed:
        """Return the assessment of what is known of an incident, at most ``fresh`` old.

        Kept by what is known, not by incident: a tick or a call changes no assessment.
        """
        given, unreadable = readable_facts(state, rulebase)
        key = json.dumps(
            [rulebase.release, given, [text.zh for text in unreadable]],
            default=str,
            sort_keys=True,
        )
        with self._lock:
            kept = self._assessed.get(key)
        if kept is not None and timedelta(0) <= at - kept.assessment.at <= fresh:
            return kept
        made = _assess(given, unreadable, rulebase, at)
        with self._lock:
            self._assessed[key] = made
            self._assessed.move_to_end(key)
            while len(self._assessed) > KEPT_ASSESSMENTS:
                self._assessed.popitem(last=False)
        return made

    def guided(self, made: Assessed, rulebase: RuleBase) -> Guidance:
        """Return what to ask next after an assessment; kept as long as the assessment itself."""
        with self._lock:
            kept = self._guided.get(id(made))
        if kept is not None and kept[0] is made:
            return kept[1]
        found = guidance(made.facts, rulebase, made.assessment)
        with self._lock:
            self._guided[id(made)] = (made, found)
            while len(self._guided) > KEPT_ASSESSMENTS:
                self._guided.popitem(last=False)
        return found


def readable_facts(
    state: IncidentState, rulebase: RuleBase
) -> tuple[dict[str, Any], tuple[Text, ...]]:
    """Return what is known of an incident as far as the rules in use have words for it.

    An incident outlives releases: a measure or type that the rules no longer know must not keep
    its officers from their page, and is named there instead.
    """
    given = {**state.assess_input(state.learned_at), "learned_at": state.learned_at}
    del given["at"]
    unreadable: list[Text] = []
    answers = {}
    for name, said in given["answers"].items():
        if rulebase.measure_id(name) is None:
            unreadable.append(
                Text(zh=f"{name}：现行规则已无此要素", en=f"{name}: no rule uses it now")
            )
        else:
            answers[name] = {"statements": said}
    types = [t for t in state.incident_types if t == UNDETERMINED or rulebase.type_id(t)]
    return {**given, "answers": answers, "incident_types": types or [UNDETERMINED]}, tuple(
        unreadable
    )


def _assess(
    given: dict[str, Any], unreadable: tuple[Text, ...], rulebase: RuleBase, at: datetime
) -> Assessed:
    """Assess without the answers that the rules in use cannot read any more."""
    answers = dict(given["answers"])
    while True:
        try:
            facts = Facts.model_validate({**given, "at": at, "answers": answers})
            made = assess(facts, rulebase)
        except AnswerError as error:
            if error.measure is None or error.measure not in answers:
                raise
            del answers[error.measure]
            unreadable = (*unreadable, error.text)
            continue
        return Assessed(facts=facts, assessment=made, unreadable=unreadable)


def services(app: Flask | None = None) -> Services:
    """Return the services of the application."""
    return cast(Services, (app or current_app).extensions[EXTENSION])


def rulebase() -> RuleBase:
    """Return the rule base of this request: the same one from its beginning to its end."""
    if "rulebase" not in g:
        g.rulebase = services().rules.rulebase()
    return cast(RuleBase, g.rulebase)


def store() -> Store:
    """Return the connection of this request; it is closed when the request ends."""
    if "store" not in g:
        settings = services().settings
        g.store = connect(settings.database_path, drill=settings.drill)
        if settings.drill:
            kept.prepare(g.store)
        if settings.home is not None:
            with connect(settings.home) as home:
                mirror_people(home, g.store)
    return cast(Store, g.store)


def close_store(_: BaseException | None = None) -> None:
    """Close the connection of this request."""
    opened = g.pop("store", None)
    if opened is not None:
        opened.close()


def assessed(state: IncidentState, fresh: timedelta = FRESH) -> Assessed:
    """Return the assessment of an incident at this moment."""
    return services().assessed(state, rulebase(), now(), fresh)


def guided(made: Assessed) -> Guidance:
    """Return what to ask next after an assessment."""
    return services().guided(made, rulebase())
