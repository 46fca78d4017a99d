"""The pages of the rule library."""

from __future__ import annotations

from typing import Literal

from canmou.engine.assessment import Citation
from canmou.engine.records import Level, Record, Text
from canmou.engine.rulebase.records import Choose, Duty, Rule, Standard
from canmou.engine.rulebase.scenario_records import Scenario
from canmou.engine.rulebase.vocabulary import Source, Verified
from canmou.webui.pages.first_minute import CardView

EntryKind = Literal["rule", "standard", "choice", "card"]
View = Literal["folders", "laws", "search"]


class EntryLine(Record):
    """One entry of a rule file in a list. ``place`` is its first citation in words."""

    kind: EntryKind
    id: str
    title: Text
    place: Text
    verified: Verified
    basis: str | None = None


class FileView(Record):
    """One file with its entries. ``about`` are the titles of the first ones."""

    path: str
    name: str
    about: Text
    entries: tuple[EntryLine, ...]


class FolderView(Record):
    """A folder of rule files; ``label`` says what it is about."""

    path: str
    label: Text
    files: tuple[FileView, ...]
    folders: tuple[FolderView, ...]
    entries: int


class SourceLine(Record):
    """A source with the number of entries that cite it."""

    id: str
    source: Source
    entries: int


class SourceGroup(Record):
    """Sources of one kind."""

    label: str
    sources: tuple[SourceLine, ...]


class Choice(Record):
    """One line of a list to choose from."""

    id: str
    label: Text


class Filters(Record):
    """What is looked for, and what may be chosen."""

    words: str = ""
    party: str = ""
    action: str = ""
    measure: str = ""
    source: str = ""
    unverified: bool = False
    parties: tuple[Choice, ...] = ()
    actions: tuple[Choice, ...] = ()
    measures: tuple[Choice, ...] = ()
    sources: tuple[Choice, ...] = ()


class LibraryPage(Record):
    """The library: by folder, by law, or what a search found (``more`` says what is left off)."""

    view: View
    filters: Filters
    folders: tuple[FolderView, ...] = ()
    sources: tuple[SourceGroup, ...] = ()
    found: tuple[EntryLine, ...] = ()
    more: int = 0
    rules: int
    standards: int
    scenarios: int


class Origin(Record):
    """Where an entry stands: file and line, the text there, and the release in use."""

    file: str
    line: int
    raw: str | None
    release: str


class DutyWords(Record):
    """A duty with the words of its party, action and object."""

    duty: Duty
    by: tuple[Choice, ...]
    to: tuple[Choice, ...]
    action: Choice
    waits_at: tuple[Text, ...] = ()
    waits_until: tuple[Text, ...] = ()


class CiteView(Record):
    """A citation with the period in which its source holds."""

    cite: Citation
    period: str


class RulePage(Record):
    """One rule in plain words. At ``other_statuses`` it cannot hold, whatever else is answered."""

    rule: Rule
    condition: Text
    statuses: tuple[Text, ...]
    other_statuses: tuple[Text, ...]
    reads: tuple[Choice, ...]
    duties: tuple[DutyWords, ...]
    facts: tuple[Choice, ...]
    leads: tuple[Text, ...]
    notes: tuple[Text, ...]
    cites: tuple[CiteView, ...]
    liability: tuple[CiteView, ...]
    period: str | None
    excepts: tuple[EntryLine, ...]
    excepted_by: tuple[EntryLine, ...]
    groups: tuple[EntryLine, ...]
    scenarios: tuple[Scenario, ...]
    origin: Origin


class LevelRow(Record):
    """One level of a standard."""

    level: Level
    word: str
    condition: Text
    verified: Verified


class ExampleRow(Record):
    """One line of a threshold table: what is given and the level that comes out."""

    given: Text
    level: Text


class ExampleTable(Record):
    """The threshold table of one scenario."""

    name: Text
    rows: tuple[ExampleRow, ...]


class StandardPage(Record):
    """One standard as a table of levels."""

    standard: Standard
    use: str
    applies: Text
    reads: tuple[Choice, ...]
    levels: tuple[LevelRow, ...]
    counts: tuple[Text, ...]
    cites: tuple[CiteView, ...]
    period: str | None
    falls_back_on: EntryLine | None
    excepts: tuple[EntryLine, ...]
    excepted_by: tuple[EntryLine, ...]
    tables: tuple[ExampleTable, ...]
    scenarios: tuple[Scenario, ...]
    origin: Origin


class ChoicePage(Record):
    """A list of which at least some are done."""

    entry: Choose
    condition: Text
    by: Text
    items: tuple[EntryLine, ...]
    cites: tuple[CiteView, ...]
    origin: Origin


class LibraryCardPage(Record):
    """A first-minute card."""

    incident_type: str
    label: Text
    card: CardView
    below: tuple[Text, ...]
    origin: Origin


class ArticleRow(Record):
    """One article with the entries that cite it; ``says`` is what it asks, in our words."""

    article: str
    place: Text
    says: tuple[Text, ...]
    entries: tuple[EntryLine, ...]
    not_operational: Text | None = None


class MapLine(Record):
    """How many articles of a source are in one state; ``articles`` names those without a rule."""

    words: Text
    number: int
    articles: tuple[str, ...] = ()


class SourcePage(Record):
    """One source, article by article; ``map`` counts them where their number is known."""

    id: str
    source: Source
    kind: str
    period: str
    replaced_by: Text | None
    articles: tuple[ArticleRow, ...]
    map: tuple[MapLine, ...] = ()
