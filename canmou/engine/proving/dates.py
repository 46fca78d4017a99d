"""Days on which nothing holds between an old text and the new one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

from canmou.engine.inference.compiling import in_force_on
from canmou.engine.proving.findings import Finding, Witness
from canmou.engine.proving.moments import Moment
from canmou.engine.proving.prover import Prover
from canmou.engine.proving.rules import sense
from canmou.engine.proving.witnesses import (
    all_certain,
    incident,
    needed,
    nothing_known,
)
from canmou.engine.records import Text
from canmou.engine.rulebase.records import Rule, Standard
from canmou.engine.rulebase.rulebase import RuleBase

Member = Rule | Standard
DAY = timedelta(days=1)


Group = tuple[Member, ...]


def groups(rulebase: RuleBase) -> list[Group]:
    """Return what must follow on each other without a day between.

    Standards of one kind and use with the same ``applies``; rules with the same condition and
    conclusions.
    """
    found: dict[object, list[Member]] = {}
    for standard in rulebase.standards.values():
        applies = rulebase.conditions[f"applies:{standard.standard}"]
        found.setdefault((applies, standard.kind, standard.use, standard.area), []).append(standard)
    for rule in rulebase.rules.values():
        condition = rulebase.conditions[f"rule:{rule.id}"]
        key = (condition, tuple(sense(c, exact=False) for c in rule.then), rule.area, rule.office)
        found.setdefault(key, []).append(rule)
    return [tuple(members) for members in found.values()]


def days_without(prover: Prover, members: Group) -> Iterator[Finding]:
    """Yield the days on which no member of a group holds, though one held before."""
    days = sorted(set(prover.calendar.days))
    held = [any(in_force_on(m, prover.rulebase, d) for m in members) for d in days]
    since: date | None = None
    for (_, before), (day, now) in pairwise(zip(days, held, strict=True)):
        if before and not now:
            since = day
        elif now and since is not None:
            yield _told(prover, members, since - DAY, since, day)
            since = None
    if since is not None and _ends_alone(prover, members, since):
        yield _told(prover, members, since - DAY, since, None)


def _ends_alone(prover: Prover, members: Group, day: date) -> bool:
    """Whether a table was replaced on a day and no other of its kind applies to such incidents."""
    member = members[-1]
    sources = prover.rulebase.sources
    cited = {c.source for m in members for c in m.cites}
    replaced = any(sources[s].in_force.to == day and sources[s].replaced_by for s in cited)
    if not replaced or not isinstance(member, Standard):
        return False
    return not any(
        other.kind == member.kind and other.use == member.use
        and in_force_on(other, prover.rulebase, day) and _meet(prover, member, other)
        for other in prover.rulebase.standards.values()
    )  # fmt: skip


def _meet(prover: Prover, one: Standard, other: Standard) -> bool:
    conditions = [prover.rulebase.conditions[f"applies:{s.standard}"] for s in (one, other)]
    loose = prover.loose
    names = loose.answered_behind(conditions[0]) | loose.answered_behind(conditions[1])
    return prover.possible(loose, [loose.formula(c) for c in conditions], names)


def texts_without_rules(prover: Prover) -> Iterator[Finding]:
    """Yield the texts that were replaced while no rule rests on the new one from its first day."""
    rulebase = prover.rulebase
    cited: dict[str, list[Member]] = {}
    members: list[Member] = [*rulebase.rules.values(), *rulebase.standards.values()]
    for member in members:
        for cite in member.cites:
            cited.setdefault(cite.source, []).append(member)
    for name, source in rulebase.sources.items():
        ended, after = source.in_force.to, source.replaced_by
        rules = [m for m in cited.get(name, []) if isinstance(m, Rule)]
        if ended is None or after is None or after not in rulebase.sources or not rules:
            continue
        last = [m for m in rules if in_force_on(m, rulebase, ended - DAY)]
        new = [m for m in cited.get(after, []) if isinstance(m, Rule)]
        if not last or any(in_force_on(m, rulebase, ended) for m in new):
            continue
        witness = _witness(prover, last[0], (last[0],), ended - DAY, ended)
        yield Finding(
            kind="no_rule_on_date",
            place=prover.place(source, "Source", name, "in_force"),
            entry=name,
            about=ended.isoformat(),
            message=Text(
                zh=f"{ended} 起由 {after} 代替，但没有规则引用 {after}；原有 {len(last)} 条规则"
                "到期后没有接上",
                en=f"replaced by {after} on {ended}, which no rule cites: {len(last)} rules end "
                "and nothing takes over",
            ),
            witness=witness,
        )


def _told(prover: Prover, members: Group, last: date, begin: date, end: date | None) -> Finding:
    member = next(m for m in members if in_force_on(m, prover.rulebase, last))
    until_zh = f"到 {end - DAY} " if end else "起"
    until_en = f"to {end - DAY}" if end else "on"
    what = "标准" if isinstance(member, Standard) else "规则"
    place = prover.of_standard(member) if isinstance(member, Standard) else prover.of_rule(member)
    entry = member.standard if isinstance(member, Standard) else member.id
    return Finding(
        kind="no_rule_on_date",
        place=place,
        entry=entry,
        about=begin.isoformat(),
        message=Text(
            zh=f"{begin} {until_zh}没有{what}接上：前一天还有“{member.title.zh}”",
            en=f"from {begin} {until_en} nothing takes over from {entry}",
        ),
        witness=_witness(prover, member, members, last, begin),
    )


def _witness(prover: Prover, member: Member, members: Group, last: date, begin: date) -> Witness:
    moment = Moment(last, last, "final", member.area, getattr(member, "office", None))
    alone = member.standard if isinstance(member, Standard) and member.use == "reference" else None
    worlds = prover.worlds(moment, alone=alone)
    if isinstance(member, Standard):
        name = f"grade({member.standard})"
        formulas = [worlds.rank_of(name) >= 1]
        names = worlds.answered_behind_names([name])
    else:
        formulas = [worlds.step(f"rule:{member.id}")]
        names = worlds.behind_step(f"rule:{member.id}")
    found = prover.plainest(worlds, formulas, names, alone is None, member.file)
    before = incident(found, moment, prover.rulebase) if found else nothing_known(moment)
    if isinstance(member, Rule):
        before = needed(before, all_certain([f"rule:{member.id}"], prover.rulebase))
    after = {**before, "on": begin.isoformat(), "at": f"{begin.isoformat()}T00:00:00"}
    zh, en = ("没有等级", "no grade") if alone or isinstance(member, Standard) else (
        "这项任务或结论不再出现", "the conclusion is gone")  # fmt: skip
    return Witness(
        incident=after,
        beside=before,
        standard=alone,
        shows=Text(
            zh=f"同一事件，{last} 还有，{begin} 起{zh}",
            en=f"the same incident: there on {last}, from {begin} {en}",
        ),
    )
