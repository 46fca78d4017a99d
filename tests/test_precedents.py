"""An incident beside past cases: names of types and measures may be written in any allowed way."""

from datetime import date

from canmou.engine import Facts
from canmou.precedents import situation


def test_names_written_in_chinese_are_compared_like_ids(rulebase):
    by_id = Facts(
        incident_types=("hazardous_chemical",), status="occurred", on=date(2026, 11, 1),
        answers={"deaths": 12},
    )  # fmt: skip
    label = rulebase.incident_types["hazardous_chemical"].label.zh
    by_label = by_id.model_copy(
        update={"incident_types": (label,), "answers": {rulebase.measures["deaths"].label.zh: 12}}
    )
    assert situation(by_label, rulebase) == situation(by_id, rulebase)
    assert set(situation(by_id, rulebase).figures) == {"deaths"}
