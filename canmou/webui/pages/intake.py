"""Taking the call."""

from __future__ import annotations

from flask_wtf import FlaskForm
from pydantic import ConfigDict

from canmou.engine.records import Record, Text


class TypeOption(Record):
    """A type of incident to choose; ``path`` tells two types of the same words apart."""

    id: str
    label: Text
    path: Text | None = None
    depth: int = 0
    checked: bool = False


class TypeGroup(Record):
    """A category with its types; open when one of them is chosen."""

    label: Text
    options: tuple[TypeOption, ...]
    open: bool = False


class TypeMatches(Record):
    """What the search for a type found: the chosen types first, then those that fit the words."""

    words: str
    chosen: tuple[TypeOption, ...]
    found: tuple[TypeOption, ...]


class IntakePage(Record):
    """接报登记. ``problem`` says why it was not saved; the form keeps all that was typed."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    form: FlaskForm
    matches: TypeMatches
    groups: tuple[TypeGroup, ...]
    area: str
    sample: bool
    problem: str | None = None
