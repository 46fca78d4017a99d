"""年度自查: start, answer screen by screen, resume, result."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import login_required
from werkzeug.wrappers import Response

from canmou.casebase import CasebaseError, Office
from canmou.casebase import readiness_rounds as kept
from canmou.casebase.readiness_rounds import Round
from canmou.engine.records import Text
from canmou.readiness.checking import Gap, compare
from canmou.readiness.clocks import clocks
from canmou.readiness.profile import schemes
from canmou.readiness.questionnaire import ABOVE, questionnaire
from canmou.webui.accounts import me
from canmou.webui.frame import short_release
from canmou.webui.languages import told
from canmou.webui.pages.base import Link
from canmou.webui.pages.questions import Entry
from canmou.webui.pages.readiness import CheckPage, GapView, ResultPage, SectionPage, SectionView
from canmou.webui.readiness.access import blueprint, community, head, may_work, require_work
from canmou.webui.readiness.asking import asked, typed
from canmou.webui.readiness.hints import register_hints
from canmou.webui.readiness.profiles import profile_view
from canmou.webui.readiness.rounds import before, checked, load_round
from canmou.webui.replies import Reply
from canmou.webui.services import rulebase, store
from canmou.webui.timewords import now

EVERYBODY = "all"


@blueprint.get("/<office>/check")
@login_required
def check_overview(office: str) -> str:
    """Show the self-checks of a community, and how far the present one is."""
    place = community(office)
    every = kept.rounds(store(), office)
    current = every[0] if every else None
    sections = _sections(place, current)
    year = now().year
    page = CheckPage(
        head=head(place),
        current=current,
        others=every[1:],
        sections=sections,
        answered=sum(s.answered for s in sections),
        asked=sum(s.asked for s in sections),
        year=year,
        may_start=may_work(place) and (current is None or current.year < year),
        next_url=next((s.url for s in sections if s.answered < s.asked), None),
    )
    return render_template("readiness/check.html", page=page)


def _sections(office: Office, one: Round | None) -> tuple[SectionView, ...]:
    return tuple(
        SectionView(
            name=name,
            label=section.label,
            url=url_for(".section", office=office.id, number=one.id, name=name) if one else "",
            answered=sum(m in one.answers for m in section.measures) if one else 0,
            asked=len(section.measures),
        )
        for name, section in questionnaire().sections.items()
    )


@blueprint.post("/<office>/check/start")
@login_required
def start_check(office: str) -> Response:
    """Begin the self-check of this year."""
    place = community(office)
    require_work(place)
    try:
        one = kept.start_round(store(), office, now().year, author=me().name, at=now())
    except CasebaseError as error:
        flash(told(error.text), "mistake")
        return redirect(url_for(".check_overview", office=office))
    first = next(iter(questionnaire().sections))
    return redirect(url_for(".section", office=office, number=one.id, name=first))


@blueprint.get("/<office>/check/<int:number>/<name>")
@login_required
def section(office: str, number: int, name: str) -> Reply:
    """Show one screen of questions."""
    place = community(office)
    one = load_round(place, number)
    if name not in questionnaire().sections:
        return redirect(url_for(".check_overview", office=office))
    return _shown(place, one, name, {}, {})


@blueprint.post("/<office>/check/<int:number>/<name>")
@login_required
def save_section(office: str, number: int, name: str) -> Reply:
    """Keep what was answered on a screen; what was left out stays open."""
    place = community(office)
    require_work(place)
    one = load_round(place, number)
    if name not in questionnaire().sections:
        return redirect(url_for(".check_overview", office=office))
    names = questionnaire().sections[name].measures
    entries, values, mistakes = typed(names)
    if mistakes:
        return _shown(place, one, name, entries, mistakes), 422
    new = {k: v for k, v in values.items() if k not in one.answers or one.answers[k].value != v}
    if new:
        source = request.form.get("source", "")
        try:
            kept.answer_round(
                store(), number, new, source=source or None, author=me().name, at=now()
            )
        except CasebaseError as error:
            return _shown(place, one, name, entries, {}, told(error.text)), 409
    if "stop" in request.form:
        return redirect(url_for(".check_overview", office=office))
    following = _after(name)
    if following is None:
        return redirect(url_for(".check_result", office=office, number=number))
    return redirect(url_for(".section", office=office, number=number, name=following))


def _after(name: str) -> str | None:
    names = list(questionnaire().sections)
    at = names.index(name) + 1
    return names[at] if at < len(names) else None


def _shown(
    office: Office,
    one: Round,
    name: str,
    entries: dict[str, Entry],
    mistakes: dict[str, str],
    problem: str | None = None,
) -> str:
    form = questionnaire()
    names = list(form.sections)
    at = names.index(name)
    sections = _sections(office, one)
    back = url_for(".check_overview", office=office.id)
    if at:
        back = url_for(".section", office=office.id, number=one.id, name=names[at - 1])
    measures = form.sections[name].measures
    said = next((one.answers[m].source for m in measures if m in one.answers), None)
    page = SectionPage(
        head=head(office),
        round=one,
        section=sections[at],
        number=at + 1,
        of=len(names),
        questions=asked(
            measures, one.answers, before(one), entries, mistakes, register_hints(office, measures)
        ),
        sources=tuple((key, s.label) for key, s in form.subjects.items() if key != ABOVE),
        source=request.form.get("source", said or "committee"),
        back_url=back,
        problem=problem,
    )
    return render_template("readiness/section.html", page=page)


@blueprint.post("/<office>/check/<int:number>/close")
@login_required
def close_check(office: str, number: int) -> Response:
    """End a self-check, or go on with one that was ended too early."""
    place = community(office)
    require_work(place)
    load_round(place, number)
    try:
        if "reopen" in request.form:
            kept.reopen_round(store(), number)
        else:
            kept.close_round(store(), number, author=me().name, at=now())
    except CasebaseError as error:
        flash(told(error.text), "mistake")
    return redirect(url_for(".check_result", office=office, number=number))


@blueprint.get("/<office>/check/<int:number>/result")
@login_required
def check_result(office: str, number: int) -> str:
    """Show the gaps of a self-check as duties, by subject, beside the last time."""
    place = community(office)
    one = load_round(place, number)
    found = checked(one, place)
    last = before(one)
    subject = request.args.get("subject", EVERYBODY)
    if subject not in questionnaire().subjects:
        subject = EVERYBODY
    wanted = [g for g in found.gaps if subject in {EVERYBODY, *g.subjects}]
    gaps = tuple(gap_view(place, one, g) for g in wanted)
    asked_measures = questionnaire().measures
    page = ResultPage(
        head=head(place),
        round=one,
        before=last,
        subjects=_subjects(place, one, subject, found.certain),
        subject=subject,
        gaps=tuple(g for g in gaps if g.gap.certain),
        open=tuple(g for g in gaps if not g.gap.certain),
        counts=_counts(found.certain),
        comparison=compare(found, checked(last, place)) if last else None,
        clocks=clocks(one.values, place.area, rulebase()),
        profiles=tuple(profile_view(place, one, last, name) for name in schemes()),
        answered=sum(m in one.answers for m in asked_measures),
        asked=len(asked_measures),
        unreadable=found.unreadable,
        release=short_release(found.assessment.release),
        today=now().date(),
    )
    return render_template("readiness/result.html", page=page)


def _counts(gaps: tuple[Gap, ...]) -> dict[str, int]:
    return {m: sum(g.duty.modality == m for g in gaps) for m in ("must", "should", "may")}


def _subjects(office: Office, one: Round, subject: str, gaps: tuple[Gap, ...]) -> tuple[Link, ...]:
    """Return the lists of the subjects, each with how many gaps stand on it."""
    lists = [(EVERYBODY, Text(zh="全部", en="All"), len(gaps))]
    lists += [
        (key, s.label, sum(key in g.subjects for g in gaps))
        for key, s in questionnaire().subjects.items()
    ]
    return tuple(
        Link(
            words=gettext("%(what)s %(count)s", what=told(label), count=count),
            url=url_for(".check_result", office=office.id, number=one.id, subject=key) + "#gaps",
            current=key == subject,
        )
        for key, label, count in lists
    )


def gap_view(office: Office, one: Round, gap: Gap) -> GapView:
    """Return a gap with the way to its question."""
    measures = rulebase().measures
    url = None
    if gap.section is not None:
        where = url_for(".section", office=office.id, number=one.id, name=gap.section)
        url = f"{where}#question-{gap.duty.action}"
    return GapView(
        gap=gap,
        question_url=url,
        why_url=url_for(".why", office=office.id, number=one.id, of=f"duty:{gap.duty.key}"),
        waits_for=tuple(measures[m].label for m in gap.duty.waits_for if m in measures),
    )
