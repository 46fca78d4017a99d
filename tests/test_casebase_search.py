"""Text search finds Chinese words of any length inside sentences."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canmou.casebase import (
    Caller,
    OpenIncident,
    Place,
    Store,
    call_in,
    close,
    connect,
    index_cases,
    load_cases,
    open_incident,
    search,
)
from canmou.casebase.search import _query, pieces

AT = datetime(2026, 11, 22, 3, 14)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with connect(tmp_path / "canmou.db") as one:
        index_cases(one, load_cases())
        open_incident(
            one,
            OpenIncident(
                incident_types=("gas_leak",), one_line="幸福小区3栋有燃气味", learned_at=AT,
                place=Place(county="莒县", community="幸福社区", detail="2单元501"),
                caller=Caller(name="王小明"),
            ),
            author="li",
            at=AT,
        )  # fmt: skip
        yield one


@pytest.mark.parametrize("words", ["燃气", "燃气味", "幸福小区", "莒县", "味", "幸福 燃气", "3"])
def test_words_inside_a_sentence_are_found(store: Store, words: str) -> None:
    assert [hit.title for hit in search(store, words, kinds=("incident",))] == [
        "幸福小区3栋有燃气味"
    ]


@pytest.mark.parametrize("words", ["气燃", "燃味", "王小明", "501", "幸福 地震", "", "。，"])
def test_what_is_not_there_is_not_found(store: Store, words: str) -> None:
    assert search(store, words, kinds=("incident",)) == ()


def test_cases_are_found_in_both_languages_with_an_excerpt(store: Store) -> None:
    for words in ("硝化棉", "nitrocellulose"):
        (hit,) = search(store, words)
        assert (hit.kind, hit.id) == ("case", "2015-tianjin-port-explosion")
        assert words in hit.excerpt.lower()


def test_searching_only_cases_leaves_incidents_out(store: Store) -> None:
    hits = search(store, "燃气", kinds=("case",))
    assert hits
    assert {"case"} == {hit.kind for hit in hits}


def test_the_index_follows_what_is_written(store: Store) -> None:
    (hit,) = search(store, "幸福小区", kinds=("incident",))
    call_in(store, hit.id, "地下车库也有味道", author="li", at=AT)
    close(store, hit.id, "阀门更换完毕", author="li", at=AT)
    for words in ("地下车库", "阀门更换"):
        assert [hit.id] == [one.id for one in search(store, words, kinds=("incident",))]


def test_indexing_the_cases_again_replaces_them(store: Store) -> None:
    before = search(store, "地震", kinds=("case",), limit=200)
    assert index_cases(store, load_cases()) == 145
    assert before == search(store, "地震", kinds=("case",), limit=200)


def test_the_limit_holds(store: Store) -> None:
    assert len(search(store, "事故", limit=3)) == 3


@given(st.text())
def test_nothing_that_is_typed_is_read_as_an_operator(text: str) -> None:
    query = _query(text)
    assert query.replace('"', "").replace(" *", "").replace(" AND ", " ").split() == [
        piece
        for word in query.replace('"', " ").split()
        if word not in ("AND", "*")
        for piece in [word]
    ]
    assert all(piece == piece.lower() for piece in pieces(text))
