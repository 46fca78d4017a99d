"""What the explanation graph is made of: boxes, arrows, groups."""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict, Field

from canmou.engine.assessment import Citation
from canmou.engine.records import Record, Text

NodeKind = Literal["answer", "derived", "rule", "level", "conclusion", "open"]
NodeStatus = Literal["certain", "open", "defeated"]
EdgeKind = Literal["supports", "waits", "defeats"]


class GraphNode(Record):
    """One box. ``key`` names what it stands for; ``id`` is its place in the picture.

    ``label`` is what the box says, ``detail`` what stands behind it. ``firing`` is the step of a
    rule or level in the order of inference, with the ``file`` and ``line`` it was read from.
    """

    id: str
    key: str
    kind: NodeKind
    label: Text
    detail: Text
    status: NodeStatus
    cites: tuple[Citation, ...] = ()
    rule: str | None = None
    firing: int | None = None
    file: str | None = None
    line: int | None = None


class GraphEdge(Record):
    """One arrow. ``supports`` carries, ``waits`` is not decided yet, ``defeats`` is an exception.

    ``text`` is the condition with the value it was tried on.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    from_: str = Field(alias="from")
    to: str
    kind: EdgeKind
    text: Text | None = None


class GraphGroup(Record):
    """Boxes under one heading: the duties of one party, the grades, the lead."""

    id: str
    label: Text
    nodes: tuple[str, ...]


class GraphData(Record):
    """Boxes and arrows of one conclusion, or of all, then with their groups."""

    conclusion: str | None
    nodes: tuple[GraphNode, ...]
    edges: tuple[GraphEdge, ...]
    groups: tuple[GraphGroup, ...] = ()

    def node(self, key: str) -> GraphNode | None:
        """Return the box of ``key``, or None."""
        return next((n for n in self.nodes if n.key == key), None)
