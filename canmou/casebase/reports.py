"""Reports (报): written, signed by a leader, sent, confirmed."""

from __future__ import annotations

from datetime import datetime

from canmou.casebase import work_events as work
from canmou.casebase.errors import NotPossible
from canmou.casebase.state import IncidentState, Report
from canmou.casebase.store import Store
from canmou.casebase.work_events import ReportSaved
from canmou.casebase.writing import write


def _report(state: IncidentState, number: int) -> Report:
    for report in state.reports:
        if report.number == number:
            return report
    raise NotPossible("没有这份报告。", "There is no such report.")


def save_report(
    store: Store,
    incident: str,
    report: ReportSaved,
    *,
    author: str,
    at: datetime,
    expected: int | None = None,
) -> IncidentState:
    """Write down a report, or the next version of one that was not sent yet.

    A signature holds for the version it was given for. Raises NotPossible for a report that was
    sent: what changed since belongs into a further report.
    """

    def check(before: IncidentState) -> None:
        if report.report is not None and _report(before, report.report).sendings:
            raise NotPossible(
                "这份报告已经报出，不能再改；有新情况请写续报。",
                "This report was sent and can no longer be changed; write a further report.",
            )

    return write(store, incident, report, author=author, at=at, expected=expected, check=check)


def sign_report(
    store: Store,
    incident: str,
    report: int,
    version: int,
    *,
    author: str,
    at: datetime,
    expected: int | None = None,
) -> IncidentState:
    """签发: the author, a leader, signs the version that was read.

    Raises NotPossible if there is a newer version. Whether the author may sign is asked of
    ``users.allowed`` by the page.
    """

    def check(before: IncidentState) -> None:
        one = _report(before, report)
        if one.version != version:
            raise NotPossible(
                f"报告已改到第 {one.version} 稿，请看过新稿再签发。",
                f"The report has been changed (version {one.version}); read it before signing.",
            )
        if one.signer is not None:
            raise NotPossible(
                f"{one.signer} 已经签发。", f"{one.signer} has signed this report already."
            )

    payload = work.ReportSigned(report=report, version=version)
    return write(store, incident, payload, author=author, at=at, expected=expected, check=check)


def send_report(
    store: Store,
    incident: str,
    report: int,
    to: str,
    means: str,
    *,
    author: str,
    at: datetime,
    expected: int | None = None,
) -> IncidentState:
    """Write down that a report went to ``to``. Written reports must be signed before.

    A telephone report needs no signature: the time limit runs while the leader is on the way.
    """

    def check(before: IncidentState) -> None:
        one = _report(before, report)
        if one.signer is None and one.kind != "telephone":
            raise NotPossible(
                "书面报告须由带班领导签发后才能报出。",
                "A written report must be signed by the duty leader before it is sent.",
            )

    payload = work.ReportSent(report=report, to=to, means=means)
    return write(store, incident, payload, author=author, at=at, expected=expected, check=check)


def receipt_report(
    store: Store,
    incident: str,
    report: int,
    to: str,
    *,
    author: str,
    at: datetime,
    receiver: str | None = None,
    expected: int | None = None,
) -> IncidentState:
    """Write down that ``to`` confirmed the report."""

    def check(before: IncidentState) -> None:
        waiting = (one.to for one in _report(before, report).sendings if one.receipted_at is None)
        if to not in waiting:
            raise NotPossible(
                f"没有等待“{to}”确认的报送。", f'No sending to "{to}" waits to be confirmed.'
            )

    payload = work.ReportReceipted(report=report, to=to, receiver=receiver)
    return write(store, incident, payload, author=author, at=at, expected=expected, check=check)
