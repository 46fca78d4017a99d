"""初报: telephone script, written report, signature of the leader, docx, sending."""

from __future__ import annotations

import io
import re

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
from canmou.casebase import CasebaseError, IncidentState, Report
from canmou.webui.accounts import may, me, names_of_people, requires
from canmou.webui.incident import attempt
from canmou.webui.incident_pages import duty_book, head, load
from canmou.webui.languages import told
from canmou.webui.pages.reports import (
    PaperElement,
    ReportPage,
    ReportRow,
    ReportsPage,
)
from canmou.webui.report_document import report_document
from canmou.webui.report_draft import telephone_script
from canmou.webui.services import assessed, services, store
from canmou.webui.template_words import grade_word
from canmou.webui.timewords import now

blueprint = Blueprint("reports", __name__, url_prefix="/incident/<incident>/report")
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


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
    if state.closed:
        kind = "final"
    page = ReportsPage(
        head=head(state),
        script=telephone_script(state),
        clocks=tuple(clock for clock in book.clocks() if clock.anchor in anchors),
        reports=tuple(report_row(state, report) for report in state.reports),
        next_kind=kind,
        next_words=kind_words()[kind],
        may_write=may("write_report") and state.merged_into is None,
    )
    return render_template("reports.html", page=page)


def report_row(state: IncidentState, report: Report) -> ReportRow:
    """Return a report as it stands in a list."""
    return ReportRow(
        report=report,
        url=url_for("reports.show", incident=state.id, number=report.number),
        kind=kind_words()[report.kind],
        state=_state_word(report),
    )


def report_of(state: IncidentState, number: int) -> Report:
    """Return a report of an incident, or 404."""
    found = next((report for report in state.reports if report.number == number), None)
    if found is None:
        abort(404)
    return found


def report_page(state: IncidentState, report: Report) -> ReportPage:
    """Return a report as it is shown and printed."""
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
        may_sign=may("sign_report") and not signed and state.merged_into is None,
        may_edit=may("write_report") and not report.sendings and state.merged_into is None,
        may_send=may("write_report") and (signed or report.kind == "telephone"),
    )


@blueprint.get("/<int:number>")
@login_required
def show(incident: str, number: int) -> str:
    """Show a report as it goes out."""
    state = load(incident)
    return render_template("report.html", page=report_page(state, report_of(state, number)))


@blueprint.get("/<int:number>.docx")
@login_required
def document(incident: str, number: int) -> Response:
    """Return a report as a Word document."""
    state = load(incident)
    page = report_page(state, report_of(state, number))
    title = f"{gettext('演练')}_{page.report.title}" if page.drill else page.report.title
    name = re.sub(r'[\\/:*?"<>|\s]+', "_", title)
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
