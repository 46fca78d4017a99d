"""A changed rule, and how many of them the scenarios catch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from canmou.engine.records import Record, Text
from canmou.engine.rulebase.conditions import Condition
from canmou.engine.rulebase.records import Rule, Standard
from canmou.engine.rulebase.vocabulary import Source

MutantKind = Literal[
    "threshold", "operator", "level", "party", "deadline", "date", "modality", "connective"
]
KINDS: dict[MutantKind, Text] = {
    "threshold": Text(zh="数字", en="threshold"),
    "operator": Text(zh="以上、超过等", en="operator"),
    "level": Text(zh="等级", en="level"),
    "party": Text(zh="责任单位", en="party"),
    "deadline": Text(zh="时限", en="deadline"),
    "date": Text(zh="施行日期", en="date"),
    "modality": Text(zh="必须、可以、不得", en="modality"),
    "connective": Text(zh="且、或、非", en="connective"),
}


@dataclass(frozen=True)
class Mutant:
    """One change: of a condition (``key`` and ``condition``) or of a whole record.

    ``file`` and ``line`` are those of the entry; ``what`` says what was changed into what.
    """

    kind: MutantKind
    file: str
    line: int
    entry: str
    what: str
    key: str | None = None
    condition: Condition | None = None
    record: Rule | Standard | Source | None = None


class Survivor(Record):
    """A change that no scenario noticed, and why.

    ``equivalent``: it is proved that it changes no result. ``example`` is an incident, in the form
    of ``canmou assess``, that comes out otherwise under the change.
    """

    kind: MutantKind
    file: str
    line: int
    entry: str
    what: str
    equivalent: bool
    reason: Text
    example: dict[str, Any] | None = None

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}: {self.entry}"
        return f"{where}: {KINDS[self.kind].zh}：{self.what}\n    {self.reason.zh}"


class Score(Record):
    """How many changes were made and caught, in all and by kind; those not caught.

    ``share`` is of all changes; ``share_of_real`` of those that change some result.
    """

    possible: int
    made: int
    caught: int
    by_kind: dict[MutantKind, tuple[int, int]]
    survivors: tuple[Survivor, ...]

    @property
    def share(self) -> float:
        """Return the share that was caught, 1 when nothing was made."""
        return self.caught / self.made if self.made else 1.0

    @property
    def equivalent(self) -> int:
        """Return how many changes are proved to change no result."""
        return sum(s.equivalent for s in self.survivors)

    @property
    def share_of_real(self) -> float:
        """Return the share that was caught of the changes that change some result."""
        real = self.made - self.equivalent
        return self.caught / real if real else 1.0
