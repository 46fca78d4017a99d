"""The explanation graph as a picture: SVG by Graphviz, clean enough to stand inside a page."""

from __future__ import annotations

import importlib.metadata
import shutil
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import graphviz
from defusedxml.ElementTree import fromstring

from canmou.engine.assessment import Assessment
from canmou.engine.explanation.graph_data import (
    GraphData,
    GraphEdge,
    GraphNode,
    graph_data,
)
from canmou.engine.explanation.graph_labels import balanced, text_width
from canmou.engine.records import Text

__all__ = ["GraphData", "GraphEdge", "GraphError", "GraphNode", "draw", "graph_data", "svg"]

FONT_SIZE = 14.0
SMALL = 11.0
LINE = 16.8
PADDING = 11.0
MOST_EM = 13.0
MOST_LINES = 4
POINTS_PER_INCH = 72
SECONDS = 60
FONTS = "PingFang SC, Microsoft YaHei, Noto Sans CJK SC, Noto Sans SC, sans-serif"
SVG = "http://www.w3.org/2000/svg"
XLINK = "{http://www.w3.org/1999/xlink}"

KINDS = {
    "answer": Text(zh="回答", en="Answer"),
    "open": Text(zh="未答", en="Open"),
    "derived": Text(zh="情形", en="Situation"),
    "rule": Text(zh="规则", en="Rule"),
    "level": Text(zh="等级标准", en="Level"),
    "conclusion": Text(zh="结论", en="Conclusion"),
}
STATES = {"open": Text(zh="待定", en="open"), "defeated": Text(zh="被例外排除", en="defeated")}
# Shape, style and fill; the signal colours of the law are not among them. Colour is never alone:
# each box says its kind, and what is open has a dashed line.
LOOKS = {
    "answer": ("box", "rounded,filled", "#e6f0ed"),
    "open": ("box", "rounded,filled,dashed", "#ffffff"),
    "derived": ("octagon", "filled", "#f0f0ec"),
    "rule": ("box", "filled", "#ffffff"),
    "level": ("note", "filled", "#ffffff"),
    "conclusion": ("box", "filled", "#d6e3df"),
}
INK, GREY = "#17201d", "#4c5a55"
EDGES = {
    "supports": {"style": "solid", "color": INK},
    "waits": {"style": "dashed", "color": GREY},
    "defeats": {"style": "dotted", "color": INK, "arrowhead": "tee", "penwidth": "2"},
}


class GraphError(Exception):
    """The graph cannot be drawn: the reasons are shown as text instead."""

    def __init__(self, reason: str) -> None:
        self.text = Text(
            zh=f"解释图画不出来（{reason}），请看下面的文字依据",
            en=f"the graph cannot be drawn ({reason}); read the reasons as text below",
        )
        super().__init__(f"{self.text.zh} / {self.text.en}")


def svg(
    assessment: Assessment,
    conclusion: str | None = None,
    language: str = "zh",
    link: Callable[[GraphNode], str] | None = None,
) -> str:
    """Return the graph of one conclusion, or of all, as SVG.

    ``link`` gives the address a box leads to, nothing where it leads nowhere. The same assessment
    gives the same bytes on one machine. Raises GraphError when it cannot be drawn, KeyError for an
    unknown conclusion.
    """
    return draw(graph_data(assessment, conclusion), language, link)


def draw(
    data: GraphData,
    language: str = "zh",
    link: Callable[[GraphNode], str] | None = None,
    selected: str | None = None,
) -> str:
    """Return graph data as SVG without inline style or script. Raises GraphError.

    ``selected`` is the key of the box that is marked.
    """
    source = dot_source(data, language, link)
    try:
        done = subprocess.run(  # noqa: S603 - a fixed program, the source goes to its input
            [program(), "-Kdot", "-Tsvg"],
            input=source.encode(),
            capture_output=True,
            timeout=SECONDS,
            check=True,
        )
    except subprocess.TimeoutExpired as error:
        raise GraphError(f"超过 {SECONDS} 秒 / more than {SECONDS} s") from error
    except (subprocess.CalledProcessError, OSError) as error:
        raise GraphError(str(error)) from error
    return _cleaned(done.stdout, data, language, selected)


@cache
def program() -> str:
    """Return the Graphviz program: ``dot`` where installed, else the one of ``graphviz-pure``.

    Raises GraphError when there is neither.
    """
    installed = shutil.which("dot")
    if installed is not None:
        return installed
    try:
        files = importlib.metadata.files("graphviz-pure") or []
    except importlib.metadata.PackageNotFoundError as error:
        raise GraphError("没有 graphviz-pure / graphviz-pure is not installed") from error
    for file in files:
        path = Path(str(file.locate()))
        if path.stem == "graphviz-pure" and path.is_file():
            return str(path)
    raise GraphError("graphviz-pure 里没有程序 / graphviz-pure holds no program")


def label_lines(node: GraphNode, language: str) -> tuple[str, ...]:
    """Return what a box says: its kind and state, then its label in short lines."""
    kind = KINDS[node.kind].in_(language)
    if node.status in STATES and node.kind != "open":
        kind = f"{kind} · {STATES[node.status].in_(language)}"
    first, _, second = node.label.in_(language).partition("\n")
    lines = balanced(first, MOST_EM, MOST_LINES)
    return (kind, *lines, *(balanced(second, MOST_EM, 2) if second else ()))


