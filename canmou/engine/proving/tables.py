"""One table of levels at one moment: its rows, the worlds in which it applies, its ranks."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from canmou.engine.proving.findings import Finding, Witness
from canmou.engine.proving.moments import Moment
from canmou.engine.proving.prover import Prover
from canmou.engine.proving.rows import Row, rows_of
from canmou.engine.proving.solving import Found
from canmou.engine.proving.witnesses import incident, rank_by
from canmou.engine.proving.worlds import Formula, Worlds
from canmou.engine.records import LEVELS, Level, Text
from canmou.engine.rulebase.conditions import GRADE, RANKS
from canmou.engine.rulebase.records import Standard
from canmou.engine.rulebase.vocabulary import FindingKind
from canmou.engine.wording import BELOW, condition_text

LEVEL_OF_RANK = {rank: level for level, rank in RANKS.items()}


class Table:
    """A standard with its own levels, as it stands at one moment.

    ``alone`` is for standards that take no part in incidents (``canmou grade``).
    """

    def __init__(self, prover: Prover, standard: Standard, moment: Moment) -> None:
        self.prover, self.standard, self.moment = prover, standard, moment
        self.id = standard.standard
        self.alone = standard.use == "reference"

    @cached_property
    def worlds(self) -> Worlds:
        """The worlds of the moment, which have asked about all that the table reads."""
        worlds = self.prover.worlds(self.moment, alone=self.id if self.alone else None)
        self.applies(worlds)
        self.rank(worlds)
        return worlds

    def second(self, mark: str) -> Worlds:
        """Return a second set of worlds, apart from the first."""
        return self.prover.worlds(self.moment, mark, self.id if self.alone else None)

    @cached_property
    def levels(self) -> tuple[Level, ...]:
        """The levels that the table has, the most serious first."""
        return tuple(level for level in LEVELS if level in self.standard.levels)

    @cached_property
    def names(self) -> frozenset[str]:
        """The measures behind the table."""
        steps = [f"level:{self.id}:{level}" for level in self.levels]
        return frozenset().union(
            self.worlds.behind_step(f"applies:{self.id}"),
            *(self.worlds.behind_step(s) for s in steps),
        )

    @cached_property
    def rows(self) -> dict[Level, tuple[Row, ...]]:
        """The rows of each level, with the measures that the standard counts."""
        conditions = self.prover.rulebase.conditions
        return {
            level: rows_of(
                level, self.worlds.counted(self.id, conditions[f"level:{self.id}:{level}"])
            )
            for level in self.levels
        }

    def applies(self, worlds: Worlds | None = None) -> Formula:
        """Return the formula that the standard applies."""
        return (worlds or self.worlds).step(f"applies:{self.id}")

    def rank(self, worlds: Worlds | None = None) -> Formula:
        """Return the rank that the table gives."""
        return (worlds or self.worlds).rank_of(f"{GRADE}({self.id})")

    def of(self, row: Row, worlds: Worlds | None = None) -> Formula:
        """Return the formula of a row."""
        return (worlds or self.worlds).formula(row.condition)

    def possible(self, *formulas: Formula) -> bool:
        """Tell whether some world in which the standard applies satisfies the formulas."""
        return self.prover.possible(self.worlds, [self.applies(), *formulas], self.names)

    def plainest(self, *formulas: Formula) -> Found | None:
        """Return the plainest world in which the standard applies and the formulas hold."""
        return self.prover.plainest(
            self.worlds, [self.applies(), *formulas], self.names, not self.alone,
            self.standard.file,
        )  # fmt: skip

    def filled(self, found: Found) -> dict[str, Any]:
        """Return the incident of a world."""
        return incident(found, self.moment, self.prover.rulebase)

    def rank_in(self, filled: dict[str, Any]) -> int | None:
        """Return the rank that ``canmou assess`` (or ``grade``) gives an incident."""
        return rank_by(filled, self.id, self.alone, self.prover.rulebase)

    def witness(
        self, filled: dict[str, Any], shows: Text, beside: dict[str, Any] | None = None
    ) -> Witness:
        """Return a witness for a finding in this table."""
        return Witness(
            incident=filled, beside=beside, standard=self.id if self.alone else None, shows=shows
        )

    def finding(
        self, kind: FindingKind, level: Level | None, zh: str, en: str, witness: Witness | None,
        about: str = "",
    ) -> Finding:  # fmt: skip
        """Return a finding at a level of the table, or at the table."""
        path = ("levels", level) if level is not None else ()
        return Finding(
            kind=kind,
            place=self.prover.of_standard(self.standard, *path),
            entry=self.id,
            about=about or (level or ""),
            message=Text(zh=zh, en=en),
            witness=witness,
        )

    def row_text(self, row: Row) -> Text:
        """Return a row in words."""
        return condition_text(row.condition, self.prover.rulebase)


def outcome(rank: int | None) -> Text:
    """Return a rank in words.

    >>> outcome(4).zh
    '得出 I 级'
    """
    if rank is None:
        return Text(zh="不能判断", en="cannot be judged")
    if rank <= 0:
        return BELOW
    return Text(zh=f"得出 {LEVEL_OF_RANK[rank]} 级", en=f"gives level {LEVEL_OF_RANK[rank]}")


def moments_of(prover: Prover, standard: Standard) -> tuple[Moment, ...]:
    """Return the moments at which a table is to be tried; alone, the day makes no difference."""
    if standard.use != "reference":
        return prover.calendar.moments(standard)
    found: dict[str, Moment] = {}
    for moment in prover.calendar.moments(standard):
        if moment.on == moment.at:
            found.setdefault(moment.stage, moment)
    return tuple(found.values())
