"""为什么: the reasons of a gap or of a risk, drawn and told like those of an incident."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import login_required

from canmou.casebase import Office
from canmou.casebase.readiness_plans import KeptRisk
from canmou.casebase.readiness_rounds import Round
from canmou.readiness.questionnaire import questionnaire
from canmou.webui.accounts import names_of_people
from canmou.webui.frame import short_release
from canmou.webui.graph_views import GraphViews
from canmou.webui.languages import told
from canmou.webui.pages.questions import StatementView
from canmou.webui.pages.readiness import GapView, WhyPage
from canmou.webui.readiness.access import blueprint, community, head, may_work
from canmou.webui.readiness.asking import words_of
from canmou.webui.readiness.check import gap_view
from canmou.webui.readiness.risks import risk_of
from canmou.webui.readiness.rounds import checked, load_round
from canmou.webui.replies import Reply


class RoundSubject:
    """A self-check whose gaps are explained."""

    def __init__(self, office: Office, one: Round) -> None:
        self.office, self.round = office, one

    def url(self, of: str, key: str) -> str:
        """Return the address of a box in the graph of a gap."""
        return url_for(
            ".why", office=self.office.id, number=self.round.id, of=of, node=key, _anchor="node"
        )

    def statements(self, measure: str) -> tuple[StatementView, ...]:
        """Return the answer with the subject that gave it and who wrote it down."""
        answer = self.round.answers.get(measure)
        if answer is None:
            return ()
        subject = questionnaire().subjects.get(answer.source or "")
        return (
            StatementView(
                number=1,
                text=words_of(measure, answer.value),
                source=told(subject.label) if subject else "",
                state=gettext("自查回答"),
                by=names_of_people().get(answer.author, answer.author),
                at=answer.at,
            ),
        )

    def answer_url(self, measure: str) -> str | None:
        """Return the screen of the question, None where the user may not answer it."""
        section = questionnaire().section_of(measure)
        if section is None or self.round.closed_at is not None or not may_work(self.office):
            return None
        return url_for(
            ".section", office=self.office.id, number=self.round.id, name=section,
            _anchor=f"question-{measure}",
        )  # fmt: skip


class RiskSubject:
    """A risk whose place in the matrix and whose duties are explained."""

    def __init__(self, office: Office, kept: KeptRisk) -> None:
        self.office, self.kept = office, kept

    def url(self, of: str, key: str) -> str:
        """Return the address of a box in the graph of a conclusion."""
        return url_for(
            ".risk_why", office=self.office.id, number=self.kept.id, of=of, node=key,
            _anchor="node",
        )  # fmt: skip

    def statements(self, measure: str) -> tuple[StatementView, ...]:
        """Return the estimate that was entered."""
        value = self.kept.content["estimates"].get(measure)
        if value is None:
            return ()
        return (
            StatementView(
                number=1,
                text=words_of(measure, value),
                source="",
                state=gettext("估计"),
                by=names_of_people().get(self.kept.author, self.kept.author),
                at=self.kept.at,
            ),
        )

    def answer_url(self, measure: str) -> str | None:
        """Return None: a risk is not corrected but entered anew."""
        return None


@blueprint.get("/<office>/check/<int:number>/why")
@login_required
def why(office: str, number: int) -> Reply:
    """Show which answers and which rule make a gap, and what an open one waits for."""
    place = community(office)
    one = load_round(place, number)
    back = url_for(".check_result", office=office, number=number) + "#gaps"
    found = checked(one, place)
    of = request.args.get("of", "")
    gap = next((g for g in found.gaps if of == f"duty:{g.duty.key}"), None)
    if gap is None:
        flash(gettext("这一项现在不缺了，没有可解释的。"), "mistake")
        return redirect(back)
    return _page(
        place,
        GraphViews(RoundSubject(place, one), found.assessment, of),
        title=told(gap.duty.text),
        back=back,
        view=gap_view(place, one, gap),
    )


@blueprint.get("/<office>/risks/<int:number>/why")
@login_required
def risk_why(office: str, number: int) -> Reply:
    """Show why a risk lies where it lies (``of=grade``), or why a duty follows from it."""
    place = community(office)
    kept, found = risk_of(place, number)
    back = url_for(".risk", office=office, number=number)
    of = request.args.get("of", "")
    duty = next((d for d in found.duties if of == f"duty:{d.key}"), None)
    if duty is None and (of != "grade" or not found.columns):
        flash(gettext("现在没有这个结论了。"), "mistake")
        return redirect(back)
    return _page(
        place,
        GraphViews(RiskSubject(place, kept), found.review if duty else found.worst, of),
        title=told(duty.text) if duty else gettext("后果"),
        back=back,
        view=None,
    )


def _page(office: Office, shown: GraphViews, *, title: str, back: str, view: GapView | None) -> str:
    key = request.args.get("node", "")
    panel = shown.panel(key) if key else None
    if request.args.get("part") == "node":
        return render_template("_graph_node.html", panel=panel or abort(404))
    drawn, problem = shown.svg(key or None)
    page = WhyPage(
        head=head(office),
        view=view,
        title=title,
        svg=drawn,
        svg_url=None,
        problem=problem,
        panel=panel,
        reasons=shown.reasons(),
        steps=shown.steps(),
        release=short_release(shown.result.release),
        back_url=back,
    )
    return render_template("readiness/why.html", page=page)
