"""归档: final report, personal data, the incident as a past case, the file as one package."""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from datetime import date
from pathlib import Path

from flask import Blueprint, flash, redirect, render_template, request, send_file
from flask import url_for as url_of
from flask_babel import gettext
from flask_login import login_required

from canmou import casebase
from canmou.casebase import CasebaseError, IncidentState, NotPossible, PastCase, load_cases
from canmou.casebase.cases import Category
from canmou.casebase.users import Permission
from canmou.engine.rulebase.rulebase import UNDETERMINED
from canmou.webui.accounts import may, me, names_of_people, requires
from canmou.webui.event_words import log_text
from canmou.webui.incident_pages import head, load
from canmou.webui.languages import told
from canmou.webui.pages.archive import ArchivePage, PersonalView
from canmou.webui.replies import Reply
from canmou.webui.report_document import report_document
from canmou.webui.reports import kind_words, report_page, report_row
from canmou.webui.services import rulebase, services, store
from canmou.webui.timewords import now

blueprint = Blueprint("archive", __name__, url_prefix="/incident/<incident>/file")
LONGEST_CASE = 50_000
KEEPS_CASES: tuple[Permission, ...] = ("close", "review")
EXPORTS: tuple[Permission, ...] = ("close", "administer")


@blueprint.get("/")
@login_required
def overview(incident: str) -> str:
    """Show what is left to do with the file of an incident."""
    return _shown(load(incident))


def _shown(state: IncidentState, problem: str | None = None) -> str:
    page = ArchivePage(
        head=head(state),
        finals=tuple(report_row(state, r) for r in state.reports if r.kind == "final"),
        personal=personal_view(state),
        case=_typed_case() if problem else _draft(state),
        case_kept=_case_file(state).exists(),
        may_write=may("write_report") and state.closed_at is not None,
        may_destroy=may("destroy_personal"),
        may_keep_case=may(*KEEPS_CASES),
        may_export=may(*EXPORTS),
        problem=problem,
        typed={k: v for k, v in request.form.items() if k != "csrf_token"} if problem else {},
    )
    return render_template("archive.html", page=page)


def personal_view(state: IncidentState) -> PersonalView:
    """Return what holds for the personal data; ``due`` when somebody has to decide about them."""
    kept = state.personal
    entries = casebase.personal_left(store(), state.id)
    over = kept.kept_until is not None and kept.kept_until <= now().date()
    return PersonalView(
        entries=entries,
        kept_for=kept.kept_for,
        kept_until=kept.kept_until,
        destroyed_at=kept.destroyed_at,
        destroyed_by=names_of_people().get(kept.destroyed_by or "", kept.destroyed_by),
        due=state.closed and entries > 0 and (kept.kept_for is None or over),
    )


@blueprint.post("/keep")
@requires("destroy_personal")
def keep(incident: str) -> Reply:
    """Keep personal data longer: as evidence, or for an inquiry, after the assessment asked for."""
    state = load(incident)
    reason = request.form.get("reason", "").strip()
    until_text = request.form.get("until", "").strip()
    try:
        until = date.fromisoformat(until_text) if until_text else None
    except ValueError:
        return _shown(state, gettext("日期写成 2026-11-22 的样子。")), 422
    if not reason:
        return _shown(state, gettext("请写为什么还要保存。")), 422
    if until is not None and until <= now().date():
        return _shown(state, gettext("保存到哪天，要写今天以后的日期。")), 422
    try:
        casebase.keep_personal(store(), state.id, reason, author=me().name, at=now(), until=until)
    except CasebaseError as error:
        return _shown(state, told(error.text)), 409
    return redirect(url_of(".overview", incident=incident))


@blueprint.post("/destroy")
@requires("destroy_personal")
def destroy(incident: str) -> Reply:
    """Destroy personal data. It cannot be undone, so it is asked for twice."""
    state = load(incident)
    if request.form.get("sure") != "yes":
        return _shown(state, gettext("销毁后不能恢复，请先勾选确认。")), 422
    reason = request.form.get("destroy_reason", "").strip() or gettext("处置结束，不再需要")
    try:
        casebase.destroy_personal(store(), state.id, reason, author=me().name, at=now())
    except CasebaseError as error:
        return _shown(state, told(error.text)), 409
    flash(gettext("个人信息已销毁。"), "good")
    return redirect(url_of(".overview", incident=incident))


