"""What the registers say beside a question of the self-check."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext, ngettext

from canmou.casebase import Office
from canmou.casebase.readiness_registers import register_rows
from canmou.readiness.registers import registers
from canmou.readiness.upkeep import stale
from canmou.webui.languages import told
from canmou.webui.readiness.rounds import last_gone_through
from canmou.webui.services import store
from canmou.webui.timewords import now

REGISTER_OF = {
    "ready_risk_register": "hazards",
    "ready_people_register": "people",
    "ready_shelter_capacity": "shelters",
    "ready_supplies": "supplies",
    "ready_supplies_current": "supplies",
    "ready_movers": "movers",
    "ready_warning_receivers": "receivers",
    "ready_social_orgs": "volunteers",
    "ready_committee_drill": "drills",
    "ready_drill_findings": "drills",
    "last_drill_on": "drills",
}
"""Which register has something to say about which question."""


def register_hints(office: Office, measures: Iterable[str]) -> dict[str, str]:
    """Return, by question, how many entries the register holds and how many are stale."""
    return {
        measure: _hint(office, REGISTER_OF[measure])
        for measure in measures
        if measure in REGISTER_OF
    }


def _hint(office: Office, name: str) -> str:
    register = registers()[name]
    rows = register_rows(store(), office.id, name, personal=False)
    today, since = now().date(), last_gone_through(office.id)
    old = sum(stale(register, row.values, today, since) is not None for row in rows)
    told_rows = ngettext(
        "登记册“%(name)s”里有 %(num)s 条，其中 %(old)s 条要核对。",
        "登记册“%(name)s”里有 %(num)s 条，其中 %(old)s 条要核对。",
        len(rows), name=told(register.label), old=old,
    )  # fmt: skip
    if name != "drills" or not rows:
        return told_rows
    last = max(str(row.values.get("held_on")) for row in rows)
    return f"{told_rows} " + gettext("最近一次是 %(day)s。", day=last)
