"""Drawing charts: pure figures in, places on a drawing out."""

from __future__ import annotations

from collections.abc import Sequence

from canmou.engine.explanation.graph_labels import text_width
from canmou.webui.pages.charts import Bar, Chart

WIDTH = 400.0
ROW = 30.0
BAR = 20.0
LABEL_SIZE = 14.0
MOST_LABEL = 150.0
FIGURE_WIDTH = 40.0
LINE_HEIGHT = 160.0
MARGIN = 30.0


def bars(title: str, unit: str, figures: Sequence[tuple[str, float]]) -> Chart:
    """Return a chart of horizontal bars, one below the other."""
    longest = max((text_width(label) * LABEL_SIZE for label, _ in figures), default=0.0)
    left = min(longest, MOST_LABEL) + 12
    top = max((value for _, value in figures), default=0.0) or 1.0
    room = WIDTH - left - FIGURE_WIDTH
    return Chart(
        kind="bars",
        title=title,
        unit=unit,
        width=WIDTH,
        height=max(len(figures), 1) * ROW,
        baseline=left,
        label_width=left,
        bars=tuple(
            Bar(
                label=label,
                value=value,
                shown=f"{value:g}",
                x=round(left, 1),
                y=round(number * ROW + (ROW - BAR) / 2, 1),
                width=round(room * value / top, 1),
                height=BAR,
            )
            for number, (label, value) in enumerate(figures)
        ),
    )


def line(title: str, unit: str, figures: Sequence[tuple[str, float]], top: float = 100) -> Chart:
    """Return a line over time; the axis goes from 0 to ``top``."""
    step = (WIDTH - 2 * MARGIN) / max(len(figures) - 1, 1)
    high = LINE_HEIGHT - 2 * MARGIN
    points = [
        Bar(
            label=label,
            value=value,
            shown=f"{value:g}",
            x=round(MARGIN + number * step, 1),
            y=round(MARGIN + high * (1 - min(value, top) / top), 1),
            width=0,
            height=0,
        )
        for number, (label, value) in enumerate(figures)
    ]
    return Chart(
        kind="line",
        title=title,
        unit=unit,
        width=WIDTH,
        height=LINE_HEIGHT,
        baseline=LINE_HEIGHT - MARGIN,
        label_width=0,
        bars=tuple(points),
        points=" ".join(f"{p.x},{p.y}" for p in points),
    )
