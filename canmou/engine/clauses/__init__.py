"""The rules against the official texts that an office has imported.

``official`` is a text by article, paragraph and item; ``numerals`` reads the figures in it;
``grading`` says which figures belong to which level; ``comparing`` sets them against the rules.
Nothing of a text is shipped: without an import there is nothing to compare.
"""

from canmou.engine.clauses.checking import ClauseReport, check_clauses
from canmou.engine.clauses.differences import Difference
from canmou.engine.clauses.official import OfficialText, official_texts

__all__ = ["ClauseReport", "Difference", "OfficialText", "check_clauses", "official_texts"]
