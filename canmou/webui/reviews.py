"""点评: trainers judge conclusions; policy staff answer what they disagree with, by rule."""

from __future__ import annotations

from typing import get_args

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from flask_login import login_required
from werkzeug.wrappers import Response

from canmou import casebase
from canmou.casebase import CasebaseError, IncidentState, Review
from canmou.casebase.agreement import pairwise
from canmou.casebase.reviews import ReviewVerdict
from canmou.webui.accounts import may, me, requires
from canmou.webui.frame import short_release
from canmou.webui.incident_pages import duty_book, head, load
from canmou.webui.languages import told
from canmou.webui.pages.base import Link
from canmou.webui.pages.reviews import Judged, OpenReviewsPage, ReviewPage
from canmou.webui.replies import Reply
from canmou.webui.review_views import (
    Conclusion,
    agreement_of,
    agreement_view,
    group_words,
    groups_of,
    is_older,
    latest,
    offices_of_reviews,
    open_by_rule,
    ratings,
    review_view,
    verdict_words,
)
from canmou.webui.services import assessed, rulebase, store
from canmou.webui.timewords import now

blueprint = Blueprint("reviews", __name__)
LONGEST_REASON = 1000
ANSWERED_SHOWN = 20


class Typed:
    """What was chosen and typed for each conclusion of the form."""

    def __init__(self) -> None:
        keys = request.form.getlist("key")
        self.verdicts = {k: request.form.get(f"verdict.{n}", "") for n, k in enumerate(keys)}
        self.reasons = {
            k: request.form.get(f"reason.{n}", "").strip()[:LONGEST_REASON]
            for n, k in enumerate(keys)
        }


@blueprint.get("/incident/<incident>/review")
@requires("review")
def incident(incident: str) -> str:
    """Show the conclusions of one group, each with its three verdicts."""
    return _shown(load(incident), request.args.get("group", ""))


@blueprint.post("/incident/<incident>/review")
@requires("review")
def judge(incident: str) -> Reply:
    """Keep the verdicts that are new; a disagreement or doubt needs its reason."""
    state, typed = load(incident), Typed()
    group = request.form.get("group", "")
    conclusions = {c.key: c for c in _groups(state).get(group, ())}
    mine = latest(casebase.reviews(store(), incident=state.id)).get(me().name, {})
    mistakes = {}
    new: list[tuple[Conclusion, ReviewVerdict, str]] = []
    for key, chosen in typed.verdicts.items():
        verdict: ReviewVerdict | None = next(
            (v for v in get_args(ReviewVerdict) if v == chosen), None
        )
        reason = typed.reasons[key]
        said = mine.get(f"{state.id} {key}")
        if key not in conclusions or verdict is None:
            if reason and key in conclusions:
                mistakes[key] = gettext("请选同意、不同意或存疑。")
            continue
        same = said is not None and (said.verdict, said.reason) == (verdict, reason)
        if said is not None and same and not is_older(said):
            continue
        if verdict != "agree" and not reason:
            mistakes[key] = gettext("不同意或存疑要写明理由。")
        new.append((conclusions[key], verdict, reason))
    if mistakes:
        return _shown(state, group, typed, mistakes), 422
    try:
        with store().writing():
            for conclusion, verdict, reason in new:
                casebase.add_review(
                    store(), state.id, conclusion.key, verdict, reason,
                    author=me().name, at=now(), rule=conclusion.rule, release=rulebase().release,
                )  # fmt: skip
    except CasebaseError as error:
        return _shown(state, group, typed, problem=told(error.text)), 503
    flash(ngettext("已记下 %(num)s 条点评。", "已记下 %(num)s 条点评。", len(new)), "good")
    return redirect(url_for(".incident", incident=state.id, group=group))


def _groups(state: IncidentState) -> dict[str, tuple[Conclusion, ...]]:
    made = assessed(state)
    return groups_of(made.assessment, duty_book(state, made))


def _shown(
    state: IncidentState,
    wanted: str,
    typed: Typed | None = None,
    mistakes: dict[str, str] | None = None,
    problem: str | None = None,
) -> str:
    groups = _groups(state)
    group = wanted if wanted in groups else next(iter(groups))
    given = casebase.reviews(store(), incident=state.id)
    said = latest(given)
    words = group_words()
    page = ReviewPage(
        head=head(state),
        groups=tuple(
            Link(
                words=f"{words[name]} {len(found)}",
                url=url_for(".incident", incident=state.id, group=name),
                current=name == group,
            )
            for name, found in groups.items()
        ),
        group=group,
        judged=tuple(
            _judged(state, number, one, said, typed, (mistakes or {}).get(one.key))
            for number, one in enumerate(groups[group])
        ),
        choices=tuple(verdict_words().items()),
        all=agreement_of(given),
        pairs=tuple(agreement_view(p) for p in pairwise(ratings(said))) if len(said) > 2 else (),
        problem=problem,
        release=short_release(assessed(state).assessment.release),
    )
    return render_template("review.html", page=page)


def _judged(
    state: IncidentState,
    number: int,
    one: Conclusion,
    said: dict[str, dict[str, Review]],
    typed: Typed | None,
    mistake: str | None,
) -> Judged:
    place = f"{state.id} {one.key}"
    mine = said.get(me().name, {}).get(place)
    others = [given[place] for who, given in said.items() if who != me().name and place in given]
    judged = mine if mine is not None and not is_older(mine) else None  # older: judge anew
    chosen, reason = (judged.verdict, judged.reason) if judged else ("", "")
    if typed is not None:
        chosen, reason = typed.verdicts.get(one.key, ""), typed.reasons.get(one.key, "")
    return Judged(
        number=number,
        key=one.key,
        rule=one.rule,
        text=one.text,
        status=one.status,
        chosen=chosen,
        reason=reason,
        mistake=mistake,
        mine=review_view(mine, one.text) if mine else None,
        others=tuple(review_view(other, one.text) for other in others) if judged else (),
        hidden=0 if judged else len(others),
        graph_url=url_for("graph.overview", incident=state.id, of=one.key),
    )


@blueprint.get("/reviews")
@login_required
def overview() -> str:
    """List what trainers disagree with, by rule."""
    return _open_page()


def _open_page(problem: str | None = None, typed: dict[int, str] | None = None) -> str:
    everything = casebase.reviews(store(), offices=offices_of_reviews())
    words = verdict_words()
    last = [one for said in latest(everything).values() for one in said.values()]
    answered = [one for one in everything if one.reply is not None]
    page = OpenReviewsPage(
        rules=open_by_rule(),
        answered=tuple(review_view(one) for one in reversed(answered[-ANSWERED_SHOWN:])),
        may_answer=may("edit_rules"),
        agreement=agreement_of(everything),
        counts=tuple((words[v], sum(one.verdict == v for one in last)) for v in words),
        problem=problem,
        typed=typed or {},
    )
    return render_template("reviews_open.html", page=page)


@blueprint.post("/reviews/<int:review>")
@requires("edit_rules")
def answer(review: int) -> Reply:
    """Close a disagreement with an answer."""
    reply = request.form.get("reply", "").strip()[:LONGEST_REASON]
    if not reply:
        return _open_page(gettext("请写答复。"), {review: ""}), 422
    try:
        casebase.answer_review(store(), review, reply, author=me().name, at=now())
    except CasebaseError as error:
        return _open_page(told(error.text), {review: reply}), 503
    flash(gettext("已答复，这条分歧已结。"), "good")
    return _back()


def _back() -> Response:
    return redirect(url_for(".overview"))
