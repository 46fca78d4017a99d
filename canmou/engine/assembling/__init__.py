"""From a run to the parts of an assessment: one module per part."""

from canmou.engine.assembling.citations import citations
from canmou.engine.assembling.duties import duties
from canmou.engine.assembling.firings import answered, derived_facts, firings
from canmou.engine.assembling.grades import grades, not_in_force, overall
from canmou.engine.assembling.groups import clashes, groups
from canmou.engine.assembling.leading import lead
from canmou.engine.assembling.notes import notes
from canmou.engine.assembling.questions import growth, open_questions

__all__ = [
    "answered",
    "citations",
    "clashes",
    "derived_facts",
    "duties",
    "firings",
    "grades",
    "groups",
    "growth",
    "lead",
    "not_in_force",
    "notes",
    "open_questions",
    "overall",
]
