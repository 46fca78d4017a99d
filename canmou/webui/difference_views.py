"""The difference between two assessments in the words of a page."""

from __future__ import annotations

from flask_babel import gettext

from canmou.engine.assessment import DutyLine, Grade, LeadPart
from canmou.engine.duty_words import limit_text
from canmou.engine.explanation import Difference
from canmou.engine.explanation.phrases import range_text
from canmou.engine.records import Text
from canmou.webui.languages import told
from canmou.webui.pages.graph import ChangeView, ClockLine


def change_view(found: Difference) -> ChangeView:
    """Return what would be different."""
    before, after = range_text(found.overall_before), range_text(found.overall_after)
    return ChangeView(
        nothing=found.is_empty,
        overall=(before, after) if before != after else None,
        grades=tuple((g.title, _grade(g.before), _grade(g.after)) for g in found.grades),
        clocks=tuple(
            ClockLine(
                words=c.text,
                before=told(limit_text(c.before)) or gettext("没有时限"),
                after=told(limit_text(c.after)) or gettext("没有时限"),
            )
            for c in found.clocks
        ),
        added=_duties(found.duties_added),
        removed=_duties(found.duties_removed),
        now_certain=_duties(found.duties_now_certain),
        now_possible=_duties(found.duties_now_possible),
        lead_added=_leads(found.lead_added),
        lead_removed=_leads(found.lead_removed),
    )


def _grade(grade: Grade | None) -> str:
    return told(range_text(grade)) if grade is not None else gettext("不适用")


def _duties(duties: tuple[DutyLine, ...]) -> tuple[Text, ...]:
    perhaps = Text(zh="（可能需要）", en=" (possibly)")
    found = []
    for d in duties:
        end = Text(zh="", en="") if d.act_now else perhaps
        found.append(
            Text(
                zh=f"{d.by_label.zh}：{d.text.zh}{end.zh}",
                en=f"{d.by_label.en}: {d.text.en}{end.en}",
            )
        )
    return tuple(found)


def _leads(parts: tuple[LeadPart, ...]) -> tuple[Text, ...]:
    return tuple(
        Text(zh=f"{p.label.zh}（可能）", en=f"{p.label.en} (possible)")
        if p.status == "possible"
        else p.label
        for p in parts
    )
