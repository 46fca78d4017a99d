"""统计: counts as charts with their tables, rates as figures."""

from __future__ import annotations

from canmou.engine.records import Record
from canmou.webui.pages.charts import Chart
from canmou.webui.pages.reviews import AgreementView


class Rate(Record):
    """A share: so many of so many; no percent where there is nothing to count."""

    words: str
    part: int
    whole: int
    note: str = ""

    @property
    def percent(self) -> int | None:
        """The share in percent."""
        return round(100 * self.part / self.whole) if self.whole else None


class ChartGroup(Record):
    """Charts under one heading."""

    heading: str
    hint: str
    charts: tuple[Chart, ...]


class StatisticsPage(Record):
    """统计. The clocks were counted over ``counted`` incidents; ``left`` are still to be counted.

    ``newest_only`` says that older ended incidents are not counted anywhere on the page.
    """

    groups: tuple[ChartGroup, ...]
    rates: tuple[Rate, ...]
    agreement: AgreementView
    clocks: Chart
    counted: int
    left: int
    incidents: int
    newest_only: bool
    cases: int
