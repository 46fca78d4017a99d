"""Lists of what the rule base knows, and how far it covers a law."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from canmou.cli.shared import Refused, rulebase_of
from canmou.engine import RuleBase
from canmou.engine.rulebase.coverage import COVERAGE_WORDS, coverage
from canmou.engine.rulebase.errors import nearest
from canmou.engine.statuses import StatusesOfRules


def _types(rb: RuleBase) -> list[dict[str, Any]]:
    return [
        {"id": i, "label": t.label.model_dump(), "parent": t.parent, "aliases": list(t.aliases),
         "graded": rb.is_graded(i)}
        for i, t in rb.incident_types.items()
    ]  # fmt: skip


def _measures(rb: RuleBase) -> list[dict[str, Any]]:
    return [
        {"id": i, "label": m.label.model_dump(), "type": m.type, "range": m.range,
         "unit": m.unit.model_dump() if m.unit else None, "aliases": list(m.aliases),
         "choices": {c: t.model_dump() for c, t in m.choices.items()}, "worse": m.worse,
         "asked": m.question is not None, "derived": m.derived, "sum_of": list(m.sum_of)}
        for i, m in rb.measures.items()
    ]  # fmt: skip


def _parties(rb: RuleBase) -> list[dict[str, Any]]:
    return [
        {"id": i, "label": p.label.model_dump(), "level": p.level, "role": p.role,
         "may_be": list(p.may_be), "aliases": list(p.aliases)}
        for i, p in rb.parties.items()
    ]  # fmt: skip


def _actions(rb: RuleBase) -> list[dict[str, Any]]:
    return [{"id": i, "label": a.label.model_dump(), "kind": a.kind} for i, a in rb.actions.items()]


def _sources(rb: RuleBase) -> list[dict[str, Any]]:
    return [
        {"id": i, "label": s.title.model_dump(), "kind": s.kind, "verified": s.verified,
         "in_force": s.in_force.model_dump(mode="json", by_alias=True)}
        for i, s in rb.sources.items()
    ]  # fmt: skip


def _standards(rb: RuleBase) -> list[dict[str, Any]]:
    return [
        {"id": i, "label": s.title.model_dump(), "kind": s.kind, "use": s.use,
         "levels": dict(s.levels), "verified": s.verified, "area": s.area,
         "falls_back_on": s.falls_back_on, "aliases": list(s.aliases)}
        for i, s in rb.standards.items()
    ]  # fmt: skip


def _listing(
    name: str, help_text: str, rows: Callable[[RuleBase], list[dict[str, Any]]]
) -> click.Command:
    @click.command(name, help=help_text)
    @click.option("--json", "as_json", is_flag=True, help="输出 JSON / print JSON")
    @click.pass_obj
    def command(knowledge: str | None, as_json: bool) -> None:
        found = rows(rulebase_of(knowledge))
        if as_json:
            click.echo(json.dumps(found, ensure_ascii=False))
            return
        table = Table(box=None)
        for column in ("id", "中文", "English"):
            table.add_column(column, overflow="fold")
        for row in found:
            table.add_row(row["id"], row["label"]["zh"], row["label"]["en"])
        Console().print(table)

    return command


types_command = _listing("types", "事件类型 / incident types", _types)
measures_command = _listing("measures", "要素 / measures", _measures)
parties_command = _listing("parties", "责任单位 / parties", _parties)
actions_command = _listing("actions", "行动 / actions", _actions)
sources_command = _listing("sources", "依据 / sources", _sources)
standards_command = _listing("standards", "标准 / standards", _standards)


@click.command("coverage")
@click.argument("source", required=False)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON / print JSON")
@click.pass_obj
def coverage_command(knowledge: str | None, source: str | None, as_json: bool) -> None:
    """法律条文被哪些规则覆盖 / which rules cover each article of SOURCE (default: all)."""
    rb = rulebase_of(knowledge)
    if source is not None and source not in rb.sources:
        near = nearest(source, rb.sources)
        hint = f"，是否为 {near}？/ did you mean {near}?" if near else ""
        raise Refused(f"没有依据 / no source: {source}{hint}（canmou sources）")
    found = coverage(rb, source)
    if as_json:
        click.echo(json.dumps([c.model_dump(mode="json") for c in found], ensure_ascii=False))
        return
    table = Table(box=None)
    for column in ("依据", "条", "状态", "规则、标准、理由"):
        table.add_column(column, overflow="fold")
    for line in found:
        words, reason = COVERAGE_WORDS[line.state], (line.reason.zh,) if line.reason else ()
        entries = ", ".join((*line.rules, *line.standards, *reason))
        table.add_row(line.source, line.article, f"{words.zh} / {words.en}", entries)
    Console().print(table)


@click.command("statuses")
@click.argument("rules", nargs=-1)
@click.option("--on", help="按哪一天的法 / the law of which day, YYYY-MM-DD (default: today)")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON / print JSON")
@click.pass_obj
def statuses_command(
    knowledge: str | None, rules: tuple[str, ...], on: str | None, as_json: bool
) -> None:
    """每条规则在哪些事件状态下可能成立 / at which statuses RULES (default: all) can hold."""
    rb = rulebase_of(knowledge)
    for name in rules:
        if name not in rb.rules:
            near = nearest(name, rb.rules)
            hint = f"，是否为 {near}？/ did you mean {near}?" if near else ""
            raise Refused(f"没有规则 / no rule: {name}{hint}")
    try:
        day = date.fromisoformat(on) if on else date.today()
    except ValueError as error:
        raise Refused(f"--on：日期写作 2026-11-01 / write a date as 2026-11-01: {on}") from error
    of_rules = StatusesOfRules(rb)
    found = {name: of_rules.of(rb.rules[name], day) for name in rules or rb.rules}
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    table = Table(box=None)
    table.add_column("规则", no_wrap=True)
    for label in of_rules.labels.values():
        table.add_column(label.zh, overflow="fold")
    for name, statuses in found.items():
        table.add_row(name, *("●" if s in statuses else "·" for s in of_rules.labels))
    Console().print(table)
