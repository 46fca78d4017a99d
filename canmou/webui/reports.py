"""初报: telephone script, written report, signature of the leader, docx, sending."""

from __future__ import annotations

import io
import re
from typing import get_args

from flask import (
    Blueprint,
    Response,
    abort,
    flash,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask_babel import gettext
from flask_login import login_required
from werkzeug.wrappers import Response as AnyResponse

from canmou import casebase
from canmou.casebase import CasebaseError, Element, IncidentState, Report, ReportSaved
from canmou.casebase.work_events import ReportKind
from canmou.engine.assessment import DutyLine
from canmou.engine.records import LEVELS, Level, Text
from canmou.webui.accounts import may, me, names_of_people, requires
from canmou.webui.incident import attempt
from canmou.webui.incident_pages import duty_book, grade_view, head, load, type_labels
from canmou.webui.languages import listed, told
from canmou.webui.pages.reports import (
    EditPage,
    ElementView,
    PaperElement,
    ReportPage,
    ReportRow,
    ReportsPage,
)
from canmou.webui.replies import Reply
from canmou.webui.report_document import report_document
from canmou.webui.report_draft import draft_elements, telephone_script
from canmou.webui.services import assessed, services, store
from canmou.webui.template_words import grade_word
from canmou.webui.timewords import now

blueprint = Blueprint("reports", __name__, url_prefix="/incident/<incident>/report")
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
LONGEST_TEXT = 5000


def kind_words() -> dict[str, str]:
    """Return the words for the kinds of reports."""
    return {
        "telephone": gettext("电话报告"),
        "initial": gettext("初报"),
        "follow_up": gettext("续报"),
        "final": gettext("终报"),
        "other": gettext("其他报告"),
    }


def _state_word(report: Report) -> str:
    return {
        "draft": gettext("待签发"),
        "signed": gettext("已签发"),
        "sent": gettext("已报出"),
        "receipted": gettext("对方已收到"),
    }[report.state]


@blueprint.get("/")
@login_required
def overview(incident: str) -> str:
    """Show the telephone script first, then the written reports."""
    state = load(incident)
    book = duty_book(state, assessed(state))
    reports = {duty.key for duty in book.assessment.duties if duty.kind == "report"}
    anchors = {view.anchor for view in book.now("mine") if view.duty.key in reports}
    kind = "follow_up" if any(r.kind == "initial" for r in state.reports) else "initial"
    words = kind_words()
    page = ReportsPage(
        head=head(state),
        script=telephone_script(state),
        clocks=tuple(clock for clock in book.clocks() if clock.anchor in anchors),
        reports=tuple(
            ReportRow(
                report=report,
                url=url_for(".show", incident=incident, number=report.number),
                kind=words[report.kind],
                state=_state_word(report),
            )
            for report in state.reports
        ),
        next_kind=kind,
        next_words=words[kind],
        may_write=may("write_report") and not state.closed,
    )
    return render_template("reports.html", page=page)


def _report(state: IncidentState, number: int) -> Report:
    found = next((report for report in state.reports if report.number == number), None)
    if found is None:
        abort(404)
    return found


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
    where = state.place.detail or state.place.community or ""
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
        body="",
        grade=None,
    )


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
    report = _report(state, number)
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
        body=report.body,
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
    body = request.form.get("body", "").strip()[:LONGEST_TEXT]
    chosen = request.form.get("grade")
    former = _report(state, number).grade if number is not None else None
    grade: Level | None = former
    if may("sign_report"):  # a grade stands in a report only if the leader adds it
        grade = next((level for level in LEVELS if level == chosen), None)
    mistakes = {}
    if not title:
        mistakes["title"] = gettext("请写标题。")
    if not any(addressees):
        mistakes["to.0"] = gettext("请写报给谁。")

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
            "elements": tuple(Element(name=e.name, text=e.text or None) for e in elements),
            "body": body,
            "grade": grade,
        }
    )
    try:
        after = casebase.save_report(store(), state.id, saved, author=me().name, at=now())
    except CasebaseError as error:
        return again(told(error.text), 503)
    kept = number if number is not None else after.reports[-1].number
    return redirect(url_for(".show", incident=state.id, number=kept))


def _report_page(state: IncidentState, report: Report) -> ReportPage:
    people = names_of_people()
    office = casebase.office(store(), state.office) if state.office else None
    signed = report.signer is not None
    return ReportPage(
        drill=services().settings.drill,
        head=head(state),
        report=report,
        kind_words=kind_words()[report.kind],
        state_words=_state_word(report),
        office=office.name if office else None,
        telephone=office.telephone if office else None,
        addressees=report.addressees,
        elements=tuple(
            PaperElement(name=e.name, text=e.text or gettext("正在核实")) for e in report.elements
        ),
        grade_words=grade_word(report.grade) if report.grade else None,
        writer=people.get(report.written_by, report.written_by),
        signer=people.get(report.signer, report.signer) if report.signer else None,
        signed_at=report.signed_at,
        may_sign=may("sign_report") and not signed,
        may_edit=may("write_report") and not report.sendings and not state.closed,
        may_send=may("write_report") and (signed or report.kind == "telephone"),
    )


@blueprint.get("/<int:number>")
@login_required
def show(incident: str, number: int) -> str:
    """Show a report as it goes out."""
    state = load(incident)
    return render_template("report.html", page=_report_page(state, _report(state, number)))


@blueprint.get("/<int:number>.docx")
@login_required
def document(incident: str, number: int) -> Response:
    """Return a report as a Word document."""
    state = load(incident)
    page = _report_page(state, _report(state, number))
    name = re.sub(r'[\\/:*?"<>|\s]+', "_", page.report.title)
    return send_file(
        io.BytesIO(report_document(page)),
        mimetype=WORD,
        as_attachment=True,
        download_name=f"{name}.docx",
    )


@blueprint.post("/<int:number>/sign")
@requires("sign_report")
def sign(incident: str, number: int) -> AnyResponse:
    """签发: the leader signs the version on the page."""
    version = request.form.get("version", 0, type=int)
    state = load(incident)
    try:
        casebase.sign_report(store(), state.id, number, version, author=me().name, at=now())
    except CasebaseError as error:
        flash(told(error.text), "mistake")
    else:
        flash(gettext("已签发。"), "good")
    return redirect(url_for(".show", incident=incident, number=number))


@blueprint.post("/<int:number>/sent")
@requires("write_report")
def sent(incident: str, number: int) -> AnyResponse:
    """Write down to whom and how a report went."""
    to = request.form.get("to", "").strip()
    means = request.form.get("means", "").strip() or gettext("未写明")
    if not to:
        flash(gettext("请写报给谁。"), "mistake")
        return redirect(url_for(".show", incident=incident, number=number))
    return attempt(
        incident,
        lambda state: casebase.send_report(
            store(), state.id, number, to, means, author=me().name, at=now()
        ),
    )


@blueprint.post("/<int:number>/receipted")
@requires("write_report")
def receipted(incident: str, number: int) -> AnyResponse:
    """Write down that an addressee has the report."""
    to = request.form.get("to", "")
    receiver = request.form.get("receiver", "").strip() or None
    return attempt(
        incident,
        lambda state: casebase.receipt_report(
            store(), state.id, number, to, receiver=receiver, author=me().name, at=now()
        ),
    )
