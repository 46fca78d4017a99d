"""How Canmou thinks: rule files, inference, explanation, guidance. No web, no database."""

from canmou.engine.answers import AnswerError
from canmou.engine.assessing import assess
from canmou.engine.assessment import Assessment
from canmou.engine.facts import Facts, Statement
from canmou.engine.grading_alone import grade
from canmou.engine.inference.run import FactsError
from canmou.engine.rulebase.errors import RuleErrors
from canmou.engine.rulebase.loading import knowledge_folder, load_rulebase
from canmou.engine.rulebase.rulebase import RuleBase

__all__ = [
    "AnswerError",
    "Assessment",
    "Facts",
    "FactsError",
    "RuleBase",
    "RuleErrors",
    "Statement",
    "assess",
    "grade",
    "knowledge_folder",
    "load_rulebase",
]
