"""From the files under knowledge/ to a checked rule base: all mistakes of a run at once."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from canmou.engine.rulebase.checking import check_names
from canmou.engine.rulebase.errors import Mistake, Place, RuleErrors
from canmou.engine.rulebase.reading import Reader
from canmou.engine.rulebase.rulebase import RuleBase


def knowledge_folder() -> Path:
    """Return the folder of the shipped rule files: of the checkout, else of the installation."""
    here = Path(__file__).resolve().parents[2]
    installed, checkout = here / "knowledge", here.parent / "knowledge"
    return checkout if (checkout / "sources.yaml").exists() else installed


def load_rulebase(folder: Path | str | None = None) -> RuleBase:
    """Load, check and return the rule files under ``folder`` (the shipped ones by default).

    Raises RuleErrors with every mistake found, each with file, line and column.
    """
    root = Path(folder) if folder is not None else knowledge_folder()
    with _nothing_to_collect():
        reader = Reader(root)
        rulebase = reader.load()
        mistakes = list(reader.mistakes)
        if not reader.words_broken:
            mistakes += check_names(rulebase, reader.place_of, written=reader.written)
    if mistakes:
        raise RuleErrors(_told(mistakes))
    return rulebase


def _told(mistakes: Iterable[Mistake]) -> list[Mistake]:
    """Return what is told, by place; what only follows from another mistake is not."""
    every = sorted(mistakes, key=lambda m: (m.place.file, m.place.line))
    return [m for m in every if not m.follows] or every


@contextmanager
def _nothing_to_collect() -> Iterator[None]:
    """Keep the garbage collector from looking again and again at records that all stay."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def load_what_is_right(folder: Path | str | None = None) -> tuple[RuleBase, list[Mistake]]:
    """Return the rule base without the entries that hold mistakes, and the mistakes.

    For checking one file while others are being edited; never for assessing incidents.
    """
    rulebase, mistakes, _ = load_with_places(folder)
    return rulebase, mistakes


def load_with_places(
    folder: Path | str | None = None,
    clashes_too: bool = False,
    read: Callable[[str, str], bool] = lambda name, text: True,
) -> tuple[RuleBase, list[Mistake], Callable[..., Place]]:
    """Return what ``load_what_is_right`` does, and where each value stands in the files.

    With ``clashes_too`` rules that only contradict each other stay, for the checker to tell of.
    ``read`` says by name and text which files are read at all.
    """
    root = Path(folder) if folder is not None else knowledge_folder()
    found: dict[str, Mistake] = {}
    left_out: set[tuple[str, int]] = set()
    while True:
        with _nothing_to_collect():
            reader = Reader(root, left_out, read)
            rulebase = reader.load()
            mistakes = list(reader.mistakes)
            if not reader.words_broken:
                mistakes += check_names(rulebase, reader.place_of, not clashes_too, reader.written)
        new = {str(m): m for m in mistakes if str(m) not in found}
        found.update(new)
        entries = {reader.entry_at(m.place) for m in mistakes} - left_out
        if not entries:
            return rulebase, _told(found.values()), reader.place_of
        left_out |= entries
