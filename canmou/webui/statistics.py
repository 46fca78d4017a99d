"""统计: placeholder for the first run."""

from flask import Blueprint

blueprint = Blueprint("statistics", __name__)


@blueprint.get("/statistics")
def overview() -> str:
    """x."""
    return "x"
