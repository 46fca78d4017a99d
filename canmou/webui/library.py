"""规则库: what the rules say, by folder, by law and by words. Read-only, for every role."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from flask_login import login_required
from werkzeug.wrappers import Response

from canmou.engine.records import Text
from canmou.webui.languages import told
from canmou.webui.law_map import articles_of, kind_words, sources_by_kind, states_of_articles
from canmou.webui.library_index import (
    Entry,
    LibraryIndex,
    LibraryIndexes,
    folder_label,
)
from canmou.webui.library_words import period_words
from canmou.webui.pages.library import (
    Choice,
    EntryLine,
    FileView,
    Filters,
    FolderView,
    LibraryPage,
    SourcePage,
    View,
)
from canmou.webui.review_views import open_by_rule
from canmou.webui.rule_views import RuleViews
from canmou.webui.services import rulebase, services
from canmou.webui.timewords import now

blueprint = Blueprint("library", __name__, url_prefix="/library")
MOST_FOUND = 200
TITLES_OF_A_FILE = 3
FOLDER_ORDER = (
    "common", "natural_disaster", "accident_disaster", "public_health", "social_safety",
    "everyday", "prevention", "local",
)  # fmt: skip
KEY = "canmou.library"


def index() -> LibraryIndex:
    """Return the index of the rules in use."""
    kept = current_app.extensions.setdefault(KEY, LibraryIndexes())
    found: LibraryIndex = kept.of(rulebase())
    return found


def views() -> RuleViews:
    """Return what makes the pages of the entries."""
    return RuleViews(index(), services().rules.folder, now().date())


@blueprint.get("")
@login_required
def overview() -> str:
    """Show the entries by folder, by law, or those that a search finds."""
    wanted = _wanted()
    chosen = (wanted.words, wanted.party, wanted.action, wanted.measure, wanted.source)
    view: View = "folders"
    if any(chosen) or wanted.unverified:
        view = "search"
    elif request.args.get("view") == "laws":
        view = "laws"
    found = index().search(*chosen, wanted.unverified) if view == "search" else ()
    rules = rulebase()
    page = LibraryPage(
        view=view,
        filters=wanted,
        folders=_folders() if view == "folders" else (),
        sources=sources_by_kind(index()) if view == "laws" else (),
        found=found[:MOST_FOUND],
        more=max(len(found) - MOST_FOUND, 0),
        rules=len(rules.rules),
        standards=len(rules.standards),
        scenarios=len(rules.scenarios),
    )
    return render_template("library.html", page=page)


@blueprint.get("/rule/<rule>")
@login_required
def rule(rule: str) -> str | Response:
    """Show one rule in plain words; the id of a standard or list leads to its own page."""
    found = rulebase().rules.get(rule)
    if found is None:
        if rule in rulebase().chooses:
            return redirect(url_for(".choice", choice=rule))
        name = rulebase().standard_id(rule) or abort(404)
        return redirect(url_for(".standard", standard=name))
    return render_template(
        "library_rule.html", page=views().rule(found), disagreements=open_by_rule(rule)
    )


@blueprint.get("/standard/<standard>")
@login_required
def standard(standard: str) -> str:
    """Show one standard as a table of levels."""
    name = rulebase().standard_id(standard) or abort(404)
    page = views().standard(rulebase().standards[name])
    return render_template("library_standard.html", page=page)


@blueprint.get("/choice/<choice>")
@login_required
def choice(choice: str) -> str:
    """Show a list of which at least some are done."""
    found = rulebase().chooses.get(choice) or abort(404)
    return render_template("library_choice.html", page=views().choice(found))


@blueprint.get("/card/<card>")
@login_required
def card(card: str) -> str | Response:
    """Show a first-minute card; a type without one of its own leads to the card it uses."""
    found = rulebase().cards.get(card)
    if found is None:
        known = rulebase().type_id(card) or abort(404)
        nearest = rulebase().card_for(known) or abort(404)
        return redirect(url_for(".card", card=nearest.incident_type))
    return render_template("library_card.html", page=views().card(found))


@blueprint.get("/source/<source>")
@login_required
def source(source: str) -> str:
    """Show a source article by article, with the entries that cite each."""
    sources = rulebase().sources
    found = sources.get(source) or abort(404)
    after = sources.get(found.replaced_by or "")
    page = SourcePage(
        id=source,
        source=found,
        kind=kind_words()[found.kind],
        period=period_words(found.in_force),
        replaced_by=after.title if after is not None else None,
        articles=articles_of(source, index()),
        map=states_of_articles(source),
    )
    return render_template("library_source.html", page=page)


# -- parts ---------------------------------------------------------------------------------------


def _wanted() -> Filters:
    rules, known = rulebase(), index()
    measures = {m for e in known.entries for m in e.measures}
    parties = {p for e in known.entries for p in e.parties}
    actions = {a for e in known.entries for a in e.actions}
    arguments = request.args
    return Filters(
        words=arguments.get("q", "").strip()[:200],
        party=arguments.get("party", ""),
        action=arguments.get("action", ""),
        measure=rules.measure_id(arguments.get("measure", "")) or "",
        source=arguments.get("source", ""),
        unverified="unverified" in arguments,
        parties=_choices(parties, lambda n: rules.parties[n].label),
        actions=_choices(actions, lambda n: rules.actions[n].label),
        measures=_choices(measures & set(rules.measures), lambda n: rules.measures[n].label),
        sources=_choices(known.citing, lambda n: rules.sources[n].title),
    )


def _choices(names: Iterable[str], label: Callable[[str], Text]) -> tuple[Choice, ...]:
    found = [Choice(id=n, label=label(n)) for n in names]
    return tuple(sorted(found, key=lambda c: told(c.label)))


def _folders() -> tuple[FolderView, ...]:
    """Return the folders as they lie on disk, the widest first."""
    tree: dict[str, dict[str, list[Entry]]] = {}
    for entry in index().entries:
        folder, _, _ = _inside(entry.file).rpartition("/")
        tree.setdefault(folder.partition("/")[0], {}).setdefault(folder, []).append(entry)
    order = {name: number for number, name in enumerate(FOLDER_ORDER)}
    names = sorted(tree, key=lambda name: (order.get(name, len(order)), name))
    return tuple(_folder(name, tree[name]) for name in names)


def _inside(file: str) -> str:
    """Return a path without the folder of all rule files."""
    return file.partition("/")[2] or file


def _folder(top: str, below: dict[str, list[Entry]]) -> FolderView:
    folders = tuple(
        FolderView(
            path=path,
            label=folder_label(path.rpartition("/")[2], rulebase(), entries),
            files=_files(entries),
            folders=(),
            entries=len(entries),
        )
        for path, entries in sorted(below.items())
        if path != top
    )
    own = below.get(top, [])
    return FolderView(
        path=top,
        label=folder_label(top, rulebase(), own),
        files=_files(own),
        folders=folders,
        entries=len(own) + sum(f.entries for f in folders),
    )


def _files(entries: list[Entry]) -> tuple[FileView, ...]:
    found: dict[str, list[EntryLine]] = {}
    for entry in entries:
        found.setdefault(entry.file, []).append(entry.line)
    return tuple(
        FileView(
            path=file,
            name=file.rpartition("/")[2],
            about=_about(lines),
            entries=tuple(lines),
        )
        for file, lines in found.items()
    )


def _about(lines: list[EntryLine]) -> Text:
    """Return the titles of the first entries of a file: its name is a word for programs."""
    titles = [line.title for line in lines[:TITLES_OF_A_FILE]]
    more = "…" if len(lines) > TITLES_OF_A_FILE else ""
    return Text(
        zh="、".join(t.zh for t in titles) + more, en=", ".join(t.en for t in titles) + more
    )
