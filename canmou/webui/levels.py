"""Levels: whose list a duty stands on, seen from the office of the reader."""

from __future__ import annotations

from typing import Literal

from flask_babel import gettext

from canmou.engine import RuleBase
from canmou.engine.assessment import DutyLine

Side = Literal["mine", "below", "urge", "upward", "other"]
ORDER = ("community", "township", "county", "city", "province", "nation")
URGED = {"public", "unit"}
OWN_POSTS = {"duty_officer", "duty_leader"}
LEADING = "lead_response"
DECIDERS = {
    "county_government", "city_government", "provincial_government", "lead_government",
    "alert_government", "higher_government", "relevant_government", "affected_area_government",
    "incident_command", "government_from_county_up", "local_government_from_county_up",
}  # fmt: skip
"""Who decides what a lower level may only ask for; departments and teams carry it out."""
COUNTY_DESK = {
    "county_government", "county_duty_office", "government_head", "incident_command",
    "onsite_command", "flood_control_headquarters",
    "earthquake_relief_headquarters", "forest_fire_headquarters",
}  # fmt: skip
"""County parties for which the county's duty office acts; it reminds departments and teams."""


def party_level(office_level: str) -> str:
    """Return the level of parties that an office stands for."""
    if office_level == "village":
        return "community"
    return office_level if office_level in ORDER else "community"


def levels_of(duty: DutyLine, rulebase: RuleBase) -> set[str]:
    """Return the levels of the parties that a duty asks, roles resolved."""
    parties = duty.resolved or duty.by
    found: set[str] = {rulebase.parties[p].level for p in parties if p in rulebase.parties}
    return (found - {"any"}) or found or {duty.level}


def side_of(duty: DutyLine, office_level: str, rulebase: RuleBase) -> Side:
    """Return where a duty belongs on the page of an office.

    ``mine`` is for this level, ``below`` and ``urge`` for lower levels, departments of the county,
    units and residents whom it reminds, ``upward`` for decisions of the next level that it asks
    for, ``other`` for the rest.
    """
    own = party_level(office_level)
    if OWN_POSTS & set(duty.by):
        return "mine"
    levels = levels_of(duty, rulebase)
    if own in levels:
        asked = {p for p in (*duty.by, *duty.resolved) if p in rulebase.parties}
        ours = {p for p in asked if rulebase.parties[p].level == own}
        return "below" if own == "county" and ours and not ours & COUNTY_DESK else "mine"
    if levels & URGED:
        return "urge"
    ranks = {ORDER.index(level) for level in levels if level in ORDER}
    here = ORDER.index(own)
    if ranks and max(ranks) < here:
        return "below"
    decides = (duty.kind == "command" or duty.action == LEADING) and bool(DECIDERS & set(duty.by))
    return "upward" if decides and next_above(own) in levels else "other"


def next_above(level: str) -> str:
    """Return the level that is asked; a community asks the township, a township the county."""
    return ORDER[min(ORDER.index(level) + 1, len(ORDER) - 1)]


def level_word(level: str) -> str:
    """Return the word for a level."""
    return {
        "public": gettext("居民、个人"),
        "unit": gettext("单位"),
        "community": gettext("居（村）委会"),
        "township": gettext("街道、乡镇"),
        "county": gettext("县（市、区）"),
        "city": gettext("设区的市"),
        "province": gettext("省级"),
        "nation": gettext("国家"),
    }.get(level, gettext("其他"))
