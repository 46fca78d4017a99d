"""Reading the rule files: vocabulary first, then entries, every mistake with its place."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from canmou.engine.records import Record, Text
from canmou.engine.rulebase import yaml_nodes
from canmou.engine.rulebase.condition_parser import parse
from canmou.engine.rulebase.conditions import Always, Condition
from canmou.engine.rulebase.errors import ConditionError, Mistake, Place, RuleErrors
from canmou.engine.rulebase.parsed_files import ParsedFiles
from canmou.engine.rulebase.records import Choose, FirstMinute, Relation, Rule, Standard
from canmou.engine.rulebase.rulebase import RuleBase
from canmou.engine.rulebase.scenario_records import Scenario
from canmou.engine.rulebase.validation_messages import data_path, deepest, explained
from canmou.engine.rulebase.vocabulary import Action, IncidentType, Located, Measure, Party, Source

AnyRecord = TypeVar("AnyRecord", bound=Record)
VOCABULARY: dict[str, type[Record]] = {
    "sources.yaml": Source,
    "incident_types.yaml": IncidentType,
    "parties.yaml": Party,
    "actions.yaml": Action,
}
MEASURES = "measures"
OF_A_PLACE: dict[str, type[Record]] = {"local_sources.yaml": Source, "local_measures.yaml": Measure}
"""Files in the folder of a place (``local/PLACE/``) that hold its own texts and measures."""
RELATIONS = "relations.yaml"
NAMED = re.compile(r"^- (?:id|standard): *[\"']?([\w.-]+)", re.MULTILINE)
"""A rule or standard by its name, also in a file that is no YAML."""
FORMS: tuple[tuple[str, type[Located]], ...] = (
    ("name", Scenario),
    ("standard", Standard),
    ("id", Rule),
    ("choose", Choose),
    ("call", FirstMinute),
    ("relation", Relation),
)


def _of_a_place(name: str) -> type[Record] | None:
    return OF_A_PLACE.get(Path(name).name) if name.startswith("local/") else None


def _holds_words(name: str) -> bool:
    """Whether a file holds vocabulary and no rules."""
    return name in VOCABULARY or name.startswith(f"{MEASURES}/") or _of_a_place(name) is not None


class Reader:
    """Reads the files one after the other and keeps every mistake.

    ``left_out`` are entries, as file and first line, that are passed over.
    """

    def __init__(
        self,
        root: Path,
        left_out: frozenset[tuple[str, int]] | set[tuple[str, int]] = frozenset(),
        read: Callable[[str, str], bool] = lambda name, text: True,
    ) -> None:
        self.root, self._read = root, read
        self.left_out = left_out
        self.words_broken = False
        self.written: set[str] = set()
        self.mistakes: list[Mistake] = []
        self.documents: dict[str, yaml_nodes.Document] = {}
        self.places: dict[tuple[str, str], tuple[yaml_nodes.Document, yaml_nodes.Path]] = {}
        self.digest = hashlib.sha256()

    def load(self) -> RuleBase:
        """Return the rule base, incomplete where mistakes were found."""
        if not (self.root / "sources.yaml").exists():
            raise RuleErrors(
                [
                    Mistake(
                        code="no_knowledge",
                        place=Place(file=str(self.root)),
                        message=Text(
                            zh="这里没有规则文件（缺 sources.yaml）；检查路径",
                            en="there are no rule files here (sources.yaml is missing); "
                            "check the path",
                        ),
                    )
                ]
            )
        with ParsedFiles() as parsed_files:
            for path in sorted(self.root.rglob("*.yaml")):
                name = path.relative_to(self.root).as_posix()
                text = path.read_text(encoding="utf-8")
                self.digest.update(f"{name}\0{text}\0".encode())
                if not self._read(name, text):
                    continue
                self.written.update(NAMED.findall(text))
                try:
                    parsed = parsed_files.parsed(text, self._shown(name))
                except RuleErrors as errors:
                    self.mistakes.extend(errors.mistakes)
                else:
                    self.documents[name] = yaml_nodes.Document(self._shown(name), parsed)
        words: dict[str, Any] = {
            file: self._vocabulary(file, record) for file, record in VOCABULARY.items()
        }
        measures: dict[str, Measure] = {}
        sources: dict[str, Source] = words["sources.yaml"]
        for name in self.documents:
            if name.startswith(f"{MEASURES}/") or _of_a_place(name) is Measure:
                measures.update(self._vocabulary(name, Measure, measures))
            elif _of_a_place(name) is Source:
                sources.update(self._vocabulary(name, Source, sources))
        base = RuleBase(
            measures=measures,
            sources=sources,
            incident_types=words["incident_types.yaml"],
            parties=words["parties.yaml"],
            actions=words["actions.yaml"],
        )
        self.words_broken = any(self._is_of_words(m.place) for m in self.mistakes)
        entries = list(self._entries())
        return self._with_rules(base, entries)

    def _is_of_words(self, place: Place) -> bool:
        """Whether a mistake lies in the vocabulary, so that checking names would only confuse."""
        name = place.file.removeprefix(f"{self.root.name}/")
        return _holds_words(name) and self.entry_at(place) not in self.left_out

    def entry_at(self, place: Place) -> tuple[str, int]:
        """Return the entry in which a place lies, as file and first line."""
        document = next((d for d in self.documents.values() if d.file == place.file), None)
        if document is None:
            return place.file, 0
        before = [line for line in document.starts() if line <= place.line]
        return place.file, max(before, default=0)

    def place_of(self, form: str, identifier: str, *path: str | int) -> Place:
        """Return the place of a value inside an entry, for messages."""
        found = self.places.get((form, identifier))
        if found is None:
            return Place(file=str(self.root))
        document, start = found
        return document.place((*start, *path))

    def _shown(self, name: str) -> str:
        return f"{self.root.name}/{name}"

    def _mistake(self, code: str, place: Place, zh: str, en: str, entry: str = "") -> None:
        self.mistakes.append(
            Mistake(code=code, place=place, entry=entry, message=Text(zh=zh, en=en))
        )

    def _vocabulary(
        self, file: str, record: type[AnyRecord], known: Mapping[str, Any] | None = None
    ) -> dict[str, AnyRecord]:
        document = self.documents.get(file)
        found: dict[str, AnyRecord] = {}
        if document is None:
            return found
        if not isinstance(document.data, dict):
            self._mistake(
                "not_a_mapping",
                Place(file=document.file),
                "这个文件是“名称: 内容”的表",
                "this file maps names to their contents",
            )
            return found
        for identifier, data in document.data.items():
            place = document.place((identifier,))
            if (place.file, place.line) in self.left_out:
                continue
            if known and identifier in known:
                self._mistake(
                    "duplicate_id",
                    place,
                    f"“{identifier}” 在别的文件里已经有了；只留一个，或换一个名称",
                    f'"{identifier}" is already defined in another file; keep one or rename it',
                )
                continue
            built = self._record(record, data, document, (identifier,), identifier)
            if built is not None:
                found[identifier] = built
                self.places[(record.__name__, identifier)] = (document, (identifier,))
        return found

    def _entries(self) -> Iterable[tuple[type[Located], Any, yaml_nodes.Document, yaml_nodes.Path]]:
        for name, document in self.documents.items():
            if _holds_words(name) or document.data is None:
                continue
            items = document.data if isinstance(document.data, list) else [document.data]
            for number, item in enumerate(items):
                path: yaml_nodes.Path = (number,) if isinstance(document.data, list) else ()
                place = document.place(path)
                if {(place.file, place.line), (place.file, 0)} & set(self.left_out):
                    continue
                form = next((r for key, r in FORMS if isinstance(item, dict) and key in item), None)
                if form is None:
                    self._mistake(
                        "unknown_form",
                        document.place(path),
                        "看不出这是什么：规则要有 id，标准要有 standard，情景要有 name，"
                        "第一分钟卡要有 call，任选组要有 choose",
                        "cannot tell what this is: a rule has id, a standard standard, a scenario "
                        "name, a first-minute card call, a group choose",
                    )
                else:
                    yield form, item, document, path

    def _record(
        self,
        record: type[AnyRecord],
        data: Any,
        document: yaml_nodes.Document,
        path: yaml_nodes.Path,
        entry: str,
    ) -> AnyRecord | None:
        try:
            return record.model_validate(data)
        except ValidationError as error:
            seen: set[tuple[Place, str]] = set()
            for problem in deepest(error):
                where = (*path, *data_path(data, problem["loc"]))
                place = document.place(where)
                code, message = explained(problem, record)
                if (place, message.zh) not in seen:
                    seen.add((place, message.zh))
                    self._mistake(code, place, message.zh, message.en, entry)
            return None

    def _with_rules(self, base: RuleBase, entries: list[Any]) -> RuleBase:
        rules: dict[str, Rule] = {}
        standards: dict[str, Standard] = {}
        chooses: dict[str, Choose] = {}
        cards: dict[str, FirstMinute] = {}
        scenarios: list[Scenario] = []
        relations: list[Relation] = []
        for form, item, document, path in entries:
            entry = str(item.get("id") or item.get("standard") or item.get("name") or "")
            if isinstance(item, dict):
                place = document.place(path)
                item = {**item, "file": place.file, "line": place.line}
            record = self._record(form, item, document, path, entry if len(entry) < 80 else "")
            if record is None:
                continue
            if isinstance(record, Scenario):
                self.places[("Scenario", str(len(scenarios)))] = (document, path)
                scenarios.append(record)
            elif isinstance(record, Relation):
                self.places[("Relation", record.relation)] = (document, path)
                relations.append(record)
            elif isinstance(record, Rule):
                self._keep(rules, record.id, record, document, path)
            elif isinstance(record, Standard):
                self._keep(standards, record.standard, record, document, path)
            elif isinstance(record, Choose):
                self._keep(chooses, record.choose.group, record, document, path)
            elif isinstance(record, FirstMinute):
                self._keep(cards, record.incident_type, record, document, path)
        full = RuleBase(
            measures=base.measures,
            incident_types=base.incident_types,
            parties=base.parties,
            actions=base.actions,
            sources=base.sources,
            relations=tuple(relations),
            rules=rules,
            standards=standards,
            chooses=chooses,
            cards=cards,
            scenarios=tuple(scenarios),
            release=self.digest.hexdigest()[:16],
        )
        if not self.words_broken:
            full.conditions = self._conditions(full)
        return full

    def _keep(
        self,
        kept: dict[str, Any],
        identifier: str,
        record: Located,
        document: yaml_nodes.Document,
        path: yaml_nodes.Path,
    ) -> None:
        if identifier in kept:
            first = kept[identifier]
            self._mistake(
                "duplicate_id",
                document.place(path),
                f"“{identifier}” 重复，第一处在 {first.file}:{first.line}；换一个名称",
                f'"{identifier}" is defined twice, first in {first.file}:{first.line}; rename one',
                identifier,
            )
            return
        kept[identifier] = record
        self.places[(type(record).__name__, identifier)] = (document, path)

    def _conditions(self, base: RuleBase) -> dict[str, Condition]:
        """Return every condition; one that cannot be read is reported and stands as ``always``."""
        found: dict[str, Condition] = {}
        wanted: list[tuple[str, str, Callable[[], Place], str]] = []
        for rule in base.rules.values():
            wanted.append(
                (f"rule:{rule.id}", rule.when, _at(self, "Rule", rule.id, "when"), rule.id)
            )
        for identifier, standard in base.standards.items():
            at = _at(self, "Standard", identifier, "applies")
            wanted.append((f"applies:{identifier}", standard.applies, at, identifier))
            for level, text in standard.levels.items():
                at = _at(self, "Standard", identifier, "levels", level)
                wanted.append((f"level:{identifier}:{level}", text, at, identifier))
        for group, choose in base.chooses.items():
            at = _at(self, "Choose", group, "choose", "when")
            wanted.append((f"choose:{group}", choose.choose.when, at, group))
        for key, text, at, entry in wanted:
            try:
                found[key] = parse(text, base)
            except ConditionError as error:
                found[key] = Always()
                place = at()
                self.mistakes.append(
                    Mistake(
                        code=error.code,
                        place=Place(
                            file=place.file,
                            line=place.line,
                            column=place.column + error.column - 1,
                        ),
                        entry=entry,
                        message=error.message,
                    )
                )
        return found


def _at(reader: Reader, form: str, identifier: str, *path: str | int) -> Callable[[], Place]:
    return lambda: reader.place_of(form, identifier, *path)
