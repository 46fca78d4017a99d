"""Writing a report: its elements are those that the rules ask for, filled with what is known."""

from __future__ import annotations

from typing import get_args

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext

from canmou import casebase
from canmou.casebase import CasebaseError, Element, IncidentState, ReportSaved
from canmou.casebase.work_events import ReportKind
from canmou.engine.assessment import DutyLine
from canmou.engine.records import LEVELS, Level, Text
from canmou.webui.accounts import may, me, requires
from canmou.webui.event_words import log_text
from canmou.webui.incident_pages import duty_book, grade_view, head, load, type_labels
from canmou.webui.languages import listed, told
from canmou.webui.pages.reports import EditPage, ElementView
from canmou.webui.replies import Reply
from canmou.webui.report_draft import draft_elements, names_someone
from canmou.webui.reports import kind_words, report_of
from canmou.webui.services import assessed, store
from canmou.webui.timewords import now

blueprint = Blueprint("report_writing", __name__, url_prefix="/incident/<incident>/report")
LONGEST_TEXT = 5000
LONGEST_BODY = 50_000
"""A final report begins with the whole log; it is never cut without a word."""


def _report_duties(state: IncidentState) -> tuple[DutyLine, ...]:
    book = duty_book(state, assessed(state))
    return tuple(v.duty for v in book.now("mine", "upward") if v.duty.kind == "report")


@blueprint.route("/new/<kind>", methods=["GET", "POST"])
@requires("write_report")
def new(incident: str, kind: str) -> Reply:
    """Write a report; its elements are those that the rules ask for."""
    if kind not in get_args(ReportKind):
        abort(404)
    state = load(incident)
    if request.method == "POST":
        return _save(state, kind, None)
    drafts = draft_elements(state, _report_duties(state))
    types = listed(told(label) for label in type_labels(state))
    where = state.place.community or state.place.township or ""
    return _edit(
        state,
        kind,
        None,
        title=gettext(
            "关于%(where)s%(types)s的%(kind)s", where=where, types=types, kind=kind_words()[kind]
        ),
        addressees=(gettext("上级总值班室"), _department(state)),
        elements=tuple(
            ElementView(
                number=i, name=d.name, text=d.text, asked_by=tuple(filter(None, d.asked_by))
            )
            for i, d in enumerate(drafts)
        ),
        body=_course(state) if kind == "final" else "",
        grade=None,
    )


def _course(state: IncidentState) -> str:
    """Return the course of events as the log tells it, for the review after the event."""
    heading = gettext("经过（按记录起草，请核对）：")
    return f"{heading}\n{log_text(state)}"


def _department(state: IncidentState) -> str:
    """Return the department that leads as far as it is certain."""
    parts = assessed(state).assessment.lead.department
    certain = [part for part in parts if part.status == "certain"]
    return told(certain[0].label) if certain else gettext("行业主管部门")


@blueprint.route("/<int:number>/edit", methods=["GET", "POST"])
@requires("write_report")
def edit(incident: str, number: int) -> Reply:
    """Change a report that was not sent yet; a signature on the former version does not hold."""
    state = load(incident)
    report = report_of(state, number)
    if request.method == "POST":
        return _save(state, report.kind, number)
    first, second = (*report.addressees, "", "")[:2]
    return _edit(
        state,
        report.kind,
        number,
        title=report.title,
        addressees=(first, second),
        elements=tuple(
            ElementView(number=i, name=element.name, text=element.text or "")
            for i, element in enumerate(report.elements)
        ),
        body=report.body or "",
        grade=report.grade,
        signed_before=report.signer is not None,
    )


def _edit(
    state: IncidentState,
    kind: str,
    number: int | None,
    *,
    title: str,
    addressees: tuple[str, str],
    elements: tuple[ElementView, ...],
    body: str,
    grade: Level | None,
    signed_before: bool = False,
    problem: str | None = None,
    mistakes: dict[str, str] | None = None,
) -> str:
    page = EditPage(
        head=head(state),
        number=number,
        kind=kind,
        kind_words=kind_words()[kind],
        title=title,
        addressees=addressees,
        elements=elements,
        body=body,
        grade=grade,
        may_grade=may("sign_report"),
        grade_range=grade_view(assessed(state).assessment).words,
        signed_before=signed_before,
        problem=problem,
        mistakes=mistakes or {},
    )
    return render_template("report_edit.html", page=page)


def _typed_elements() -> tuple[ElementView, ...]:
    """Return the elements of the form, with names and texts as they were typed."""
    found = []
    for number in range(len(request.form.getlist("element.zh"))):
        found.append(
            ElementView(
                number=number,
                name=Text(
                    zh=request.form.getlist("element.zh")[number],
                    en=request.form.getlist("element.en")[number],
                ),
                text=request.form.get(f"element.{number}", "").strip()[:LONGEST_TEXT],
            )
        )
    return tuple(found)


def _save(state: IncidentState, kind: str, number: int | None) -> Reply:
    title = request.form.get("title", "").strip()
    addressees = (request.form.get("to.0", "").strip(), request.form.get("to.1", "").strip())
    elements = _typed_elements()
    body = request.form.get("body", "").strip()
    chosen = request.form.get("grade")
    former = report_of(state, number).grade if number is not None else None
    grade: Level | None = former
    if may("sign_report"):  # a grade stands in a report only if the leader adds it
        grade = next((level for level in LEVELS if level == chosen), None)
    mistakes = {}
    if not title:
        mistakes["title"] = gettext("请写标题。")
    if not any(addressees):
        mistakes["to.0"] = gettext("请写报给谁。")
    if len(body) > LONGEST_BODY:
        mistakes["body"] = gettext(
            "最多 %(most)s 字，现在 %(now)s 字。", most=LONGEST_BODY, now=len(body)
        )

    def again(problem: str | None, status: int) -> tuple[str, int]:
        page = _edit(
            state, kind, number, title=title, addressees=addressees, elements=elements,
            body=body, grade=grade, problem=problem, mistakes=mistakes,
        )  # fmt: skip
        return page, status

    if mistakes:
        return again(None, 422)
    saved = ReportSaved.model_validate(
        {
            "report": number,
            "report_kind": kind,
            "title": title,
            "addressees": tuple(a for a in addressees if a),
            "elements": tuple(
                Element(name=e.name, text=e.text or None, is_personal=names_someone(e.text, state))
                for e in elements
            ),
            "body": body,
            "body_is_personal": names_someone(body, state),
            "grade": grade,
        }
    )
    try:
        after = casebase.save_report(store(), state.id, saved, author=me().name, at=now())
    except CasebaseError as error:
        return again(told(error.text), 503)
    kept = number if number is not None else after.reports[-1].number
    return redirect(url_for("reports.show", incident=state.id, number=kept))
