"""What the registers put into the year plan: entries to check or replace, goods that expire."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from canmou.engine import RuleBase
from canmou.engine.assembling.citations import citation
from canmou.engine.assessment import Citation
from canmou.engine.records import Text
from canmou.engine.rulebase.vocabulary import Cite
from canmou.readiness.plurals import count_of
from canmou.readiness.registers import Register, Upkeep
from canmou.readiness.upkeep import Stale
from canmou.readiness.year_plan import Decided, Task, this_month

_STALE_WORDS: dict[Stale, tuple[str, str, str]] = {
    "unchecked": (
        "从上次自查以来没有核对",
        "entry was not checked since the last self-check",
        "entries were not checked since the last self-check",
    ),
    "expired": (
        "已过期，要更换",
        "entry has expired and is to be replaced",
        "entries have expired and are to be replaced",
    ),
    "findings_open": (
        "演练问题没有改完",
        "entry with findings still open",
        "entries with findings still open",
    ),
}
NO_PERIOD = Text(
    zh="条文没有写多久核对一次，这里从上次自查算",
    en="the text does not say how often to check; counted here from the last self-check",
)


def register_tasks(
    counts: Mapping[tuple[str, Stale], int],
    known: Mapping[str, Register],
    rulebase: RuleBase,
    decided: Mapping[str, Decided],
    year: int,
    today: date,
) -> list[Task]:
    """Return a task for each register with entries that cannot be relied on any more."""
    found = []
    for (name, why), count in counts.items():
        zh, one, many = _STALE_WORDS[why]
        label = known[name].label
        found.append(
            _task(
                f"register:{name}:{why}",
                Text(
                    zh=f"{label.zh}：{count} 条{zh}",
                    en=f"{label.en}: {count_of(count, one, many)}",
                ),
                known[name].upkeep,
                rulebase,
                decided,
                this_month(year, today),
                NO_PERIOD if why == "unchecked" else None,
            )
        )
    return found


def expiry_tasks(
    expiring: Mapping[str, Mapping[int, tuple[str, ...]]],
    known: Mapping[str, Register],
    rulebase: RuleBase,
    decided: Mapping[str, Decided],
    year: int,
) -> list[Task]:
    """Return a task for each month in which something expires, by register and month."""
    return [
        _task(
            f"register:{name}:expires:{year}-{month:02}",
            Text(
                zh=f"{known[name].label.zh}：本月到期，要更换（{'、'.join(goods)}）",
                en=f"{known[name].label.en}: to be replaced, expires this month"
                f" ({', '.join(goods)})",
            ),
            known[name].upkeep,
            rulebase,
            decided,
            month,
        )
        for name, months in expiring.items()
        for month, goods in months.items()
    ]


def _task(
    key: str,
    text: Text,
    upkeep: Upkeep,
    rulebase: RuleBase,
    decided: Mapping[str, Decided],
    month: int | None,
    besides: Text | None = None,
) -> Task:
    decision = decided.get(key, Decided())
    return Task(
        key=key,
        kind="register",
        text=text,
        parties=(upkeep.party,),
        party_label=rulebase.parties[upkeep.party].label,
        modality=upkeep.modality,
        cites=(_cite(upkeep, rulebase, besides),),
        month=decision.month or month,
        decided=decision,
    )


def _cite(upkeep: Upkeep, rulebase: RuleBase, besides: Text | None) -> Citation:
    """Return the text that asks for the register, with what it does not say."""
    says = upkeep.says
    if besides is not None:
        says = Text(zh=f"{says.zh}；{besides.zh}", en=f"{says.en}; {besides.en}")
    cite = Cite(source=upkeep.source, article=upkeep.article, says=says)
    return citation(cite, rulebase, rulebase.sources[upkeep.source].verified)
