"""平时准备: self-check, profile, registers, risks, plan check, year plan of a community."""

from __future__ import annotations

from canmou.webui.readiness import (
    check,
    moving,
    overview,
    plan_check,
    register_entries,
    register_sheets,
    registers,
    risks,
    weights,
    why,
    year_plan,
)
from canmou.webui.readiness.access import blueprint

__all__ = ["blueprint", "blueprints"]

blueprints = (blueprint, moving.blueprint)
"""The blueprint of readiness, and the one of the pages that stand in an incident."""

_PAGES = (
    check,
    overview,
    plan_check,
    register_entries,
    register_sheets,
    registers,
    risks,
    weights,
    why,
    year_plan,
)
"""The modules that add their views to the blueprint."""
