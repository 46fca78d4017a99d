"""What the checker finds: where, what, and an incident that shows it."""

from __future__ import annotations

from typing import Any, get_args

from canmou.engine.records import Record, Text
from canmou.engine.rulebase.errors import Place
from canmou.engine.rulebase.vocabulary import FindingKind

KINDS: tuple[FindingKind, ...] = get_args(FindingKind)
NAMES: dict[FindingKind, Text] = {
    "gap": Text(zh="空档", en="gap"),
    "overlap": Text(zh="重叠", en="overlap"),
    "subsumed": Text(zh="被包含", en="subsumed"),
    "never_fires": Text(zh="永不成立", en="never holds"),
    "defeated": Text(zh="永远被例外排除", en="defeated for ever"),
    "not_monotone": Text(zh="越重反而越轻", en="worse but milder"),
    "wrong_side": Text(zh="界线放反", en="threshold on the wrong side"),
    "clash": Text(zh="冲突", en="clash"),
    "never_asked": Text(zh="从不问", en="never asked"),
    "never_used": Text(zh="从未用到", en="never used"),
    "no_scenario": Text(zh="没有情景", en="without a scenario"),
    "no_rule_on_date": Text(zh="有日子没有规则", en="days without a rule"),
    "stale_acceptance": Text(zh="多余的 accepts", en="accepts nothing"),
    "undecided": Text(zh="未能判定", en="undecided"),
}


class Witness(Record):
    """An incident that shows a finding, in the input form of ``canmou assess``.

    ``beside`` is a second one to compare with. With ``standard`` both are for ``canmou grade``:
    that standard takes no part in incidents. ``shows`` says what comes out.
    """

    incident: dict[str, Any]
    beside: dict[str, Any] | None = None
    standard: str | None = None
    shows: Text


class Finding(Record):
    """One finding: a stable kind, the place, the entry, the message, and the witness.

    ``about`` is what within the entry it concerns: a level, another rule, a measure.
    ``accepted`` is the reason why the rule file keeps it on purpose.
    """

    kind: FindingKind
    place: Place
    entry: str
    about: str = ""
    message: Text
    witness: Witness | None = None
    accepted: Text | None = None

    def in_(self, language: str) -> str:
        """Return ``file:line:column: entry: kind: message``."""
        kind = NAMES[self.kind].in_(language)
        return f"{self.place}: {self.entry}: {kind}: {self.message.in_(language)}"

    def __str__(self) -> str:
        return f"{self.in_('zh')} / {self.message.en}"
