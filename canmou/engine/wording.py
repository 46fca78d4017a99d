"""Value sets and conditions as sentences in both languages."""

from __future__ import annotations

import math
from collections.abc import Callable

from inflection import singularize

from canmou.engine.answers import moment_of
from canmou.engine.records import Text
from canmou.engine.rulebase.conditions import (
    GRADE,
    REPORTING_GRADE,
    STAGE,
    Among,
    Both,
    Compare,
    CompareNames,
    CompareOrdered,
    Condition,
    Could,
    Either,
    Env,
    Negation,
    TypeIs,
    Unknown,
)
from canmou.engine.rulebase.rulebase import RuleBase
from canmou.engine.rulebase.vocabulary import Measure
from canmou.engine.valuesets import Certainty, Choices, Interval, TypeSet, ValueSet

LEVEL_NAMES = {
    "I": Text(zh="特别重大", en="especially serious (I)"),
    "II": Text(zh="重大", en="serious (II)"),
    "III": Text(zh="较大", en="fairly serious (III)"),
    "IV": Text(zh="一般", en="ordinary (IV)"),
}
BELOW = Text(zh="未达到最低等级", en="below the lowest level")
NOT_GRADED = Text(zh="不分级", en="not graded")
NOT_JUDGED = Text(zh="尚不能判断", en="cannot be judged yet")
MOST_TYPES_NAMED = 4
NOT_KNOWN = Text(zh="尚不清楚", en="not known")
_RANK_NAMES = {-1: NOT_GRADED, 0: BELOW,
               1: LEVEL_NAMES["IV"], 2: LEVEL_NAMES["III"],
               3: LEVEL_NAMES["II"], 4: LEVEL_NAMES["I"]}  # fmt: skip


def number_text(value: float, language: str) -> str:
    """Return a figure as it is read: with 万 and 亿 in Chinese, thousands separators in English.

    >>> number_text(68.66e8, "zh")
    '68.66亿'
    """
    if language == "zh":
        for factor, word in ((1e8, "亿"), (1e4, "万")):
            if abs(value) >= factor:
                return f"{value / factor:.10g}{word}"
        return f"{value:.10g}"
    return f"{value:,.10g}" if value == math.floor(value) else f"{value:.10g}"


def figure_text(value: float, measure: Measure | None) -> Text:
    """Return a figure with the unit of its measure; in English one of it is not several."""
    return Text(zh=_with_unit(value, measure, "zh"), en=_with_unit(value, measure, "en"))


def _with_unit(value: float, measure: Measure | None, language: str) -> str:
    if measure is not None and measure.type == "time":
        return f"{moment_of(value):%Y-%m-%d %H:%M}"
    unit = measure.unit.in_(language) if measure is not None and measure.unit else ""
    text = number_text(value, language)
    if language == "zh":
        return f"{text}{unit}"
    return f"{text} {singularize(unit) if value == 1 else unit}".strip()


def name_text(name: str, rulebase: RuleBase) -> Text:
    """Return the label of a name that conditions may read."""
    if name == GRADE:
        return Text(zh="总体分级", en="overall grade")
    if name == REPORTING_GRADE:
        return Text(zh="报告用分级", en="grade for reporting")
    if name == STAGE:
        return Text(zh="阶段", en="stage")
    if name == "incident_type":
        return Text(zh="事件类型", en="incident type")
    if name.startswith(f"{GRADE}("):
        standard = rulebase.standards.get(name[len(GRADE) + 1 : -1])
        return standard.title if standard else Text(zh=name, en=name)
    measure = rulebase.measures.get(name)
    return measure.label if measure else Text(zh=name, en=name)


def value_text(name: str, known: ValueSet, rulebase: RuleBase) -> Text:
    """Return what is known of a name, as text in both languages."""
    return Text(
        zh=_value(name, known, rulebase, "zh"),
        en=_value(name, known, rulebase, "en"),
    )


def _value(name: str, known: ValueSet, rulebase: RuleBase, language: str) -> str:
    measure = rulebase.measures.get(name)
    if isinstance(known, TypeSet):
        joined = []
        for component in known.components:
            if len(component) > MOST_TYPES_NAMED:
                joined.append("性质待定" if language == "zh" else "type undetermined")
                continue
            labels = [rulebase.incident_types[t].label.in_(language) for t in sorted(component)]
            joined.append(("或" if language == "zh" else " or ").join(labels))
        return ("、" if language == "zh" else ", ").join(joined)
    if isinstance(known, Choices):
        return _choices(name, known, measure, language)
    if name in {GRADE, REPORTING_GRADE} or name.startswith(f"{GRADE}("):
        low, high = (_RANK_NAMES[int(r)].in_(language) for r in (known.low, known.high))
        if low == high:
            return low
        return f"{low}至{high}" if language == "zh" else f"{low} to {high}"
    return _interval(known, measure, language)


def _choices(name: str, known: Choices, measure: Measure | None, language: str) -> str:
    yes, no = ("是", "否") if language == "zh" else ("yes", "no")
    if known.values <= {True, False}:
        if len(known.values) == 2:
            return NOT_KNOWN.in_(language)
        return yes if True in known.values else no
    if measure is None:
        return ", ".join(sorted(str(v) for v in known.values))
    if len(known.values) == len(measure.choices):
        return NOT_KNOWN.in_(language)
    labels = [t.in_(language) for c, t in measure.choices.items() if c in known.values]
    return ("或" if language == "zh" else " or ").join(labels)


