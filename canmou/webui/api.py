"""The interface for other programs, described by OpenAPI; for logged-in users."""

from __future__ import annotations

from typing import Any

from flask import abort, current_app, jsonify, make_response
from flask_babel import gettext
from flask_login import login_required
from flask_openapi3 import APIBlueprint, Tag
from pydantic import Field
from werkzeug.wrappers import Response

from canmou.engine import AnswerError, FactsError, assess
from canmou.engine.assessment import Assessment
from canmou.engine.facts import Facts
from canmou.engine.records import Record, Text
from canmou.webui.incident_pages import load
from canmou.webui.services import assessed, rulebase, services

blueprint = APIBlueprint("api", __name__, url_prefix="/api")
ASSESSING = Tag(name="assess", description="Assess facts under the rules in use.")
VOCABULARY = Tag(name="vocabulary", description="What facts may name.")


class NotUsable(Record):
    """Why facts cannot be used, in both languages; ``measure`` where one answer is at fault."""

    error: Text
    measure: str | None = None


class TypeEntry(Record):
    """An incident type."""

    id: str
    label: Text
    parent: str | None
    aliases: tuple[str, ...]
    synonyms: tuple[str, ...]
    graded: bool


class MeasureEntry(Record):
    """A measure: what can be asked or is derived."""

    id: str
    label: Text
    question: Text | None
    type: str
    range: str
    unit: Text | None
    choices: dict[str, Text]
    aliases: tuple[str, ...]
    derived: bool


class PartyEntry(Record):
    """A party: who acts."""

    id: str
    label: Text
    level: str
    number: str | None


class ActionEntry(Record):
    """An action: what makes two duties the same."""

    id: str
    label: Text
    kind: str


class SourceEntry(Record):
    """A source with its days in force."""

    id: str
    title: Text
    kind: str
    in_force_from: str | None
    in_force_to: str | None
    verified: str


class StandardEntry(Record):
    """A standard: a table of levels."""

    id: str
    title: Text
    kind: str
    use: str
    levels: dict[str, str]


class Types(Record):
    """All incident types under one release."""

    release: str
    types: tuple[TypeEntry, ...]


class Measures(Record):
    """All measures under one release."""

    release: str
    measures: tuple[MeasureEntry, ...]


class Parties(Record):
    """All parties under one release."""

    release: str
    parties: tuple[PartyEntry, ...]


class Actions(Record):
    """All actions under one release."""

    release: str
    actions: tuple[ActionEntry, ...]


class Sources(Record):
    """All sources under one release."""

    release: str
    sources: tuple[SourceEntry, ...]


class Standards(Record):
    """All standards under one release."""

    release: str
    standards: tuple[StandardEntry, ...]


class Rules(Record):
    """The state of the rules: the release in use, and what keeps newer files out."""

    release: str
    changed_at: str
    refused_at: str | None
    mistakes: tuple[str, ...]


class OfIncident(Record):
    """The incident in the address."""

    incident: str = Field(description="The id of the incident.")


@blueprint.post("/assess", tags=[ASSESSING], responses={200: Assessment, 422: NotUsable})
@login_required
def assess_facts(body: Facts) -> Response:
    """Assess facts; nothing is kept."""
    try:
        made = assess(body, rulebase())
    except (AnswerError, FactsError) as error:
        said = NotUsable(error=error.text, measure=getattr(error, "measure", None))
        return make_response(jsonify(said.model_dump(mode="json")), 422)
    return jsonify(made.model_dump(mode="json"))


@blueprint.get("/incidents/<incident>/assessment", tags=[ASSESSING], responses={200: Assessment})
@login_required
def incident_assessment(path: OfIncident) -> Response:
    """Return the assessment of an incident as it stands."""
    made = assessed(load(path.incident)).assessment.model_dump(mode="json")
    if services().settings.drill:
        made["drill"] = True
    return jsonify(made)


@blueprint.get("/types", tags=[VOCABULARY], responses={200: Types})
@login_required
def types() -> Response:
    """Return the incident types."""
    rules = rulebase()
    return _told(
        Types(
            release=rules.release,
            types=tuple(
                TypeEntry(
                    id=i, label=t.label, parent=t.parent, aliases=t.aliases,
                    synonyms=t.synonyms, graded=rules.is_graded(i),
                )
                for i, t in rules.incident_types.items()
            ),
        )
    )  # fmt: skip


@blueprint.get("/measures", tags=[VOCABULARY], responses={200: Measures})
@login_required
def measures() -> Response:
    """Return the measures."""
    rules = rulebase()
    return _told(
        Measures(
            release=rules.release,
            measures=tuple(
                MeasureEntry(
                    id=i, label=m.label, question=m.question, type=m.type, range=m.range,
                    unit=m.unit, choices=m.choices, aliases=m.aliases,
                    derived=m.derived or bool(m.sum_of) or m.elapsed_since is not None,
                )
                for i, m in rules.measures.items()
            ),
        )
    )  # fmt: skip


@blueprint.get("/parties", tags=[VOCABULARY], responses={200: Parties})
@login_required
def parties() -> Response:
    """Return the parties."""
    rules = rulebase()
    found = (
        PartyEntry(id=i, label=p.label, level=p.level, number=p.number)
        for i, p in rules.parties.items()
    )
    return _told(Parties(release=rules.release, parties=tuple(found)))


@blueprint.get("/actions", tags=[VOCABULARY], responses={200: Actions})
@login_required
def actions() -> Response:
    """Return the actions."""
    rules = rulebase()
    found = (ActionEntry(id=i, label=a.label, kind=a.kind) for i, a in rules.actions.items())
    return _told(Actions(release=rules.release, actions=tuple(found)))


@blueprint.get("/sources", tags=[VOCABULARY], responses={200: Sources})
@login_required
def sources() -> Response:
    """Return the sources."""
    rules = rulebase()
    found = (
        SourceEntry(
            id=i, title=s.title, kind=s.kind, verified=s.verified,
            in_force_from=str(s.in_force.from_) if s.in_force.from_ else None,
            in_force_to=str(s.in_force.to) if s.in_force.to else None,
        )
        for i, s in rules.sources.items()
    )  # fmt: skip
    return _told(Sources(release=rules.release, sources=tuple(found)))


@blueprint.get("/standards", tags=[VOCABULARY], responses={200: Standards})
@login_required
def standards() -> Response:
    """Return the standards."""
    rules = rulebase()
    found = (
        StandardEntry(id=i, title=s.title, kind=s.kind, use=s.use, levels=dict(s.levels))
        for i, s in rules.standards.items()
    )
    return _told(Standards(release=rules.release, standards=tuple(found)))


@blueprint.get("/rules", tags=[VOCABULARY], responses={200: Rules})
@login_required
def rules_in_use() -> Response:
    """Return the state of the rules."""
    found = services().rules.in_use
    return _told(
        Rules(
            release=found.release,
            changed_at=found.changed_at.isoformat(),
            refused_at=found.refused_at.isoformat() if found.refused_at else None,
            mistakes=tuple(str(mistake) for mistake in found.mistakes),
        )
    )


@blueprint.get("/openapi.json", doc_ui=False)
@login_required
def description() -> Response:
    """Return the description of this interface."""
    found: Any = getattr(current_app, "api_doc", None)
    if found is None:
        abort(404, gettext("没有接口说明"))
    return jsonify(found)


def _told(record: Record) -> Response:
    return jsonify(record.model_dump(mode="json"))
