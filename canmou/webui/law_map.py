"""法律地图: the sources by kind, and each of them article by article."""

from __future__ import annotations

from flask_babel import gettext

from canmou.engine.records import Text
from canmou.engine.rulebase.coverage import COVERAGE_WORDS, coverage
from canmou.webui.library_index import LibraryIndex, article_order, place_text
from canmou.webui.pages.library import ArticleRow, EntryLine, MapLine, SourceGroup, SourceLine
from canmou.webui.services import rulebase


def kind_words() -> dict[str, str]:
    """Return the words for the kinds of sources, in the order of the page."""
    return {
        "law": gettext("法律"),
        "regulation": gettext("行政法规"),
        "rule": gettext("部门规章、规范性文件"),
        "plan": gettext("预案"),
        "standard": gettext("标准"),
        "local": gettext("地方规定"),
        "office": gettext("本单位制度"),
        "practice": gettext("良好做法"),
    }


def sources_by_kind(index: LibraryIndex) -> tuple[SourceGroup, ...]:
    """Return the sources that are cited, those most cited first within their kind."""
    cited = index.citing
    groups: dict[str, list[SourceLine]] = {kind: [] for kind in kind_words()}
    for name, record in rulebase().sources.items():
        if name in cited:
            line = SourceLine(id=name, source=record, entries=len(cited[name]))
            groups[record.kind].append(line)
    return tuple(
        SourceGroup(
            label=label, sources=tuple(sorted(groups[kind], key=lambda s: (-s.entries, s.id)))
        )
        for kind, label in kind_words().items()
        if groups[kind]
    )


def states_of_articles(source: str) -> tuple[MapLine, ...]:
    """Return how many articles of a source are in which state, and which no rule rests on."""
    if not rulebase().sources[source].articles:
        return ()
    lines = coverage(rulebase(), source)
    return tuple(
        MapLine(
            words=words,
            number=len(of_state),
            articles=tuple(a.article for a in of_state) if state == "missing" else (),
        )
        for state, words in COVERAGE_WORDS.items()
        if (of_state := [line for line in lines if line.state == state])
    )


def articles_of(source: str, index: LibraryIndex) -> tuple[ArticleRow, ...]:
    """Return the articles that something cites, and those that ask nothing of anybody."""
    entries: dict[str, dict[str, EntryLine]] = {}
    says: dict[str, dict[str, Text]] = {}
    for entry in index.citing.get(source, ()):
        for cite in entry.cites:
            if cite.source != source:
                continue
            article = cite.article or ""
            entries.setdefault(article, {})[f"{entry.line.kind} {entry.line.id}"] = entry.line
            if cite.says is not None:
                says.setdefault(article, {})[cite.says.zh] = cite.says
    idle = rulebase().sources[source].not_operational
    return tuple(
        ArticleRow(
            article=article,
            place=place_text(article),
            says=tuple(says.get(article, {}).values()),
            entries=tuple(entries.get(article, {}).values()),
            not_operational=idle.get(article),
        )
        for article in sorted({*entries, *idle}, key=article_order)
    )
