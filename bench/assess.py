"""How long one assessment takes, with the whole rule base, for the slice its type and date select.

``make bench`` prints median and 95th percentile in milliseconds, for the compiled matcher and for
experta's stock Rete, and how long loading takes.
"""

from __future__ import annotations

import statistics
import time
from datetime import date

from canmou.engine import Facts, assess, load_rulebase

INCIDENTS = {
    "gas_leak, nothing answered": Facts(
        incident_types=("gas_leak",), status="occurred", on=date(2026, 11, 1)
    ),
    "hazardous_chemical, half answered": Facts(
        incident_types=("hazardous_chemical",),
        status="occurred",
        on=date(2026, 11, 1),
        answers={"deaths": ">= 3", "trapped": "1..5", "danger_continues": True},
    ),
    "rainstorm_flood, red signal": Facts(
        incident_types=("rainstorm_flood",),
        status="imminent",
        on=date(2026, 7, 20),
        answers={"rainstorm_signal": "red"},
    ),
    "infectious_disease": Facts(
        incident_types=("infectious_disease",), status="occurred", on=date(2026, 5, 1)
    ),
    "type undetermined": Facts(status="occurred", on=date(2026, 11, 1)),
}
RUNS = {"index": 60, "rete": 12}
CHANGING = ("deaths", "trapped", "injuries", "evacuated_persons")


def changed(facts: Facts, number: int) -> Facts:
    """Return the facts as an officer changes them: one other answer from one run to the next."""
    name = CHANGING[number % len(CHANGING)]
    answers = {**facts.answers, name: f">= {number % 7}"}
    return facts.model_copy(update={"answers": answers})


def main() -> None:
    begin = time.perf_counter()
    rulebase = load_rulebase()
    print(f"loading and checking {len(rulebase.rules)} rules, {len(rulebase.standards)} standards: "
          f"{time.perf_counter() - begin:.2f} s")  # fmt: skip
    for name, facts in INCIDENTS.items():
        for matcher, runs in RUNS.items():
            begin = time.perf_counter()
            result = assess(facts, rulebase, matcher=matcher)
            building = (time.perf_counter() - begin) * 1000
            times = []
            for number in range(runs):
                now = changed(facts, number)
                begin = time.perf_counter()
                assess(now, rulebase, matcher=matcher)
                times.append((time.perf_counter() - begin) * 1000)
            times.sort()
            print(
                f"{name:36} {matcher:6} median {statistics.median(times):6.1f} ms  "
                f"p95 {times[int(runs * 0.95)]:6.1f} ms  first {building:6.0f} ms  "
                f"firings {len(result.firings)}, duties {len(result.duties)}"
            )


if __name__ == "__main__":
    main()