def _category(state: IncidentState) -> Category | None:
    """Return the category at the top of the tree above the first type."""
    types = rulebase().incident_types
    name: str | None = next((t for t in state.incident_types if t in types), None)
    while name is not None and types[name].parent is not None:
        name = types[name].parent
    wanted: tuple[Category, ...] = (
        "natural_disaster", "accident_disaster", "public_health", "social_safety",
    )  # fmt: skip
    return next((one for one in wanted if one == name), None)


def _draft(state: IncidentState) -> str | None:
    """Return the draft of a past case, or None where an incident does not become one."""
    category = _category(state)
    known = rulebase().incident_types
    if category is None or UNDETERMINED in state.incident_types:
        return None
    labels = {t: known[t].label for t in state.incident_types if t in known}
    if len(labels) < len(state.incident_types):
        return None
    try:
        return casebase.case_yaml(casebase.offer_as_case(state, category=category, labels=labels))
    except NotPossible:
        return None


def _typed_case() -> str | None:
    return request.form.get("case", "")[:LONGEST_CASE].replace("\r\n", "\n") or None


def _case_file(state: IncidentState) -> Path:
    return services().own_cases_folder / f"{state.id}.yaml"


@blueprint.post("/case")
@requires(*KEEPS_CASES)
def keep_case(incident: str) -> Reply:
    """Keep the incident as a past case of this installation, as it was read and corrected."""
    state = load(incident)
    if _draft(state) is None:
        return _shown(state, gettext("这起事件不能整理成案例。")), 422
    text = _typed_case()
    if text is None:
        return _shown(state, gettext("还没有写内容。")), 422
    try:
        case = _read_case(text)
        if case.id != state.id:
            return _shown(state, gettext("编号要是 %(id)s。", id=state.id)), 422
        casebase.keep_case(case, services().own_cases_folder)
    except CasebaseError as error:
        return _shown(state, told(error.text)), 422
    casebase.note(store(), state.id, gettext("已存为案例"), author=me().name, at=now())
    flash(gettext("已存为案例，以后会出现在相似案例里。"), "good")
    return redirect(url_of("result.case", case=case.id))


def _read_case(text: str) -> PastCase:
    """Return the one case of a text. Raises CaseFileError with every mistake."""
    rules = rulebase()
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "case.yaml").write_text(text, encoding="utf-8")
        cases = load_cases(
            Path(folder),
            measures=[*rules.measures, *(a for m in rules.measures.values() for a in m.aliases)],
            incident_types=rules.incident_types,
        )
    if len(cases) != 1:
        raise NotPossible("要恰好一个案例。", "There must be exactly one case.")
    return cases[0]


@blueprint.post("/package.zip")
@requires(*EXPORTS)
def package(incident: str) -> Reply:
    """Return the whole file for the archive: log and state, the log as text, the reports.

    It holds personal data and stands in the log, so that it is asked for twice.
    """
    state = load(incident)
    if request.form.get("sure") != "yes":
        return _shown(state, gettext("归档包含个人信息，请先勾选确认。")), 422
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        content = casebase.export_package(store(), state.id)
        archive.writestr("incident.json", json.dumps(content, ensure_ascii=False, indent=1))
        archive.writestr(f"{gettext('记录')}.txt", log_text(state))
        for report in state.reports:
            page = report_page(state, report)
            name = f"{report.number:03d}-{kind_words()[report.kind]}.docx"
            archive.writestr(name, report_document(page))
    casebase.note(store(), state.id, gettext("导出归档包"), author=me().name, at=now())
    kept.seek(0)
    return send_file(
        kept, mimetype="application/zip", as_attachment=True, download_name=f"{state.id}.zip"
    )