def _interval(known: Interval, measure: Measure | None, language: str) -> str:
    if known.is_exact:
        return _with_unit(known.low, measure, language)
    lowest = -math.inf if measure is None or measure.type == "time" else 0
    has_low = math.isfinite(known.low) and not (known.low <= lowest and not known.low_open)
    has_high = math.isfinite(known.high)
    low = _with_unit(known.low, measure, language) if has_low else ""
    high = _with_unit(known.high, measure, language) if has_high else ""
    if has_low and has_high and not (known.low_open or known.high_open):
        return f"{low}至{high}" if language == "zh" else f"{low} to {high}"
    more, least = ("超过", "至少") if language == "zh" else ("more than ", "at least ")
    fewer, most = ("不足", "至多") if language == "zh" else ("less than ", "at most ")
    ends = []
    if has_low:
        ends.append(f"{more if known.low_open else least}{low}")
    if has_high:
        ends.append(f"{fewer if known.high_open else most}{high}")
    if ends:
        return ("、" if language == "zh" else " and ").join(ends)
    return NOT_KNOWN.in_(language)


def condition_text(condition: Condition, rulebase: RuleBase) -> Text:
    """Return a condition in plain words in both languages; kept with the rule base once made."""
    kept = rulebase.condition_texts.get(id(condition))
    if kept is None:
        kept = (condition, _both_languages(condition, rulebase))
        rulebase.condition_texts[id(condition)] = kept
    return kept[1]


def _both_languages(condition: Condition, rulebase: RuleBase) -> Text:
    return Text(zh=_condition(condition, rulebase, "zh"), en=_condition(condition, rulebase, "en"))


def _condition(condition: Condition, rulebase: RuleBase, language: str) -> str:
    zh = language == "zh"

    def nested(part: Condition, inside: type) -> str:
        text = _condition(part, rulebase, language)
        needs = isinstance(part, Both | Either) and not isinstance(part, inside)
        return f"（{text}）" if needs and zh else f"({text})" if needs else text

    if isinstance(condition, Both):
        return ("，且" if zh else " and ").join(nested(p, Both) for p in condition.parts)
    if isinstance(condition, Either):
        return ("，或者" if zh else " or ").join(nested(p, Either) for p in condition.parts)
    if isinstance(condition, Negation):
        return ("并非：" if zh else "not: ") + nested(condition.part, Negation)
    if isinstance(condition, Could):
        inner = _condition(condition.part, rulebase, language)
        return f"有可能{inner}" if zh else f"possibly {inner}"
    if isinstance(condition, Unknown):
        label = name_text(condition.name, rulebase).in_(language)
        return f"{label}尚不清楚" if zh else f"{label} not known"
    for kind, describe in _ATOMS.items():
        if isinstance(condition, kind):
            return describe(condition, rulebase, language)
    return "始终" if zh else "always"


def _compare(atom: Compare, rulebase: RuleBase, language: str) -> str:
    label = name_text(atom.name, rulebase).in_(language)
    if atom.word is not None:
        level = _RANK_NAMES[int(atom.value)].in_(language)
        return _sized(label, atom.operator, level, language)
    measure = rulebase.measures.get(atom.name)
    return _sized(label, atom.operator, _with_unit(atom.value, measure, language), language)


def _sized(label: str, operator: str, value: str, language: str) -> str:
    zh = {">=": "{0}{1}以上", ">": "{0}超过{1}", "<=": "{0}不超过{1}", "<": "{0}不足{1}"}
    en = {">=": "{0} at least {1}", ">": "{0} more than {1}",
          "<=": "{0} at most {1}", "<": "{0} less than {1}"}  # fmt: skip
    return (zh if language == "zh" else en)[operator].format(label, value)


def _compare_names(atom: CompareNames, rulebase: RuleBase, language: str) -> str:
    label = name_text(atom.name, rulebase).in_(language)
    other = name_text(atom.other, rulebase).in_(language)
    words = {">=": ("不少于", "at least"), ">": ("多于", "more than"),
             "<=": ("不多于", "at most"), "<": ("少于", "less than")}  # fmt: skip
    zh, en = words[atom.operator]
    return f"{label}{zh}{other}" if language == "zh" else f"{label} {en} {other}"


def _ordered(atom: CompareOrdered, rulebase: RuleBase, language: str) -> str:
    measure = rulebase.measures[atom.name]
    choice = measure.choices[atom.word].in_(language)
    return _sized(measure.label.in_(language), atom.operator, choice, language)


def _among(atom: Among, rulebase: RuleBase, language: str) -> str:
    zh = language == "zh"
    label = name_text(atom.name, rulebase).in_(language)
    if atom.values == {True}:
        return label
    if atom.values == {False}:
        return f"没有：{label}" if zh else f"no: {label}"
    if atom.name == STAGE:
        words = {"initial": ("初期", "initial"), "final": ("最终", "final")}
        values = [words[str(v)][0 if zh else 1] for v in sorted(atom.values, key=str)]
    else:
        measure = rulebase.measures[atom.name]
        values = [t.in_(language) for c, t in measure.choices.items() if c in atom.values]
    return f"{label}为" + "或".join(values) if zh else f"{label} is " + " or ".join(values)


def _type(atom: TypeIs, rulebase: RuleBase, language: str) -> str:
    labels = [rulebase.incident_types[t].label.in_(language) for t in atom.types]
    return "属于" + "或".join(labels) if language == "zh" else "is " + " or ".join(labels)


_ATOMS: dict[type, Callable[..., str]] = {
    Compare: _compare,
    CompareNames: _compare_names,
    CompareOrdered: _ordered,
    Among: _among,
    TypeIs: _type,
}


def deciding(condition: Condition, env: Env) -> list[Condition]:
    """Return the atoms that make a certain condition certain, the first sufficient ones."""
    if isinstance(condition, Both):
        return [a for part in condition.parts for a in deciding(part, env)]
    if isinstance(condition, Either):
        for part in condition.parts:
            if part.evaluate(env) is Certainty.CERTAIN:
                return deciding(part, env)
        return []
    return [condition]
