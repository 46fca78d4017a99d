"""Plain charts: bars or a line as SVG, with their numbers as a table."""

from __future__ import annotations

from typing import Literal

from canmou.engine.records import Record


class Bar(Record):
    """One bar or point: where it stands in the drawing, its figure and its name.

    ``parts`` are the pieces of a stacked bar: series, x or y, length.
    """

    label: str
    value: float
    shown: str
    x: float
    y: float
    width: float
    height: float


class Chart(Record):
    """A chart with everything that its drawing needs; ``title`` is said aloud too."""

    kind: Literal["bars", "line"]
    title: str
    unit: str
    width: float
    height: float
    baseline: float
    label_width: float
    bars: tuple[Bar, ...]
    points: str = ""
