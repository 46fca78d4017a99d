"""Agreement between reviewers, against worked examples that were published."""

from __future__ import annotations

import pytest

from canmou.casebase.agreement import agreement, pairwise


def test_cohen_two_raters_fifty_proposals() -> None:
    """The example by which Cohen's kappa is taught: 20 yes/yes, 5 yes/no, 10 no/yes, 15 no/no."""
    table = {("yes", "yes"): 20, ("yes", "no"): 5, ("no", "yes"): 10, ("no", "no"): 15}
    pairs = [pair for pair, times in table.items() for _ in range(times)]
    found = agreement(
        {
            "a": {f"{n:02}": one for n, (one, _) in enumerate(pairs)},
            "b": {f"{n:02}": other for n, (_, other) in enumerate(pairs)},
        }
    )
    assert ("cohen", 50, 35) == (found.coefficient, found.items, found.same)
    assert found.value == pytest.approx(0.4)


def test_fleiss_fourteen_raters_ten_subjects() -> None:
    """The table that is published with Fleiss' kappa: 14 raters, 10 subjects, 5 categories."""
    table = [
        [0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1],
        [7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7],
    ]  # fmt: skip
    said: dict[str, dict[str, str]] = {f"r{n}": {} for n in range(14)}
    for subject, row in enumerate(table):
        labels = [str(category) for category, times in enumerate(row) for _ in range(times)]
        for rater, label in enumerate(labels):
            said[f"r{rater}"][str(subject)] = label
    found = agreement(said)
    assert ("fleiss", 10) == (found.coefficient, found.items)
    assert found.value == pytest.approx(0.210, abs=0.0005)


def test_only_what_all_judged_counts_and_one_rater_has_no_kappa() -> None:
    said = {"a": {"1": "x", "2": "y", "3": "x"}, "b": {"1": "x", "2": "x"}, "c": {}}
    found = agreement(said)
    assert (("a", "b"), 2, 1) == (found.raters, found.items, found.same)
    assert agreement({"a": {"1": "x"}}).value is None
    assert agreement({}).value is None
    assert [("a", "b")] == [pair.raters for pair in pairwise(said)]


def test_two_who_always_say_the_same_agree_fully() -> None:
    same = {"1": "agree", "2": "agree"}
    assert 1 == agreement({"a": same, "b": same}).value
