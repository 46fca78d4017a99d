"""Text search in cases and incidents by two-character pieces.

SQLite's ``unicode61`` finds no Chinese word inside a sentence and ``trigram`` needs three
characters, so the index holds every pair of neighbouring characters as a word of its own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Literal

from canmou.casebase.cases import PastCase
from canmou.casebase.errors import UnknownIncident
from canmou.casebase.state import IncidentState
from canmou.casebase.store import Store
from canmou.engine.records import Record

Kind = Literal["incident", "case"]
_RUNS = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]+|[0-9a-z]+")
_AROUND = 20
# Rows of incidents have the position of the incident as number, rows of cases negative numbers.


class Hit(Record):
    """One incident or case found; ``excerpt`` is the place in its text."""

    kind: Kind
    id: str
    title: str
    score: float
    excerpt: str


def pieces(text: str) -> tuple[str, ...]:
    """Return the pieces of ``text``: pairs of Chinese characters, whole words and numbers.

    >>> pieces("液化气泄漏 8.12")
    ('液化', '化气', '气泄', '泄漏', '漏', '8', '12')
    """
    return tuple(piece for run in _runs(text) for piece in _of_run(run))


def _runs(text: str) -> Iterator[str]:
    return (match.group() for match in _RUNS.finditer(text.lower()))


def _is_chinese(run: str) -> bool:
    return run[0] > "\u2fff"


def _of_run(run: str) -> Iterator[str]:
    if not _is_chinese(run):
        yield run
        return
    for first, second in pairwise(run):
        yield first + second
    yield run[-1]  # so that the last character can be found alone


def _query(words: str) -> str:
    """Return the FTS5 expression: every run of ``words`` must stand somewhere in the text.

    A run holds letters, digits and Chinese characters only, so nothing typed in is an operator.
    """
    return " AND ".join(_phrase(run) for run in _runs(words))


def _phrase(run: str) -> str:
    if not _is_chinese(run) or len(run) == 1:
        return f'"{run}" *'
    return '"' + " ".join(first + second for first, second in pairwise(run)) + '"'


def _put(store: Store, rowid: int, kind: Kind, ref: str, title: str, words: str) -> None:
    with store.writing():
        store.db.execute("DELETE FROM search_index WHERE rowid = ?", [rowid])
        store.db.table("search_index").insert(
            {
                "rowid": rowid, "kind": kind, "ref": ref, "title": title, "words": words,
                "pieces": " ".join(pieces(f"{title} {words}")),
            }
        )  # fmt: skip


def index_cases(store: Store, cases: Iterable[PastCase]) -> int:
    """Put all past cases into the index in place of what it held, and return how many."""
    count = 0
    with store.writing():
        store.db.execute("DELETE FROM search_index WHERE kind = ?", ["case"])
        for case in cases:
            texts = (case.what_happened, *case.response, *case.lessons)
            words = " ".join(f"{text.zh} {text.en}" for text in texts)
            where = "".join(filter(None, (case.place.province, case.place.city, case.place.county)))
            title = f"{case.name.zh} {case.name.en}"
            count += 1
            _put(store, -count, "case", case.id, title, f"{where} {words} {case.date:%Y-%m-%d}")
    return count


def index_incident(store: Store, state: IncidentState) -> None:
    """Put an incident into the index. Personal data stay out, so that they can be destroyed."""
    place = state.place
    where = "".join(
        filter(None, (place.province, place.city, place.county, place.township, place.community))
    )
    words = (
        where,
        *(call.one_line for call in state.further_calls),
        *(order.text for order in state.orders),
        *(report.title for report in state.reports),
        state.outcome or "",
        state.id,
    )
    row = store.row("SELECT position FROM incidents WHERE id = ?", [state.id])
    if row is None:
        raise UnknownIncident(state.id)
    _put(store, row["position"], "incident", state.id, state.one_line, " ".join(words))


def search(
    store: Store, words: str, *, kinds: tuple[Kind, ...] = ("incident", "case"), limit: int = 20
) -> tuple[Hit, ...]:
    """Return what holds all ``words``, the best first; nothing for a text without any word.

    The order is the same on every run: by rank, then by id.
    """
    query = _query(words)
    if not query or not kinds:
        return ()
    rows = store.rows(
        "SELECT kind, ref, title, words, bm25(search_index) AS rank FROM search_index"
        " WHERE search_index MATCH ? AND kind IN (SELECT value FROM json_each(?))"
        " ORDER BY round(rank, 6), ref LIMIT ?",
        [f"pieces : ({query})", json.dumps(kinds), limit],
    )
    return tuple(
        Hit(
            kind=row["kind"], id=row["ref"], title=row["title"], score=round(-row["rank"], 6),
            excerpt=_excerpt(row["words"], words),
        )
        for row in rows
    )  # fmt: skip


def _excerpt(text: str, words: str) -> str:
    """Return the surroundings of the first word that stands in ``text``."""
    lower = text.lower()
    at = next((place for run in _runs(words) if (place := lower.find(run)) >= 0), 0)
    start = max(0, at - _AROUND)
    end = min(len(text), at + 2 * _AROUND)
    return ("…" if start else "") + text[start:end] + ("…" if end < len(text) else "")