def dot_source(
    data: GraphData, language: str = "zh", link: Callable[[GraphNode], str] | None = None
) -> str:
    """Return the graph in the language of Graphviz; each box as large as its text."""
    graph = graphviz.Digraph(
        graph_attr={
            "rankdir": "LR", "nodesep": "0.16", "ranksep": "0.4", "bgcolor": "transparent",
            "fontname": "Helvetica", "fontsize": f"{FONT_SIZE:g}", "pad": "0.15",
        },
        node_attr={"fontname": "Helvetica", "fontsize": f"{FONT_SIZE:g}", "fixedsize": "true",
                   "color": INK, "fontcolor": INK},
        edge_attr={"arrowsize": "0.7"},
    )  # fmt: skip
    grouped = {identifier for group in data.groups for identifier in group.nodes}
    nodes = {node.id: node for node in data.nodes}
    for number, group in enumerate(data.groups, start=1):
        with graph.subgraph(name=f"cluster_{number}") as part:
            part.attr(label=graphviz.escape(group.label.in_(language)), color=GREY, labeljust="l",
                      style="rounded", margin="10")  # fmt: skip
            for identifier in group.nodes:
                _add(part, nodes[identifier], language, link)
    for node in data.nodes:
        if node.id not in grouped:
            _add(graph, node, language, link)
    for edge in data.edges:
        graph.edge(edge.from_, edge.to, **{"class": edge.kind}, **EDGES[edge.kind])
    return str(graph.source)


def _add(
    graph: graphviz.Digraph,
    node: GraphNode,
    language: str,
    link: Callable[[GraphNode], str] | None,
) -> None:
    lines = label_lines(node, language)
    shape, style, fill = LOOKS[node.kind]
    if node.status == "open" and "dashed" not in style:
        style += ",dashed"
    elif node.status == "defeated":
        style += ",dotted"
    width = max(text_width(lines[0]) * SMALL, *(text_width(line) * FONT_SIZE for line in lines[1:]))
    wide = 2 * PADDING + width + (PADDING if node.kind in {"derived", "level"} else 0)
    high = PADDING + LINE * len(lines) + (PADDING if node.kind == "derived" else 0)
    attributes = {
        "id": node.id,
        "class": f"{node.kind} {node.status}",
        "shape": shape,
        "style": style,
        "fillcolor": fill,
        "width": f"{wide / POINTS_PER_INCH:.3f}",
        "height": f"{high / POINTS_PER_INCH:.3f}",
        "tooltip": " ",
    }
    address = link(node) if link else f"#{node.id}"
    if address:
        attributes["URL"] = graphviz.escape(address)
    if node.kind == "conclusion":
        attributes["penwidth"] = "2.4"
    graph.node(node.id, "".join(f"{graphviz.escape(line)}\\n" for line in lines), **attributes)


def _cleaned(raw: bytes, data: GraphData, language: str, selected: str | None) -> str:
    """Return the drawing for a page: titles to read aloud, no declaration, no comments."""
    ElementTree.register_namespace("", SVG)
    try:
        root: ElementTree.Element = fromstring(raw)
    except ElementTree.ParseError as error:
        raise GraphError(str(error)) from error
    nodes = {node.id: node for node in data.nodes}
    for name in ("width", "height"):
        root.set(name, root.get(name, "").removesuffix("pt"))
    for element in root.iter():
        element.attrib.pop("{http://www.w3.org/XML/1998/namespace}space", None)
        element.attrib.pop("font-family", None)
        for name in (f"{XLINK}href", f"{XLINK}title", f"{XLINK}target"):
            value = element.attrib.pop(name, None)
            if value is not None and name == f"{XLINK}href":
                element.set("href", value)
        _titled(element, nodes, language)
        if selected is not None and element.get("data-node") == selected:
            element.set("class", f"{element.get('class')} selected")
    root.set("font-family", FONTS)
    return ElementTree.tostring(root, encoding="unicode") + "\n"


def _titled(element: ElementTree.Element, nodes: dict[str, GraphNode], language: str) -> None:
    """Give a group of the drawing a title that says what it is; arrows and the whole need none."""
    title = element.find(f"{{{SVG}}}title")
    if title is None:
        return
    node = nodes.get(element.get("id", ""))
    if node is None:
        begin, arrow, end = (title.text or "").partition("->")
        if arrow:
            element.set("data-from", begin)
            element.set("data-to", end)
        element.remove(title)
        return
    kind = KINDS[node.kind].in_(language)
    state = STATES.get(node.status) if node.kind != "open" else None
    words = f"{kind}{f' ({state.in_(language)})' if state else ''}: " + node.label.in_(language)
    title.text = words.replace("\n", " · ")
    element.set("data-node", node.key)
    small = next(iter(element.iter(f"{{{SVG}}}text")), None)
    if small is not None:
        small.set("font-size", f"{SMALL:g}")
        small.set("class", "kind")
