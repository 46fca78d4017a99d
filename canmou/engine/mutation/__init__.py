"""Mutation of the rules: whether the scenarios would notice that a rule is wrong.

One thing at a time is changed in memory (a threshold, an operator, a level, a party, a time limit,
a date, a modality, a connective); a change that no scenario notices is a gap in the scenarios.
"""

from canmou.engine.mutation.records import KINDS, Mutant, Score, Survivor
from canmou.engine.mutation.running import mutate

__all__ = ["KINDS", "Mutant", "Score", "Survivor", "mutate"]
