"""The official wording beside a citation, from the texts that the office has imported."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from canmou.engine.assessment import Citation
from canmou.engine.clauses.official import OfficialText, official_text
from canmou.webui.services import services


def official_lines(cite: Citation) -> tuple[str, ...]:
    """Return the lines of the place cited, empty where its text was not imported."""
    if not cite.article or not cite.article[:1].isdigit():
        return ()
    text = _text(services().settings.instance, cite.source)
    return text.place(cite.article).lines if text is not None else ()


def _text(instance: Path, source: str) -> OfficialText | None:
    path = instance / "law" / f"{source}.json"
    if not path.is_file():
        return None
    return _kept(instance, source, path.stat().st_mtime_ns)


@lru_cache(maxsize=64)
def _kept(instance: Path, source: str, changed: int) -> OfficialText | None:
    """Return a text read before, as long as its file has not changed."""
    return official_text(instance, source)
