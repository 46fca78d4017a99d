"""检查发现: what the check has found, by file, each with an incident that shows it."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from typing import Any

from flask import Blueprint, render_template, url_for
from flask_login import login_required

from canmou.engine.proving.findings import NAMES, Finding, Witness
from canmou.webui.answers import statement_text
from canmou.webui.pages.findings import (
    FindingsOfFile,
    FindingsPage,
    FindingView,
    Given,
    KindCount,
    WitnessView,
)
from canmou.webui.policy import check_runs, may_check
from canmou.webui.services import rulebase

blueprint = Blueprint("findings", __name__, url_prefix="/policy/findings")
MILD = (False, 0, "none")
KEY_LENGTH = 12


@blueprint.get("")
@login_required
def overview() -> str:
    """Show what the last check has found."""
    check = check_runs().progress
    found = check.findings if check is not None else ()
    left = [f for f in found if f.accepted is None]
    counts = Counter(f.kind for f in left)
    page = FindingsPage(
        check=check,
        outdated=check is not None and check.release != rulebase().release,
        may_check=may_check(),
        counts=tuple(KindCount(kind=NAMES[k], number=n) for k, n in counts.most_common()),
        files=_by_file(left),
        kept=_by_file(f for f in found if f.accepted is not None),
    )
    return render_template("findings.html", page=page)


def key_of(finding: Finding) -> str:
    """Return the key of a finding: the same as long as it is found again."""
    words = "\0".join((finding.kind, finding.entry, finding.about, finding.message.zh))
    return hashlib.sha256(words.encode()).hexdigest()[:KEY_LENGTH]


def found_by(key: str) -> Finding | None:
    """Return a finding of the last check by its key."""
    check = check_runs().progress
    return next((f for f in (check.findings if check else ()) if key_of(f) == key), None)


def _by_file(findings: Iterable[Finding]) -> tuple[FindingsOfFile, ...]:
    files: dict[str, list[Finding]] = {}
    for finding in findings:
        files.setdefault(finding.place.file, []).append(finding)
    return tuple(
        FindingsOfFile(
            file=file,
            findings=tuple(
                finding_view(f)
                for f in sorted(files[file], key=lambda f: (f.place.line, f.entry, f.about))
            ),
        )
        for file in sorted(files)
    )


def finding_view(finding: Finding) -> FindingView:
    """Return a finding as pages show it."""
    return FindingView(
        finding=finding,
        kind=NAMES[finding.kind],
        anchor=f"finding-{key_of(finding)}",
        entry_url=entry_url(finding.entry),
        witness=_witness_view(finding, finding.witness) if finding.witness else None,
    )


def entry_url(entry: str) -> str | None:
    """Return the page of a rule or standard in the library."""
    rules = rulebase()
    if entry in rules.rules:
        return url_for("library.rule", rule=entry)
    if entry in rules.standards:
        return url_for("library.standard", standard=entry)
    return None


def _witness_view(finding: Finding, witness: Witness) -> WitnessView:
    rules, filled = rulebase(), witness.incident
    answers = dict(filled.get("answers") or {})
    if filled.get("status") is not None:
        answers = {"status": filled["status"], **answers}
    telling = {n: v for n, v in answers.items() if not _is_mild(v)}
    key = key_of(finding)
    types = [rules.incident_types[t].label for t in filled.get("incident_types", ())
             if t in rules.incident_types]  # fmt: skip
    return WitnessView(
        types=tuple(types),
        on=str(filled.get("on", "")),
        given=tuple(
            Given(label=rules.measures[n].label, value=statement_text(n, v, rules))
            for n, v in telling.items()
            if n in rules.measures
        ),
        mild=len(answers) - len(telling),
        url=url_for("trying.overview", finding=key),
        before_url=url_for("trying.overview", finding=key, side="beside")
        if witness.beside is not None
        else None,
    )


def _is_mild(value: Any) -> bool:
    return any(value is mild or (value == mild and type(value) is type(mild)) for mild in MILD)
