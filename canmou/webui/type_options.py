"""The choice of incident types: what fits the words, and the tree to open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from canmou.engine.records import Text
from canmou.webui.pages.intake import TypeGroup, TypeMatches, TypeOption
from canmou.webui.services import rulebase, services

UNKNOWN = "unknown_situation"


def type_matches(words: str, chosen: Sequence[str]) -> TypeMatches:
    """Return the chosen types and those that fit the words."""
    rules = rulebase()
    kept = [t for t in dict.fromkeys(chosen) if rules.type_id(t)]
    found = services().type_index(rules).find(words)
    return TypeMatches(
        words=words,
        chosen=tuple(_option(t, kept) for t in kept),
        found=tuple(_option(entry.id, kept) for entry in found if entry.id not in kept),
    )


def _option(identifier: str, chosen: Iterable[str], depth: int = 0) -> TypeOption:
    rules = rulebase()
    above = [rules.incident_types[t].label for t in reversed(rules.ancestors(identifier)[1:])]
    path = Text(zh="、".join(t.zh for t in above), en=", ".join(t.en for t in above))
    return TypeOption(
        id=identifier,
        label=rules.incident_types[identifier].label,
        path=path if above else None,
        depth=depth,
        checked=identifier in chosen,
    )


def type_groups(chosen: Sequence[str]) -> tuple[TypeGroup, ...]:
    """Return the tree of types, one group for each category."""
    rules = rulebase()
    roots = [t for t, kind in rules.incident_types.items() if kind.parent is None]
    return tuple(
        TypeGroup(
            label=rules.incident_types[root].label,
            options=tuple(_below(root, chosen, 0)),
            open=False,
        )
        for root in roots
    )


def _below(root: str, chosen: Sequence[str], depth: int) -> Iterable[TypeOption]:
    for child in rulebase().children(root):
        if child != UNKNOWN:
            yield _option(child, chosen, depth)
        yield from _below(child, chosen, depth + 1)
