"""The expression graph as a picture (notes 4.1), drawn without Graphviz."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from neuropil.graph.labels import Label, label
from neuropil.graph.layout import Route, layered
from neuropil.graph.operation import Operation
from neuropil.graph.traversal import beneath
from neuropil.graph.variable import Variable

if TYPE_CHECKING:
    from os import PathLike

Node: TypeAlias = Variable | Operation

_MARGIN = 18.0
_LINE = 16.0
_ARROW = 7.0

# A card of its own, because a notebook or page may be dark where the reader's system is not.
_STYLE = """
.npl-graph text{font-family:ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace;
font-size:11px;text-anchor:middle;fill:#4a5560}
.npl-graph .name{font-size:13px;font-weight:600;fill:#14202b}
.npl-graph .card{fill:#fff}
.npl-graph .variable rect{fill:#eaf2fa;stroke:#3b82c4;stroke-width:1.3}
.npl-graph .leaf rect{fill:#e4f4ed;stroke:#2a9d6f}
.npl-graph .constant rect{fill:#f1f2f4;stroke:#8a94a0}
.npl-graph .cut rect{stroke-dasharray:4 3}
.npl-graph .operation rect{fill:#fff;stroke:#7a8794;stroke-width:1.1}
.npl-graph path{fill:none;stroke:#7a8794;stroke-width:1.2}
.npl-graph .creator path{stroke:#d9730d}
.npl-graph .argument .tip{fill:#7a8794;stroke:none}
.npl-graph .creator .tip{fill:#d9730d;stroke:none}
.npl-graph .word{fill:#b45f0a;text-anchor:start;font-style:italic}
@media (prefers-color-scheme:dark){
.npl-graph .card{fill:#15191e}
.npl-graph text{fill:#aab4be}
.npl-graph .name{fill:#f0f3f6}
.npl-graph .variable rect{fill:#18293a;stroke:#5b9fdc}
.npl-graph .leaf rect{fill:#15302a;stroke:#45b98a}
.npl-graph .constant rect{fill:#252a30;stroke:#7a8794}
.npl-graph .operation rect{fill:#15191e;stroke:#8a94a0}
.npl-graph .word{fill:#f0a050}
}
""".replace("\n", "")


@dataclass(frozen=True)
class Drawing:
    """A picture of an expression graph. Notebooks show it; ``save`` writes it to a file.

    Attributes:
        svg: The picture as SVG text, complete in itself.
        width: In pixels.
        height: In pixels.
    """

    svg: str
    width: int
    height: int

    def save(self, path: str | PathLike[str]) -> Path:
        """Write the picture to ``path``, which ends in ``.svg``, and return it.

        Raises:
            ValueError: The path asks for another format.
        """
        from neuropil.storage import write_text

        path = Path(path)
        if path.suffix != ".svg":
            raise ValueError(f"a drawing is saved as SVG, got {path.name}: name it {path.stem}.svg")
        write_text(path, self.svg)
        return path

    def _repr_svg_(self) -> str:
        return self.svg

    def __repr__(self) -> str:
        return f"Drawing({self.width} × {self.height}: save it as an SVG file, or show it)"


def draw(*variables: Variable, limit: int = 200) -> Drawing:
    """Draw the graph of Variables and Operations beneath ``variables`` (notes 4.1).

    Results are on top. From each Variable an arrow leads to its creator, the Operation that made
    it, and from there to the arguments. A Variable shows its name, its value (its shape if it is
    not small) and, after `backward`, its gradient; green ones are leaves that have a gradient,
    grey ones have none.

    Args:
        variables: What to draw.
        limit: How many Variables and Operations at most. Of a larger graph the part nearest to
            ``variables`` is drawn; a Variable cut off from its creator has a broken outline.

    Raises:
        TypeError: There is no Variable, or something else among them.

    Example:
        >>> import neuropil as npl
        >>> x, y = npl.Variable(0.5, name="x"), npl.Variable(2.0, name="y")
        >>> draw(npl.sin(x) + x * y).svg.count('class="operation"')
        3
    """
    for variable in variables or (None,):
        if not isinstance(variable, Variable):
            raise TypeError(f"draw shows Variables, got {type(variable).__name__}: wrap the array")
    nodes = _nearest(variables, limit)
    number = {id(node): i for i, node in enumerate(nodes)}
    edges = [
        (i, number[id(other)])
        for i, node in enumerate(nodes)
        for other in _beneath(node)
        if id(other) in number
    ]
    labels = [label(node) for node in nodes]
    sizes = [_size(text) for text in labels]
    layout = layered(sizes, edges)
    kinds = [_kind(node, number) for node in nodes]
    parts = [
        *_lines(edges, layout.routes, layout.centres, sizes, kinds),
        *map(_box, kinds, labels, layout.centres, sizes),
    ]
    total = _count(variables)
    caption = "" if total <= len(nodes) else f"{len(nodes)} of {total} nodes (limit={limit})"
    return _picture(parts, layout.width, layout.height, caption)


def _nearest(variables: tuple[Variable, ...], limit: int) -> list[Node]:
    """Nodes from ``variables`` down, breadth first, up to ``limit``; results before arguments.

    An Operation comes with all of its arguments or not at all.
    """
    found: dict[int, Node] = {id(variable): variable for variable in variables}
    waiting = deque(dict.fromkeys(variables))
    while waiting:
        creator = waiting.popleft().creator
        if creator is None or id(creator) in found:
            continue
        new = {id(parent): parent for _, parent in creator.parents if id(parent) not in found}
        if len(found) + 1 + len(new) > limit:
            break
        found[id(creator)] = creator
        found.update(new)
        waiting.extend(new.values())
    return sorted(found.values(), key=_age)


def _age(node: Node) -> tuple[int, bool]:
    """Sorts a graph from its results down: each Variable directly before its creator."""
    if isinstance(node, Operation):
        return -node.order, True
    return (1, False) if node.creator is None else (-node.creator.order, False)


def _beneath(node: Node) -> list[Node]:
    if isinstance(node, Operation):
        return [parent for _, parent in node.parents]
    return [] if node.creator is None else [node.creator]


def _count(variables: tuple[Variable, ...]) -> int:
    found = beneath(*variables)
    return len(found) + len({id(v.creator) for v in found if v.creator is not None})


def _kind(node: Node, drawn: dict[int, int]) -> str:
    """The classes of a node in the style sheet."""
    if isinstance(node, Operation):
        return "operation"
    cut = " cut" if node.creator is not None and id(node.creator) not in drawn else ""
    if not node.requires_grad:
        return f"variable constant{cut}"
    return f"variable leaf{cut}" if node.creator is None else f"variable{cut}"


def _size(text: Label) -> tuple[float, float]:
    return 6.8 * text.columns + 20.0, _LINE * len(text.lines) + 12.0


def _box(kind: str, text: Label, centre: tuple[float, float], size: tuple[float, float]) -> str:
    """One node: a rounded box for a Variable, a box for an Operation, with its lines of text."""
    (x, y), (width, height) = centre, size
    radius = 3.0 if kind == "operation" else min(height / 2, 16.0)
    top = y - _LINE * (len(text.lines) - 1) / 2
    lines = "".join(
        f"<text{_name_class(text, i)} x='{x:.1f}' y='{top + _LINE * i + 4:.1f}'>"
        f"{escape(line)}</text>"
        for i, line in enumerate(text.lines)
    )
    return (
        f'<g class="{kind}"><title>{escape(_printable(text.tip))}</title>'
        f'<rect x="{x - width / 2:.1f}" y="{y - height / 2:.1f}" width="{width:.1f}" '
        f'height="{height:.1f}" rx="{radius:.1f}"/>{lines}</g>'
    )


def _name_class(text: Label, line: int) -> str:
    return ' class="name"' if text.named and line == 0 else ""


def _lines(
    edges: list[tuple[int, int]],
    routes: list[Route],
    centres: list[tuple[float, float]],
    sizes: list[tuple[float, float]],
    kinds: list[str],
) -> list[str]:
    """All edges; those that leave a node do so side by side, in the order of where they go."""
    leaving: dict[int, list[int]] = {}
    for e, (upper, _) in enumerate(edges):
        leaving.setdefault(upper, []).append(e)
    lines: list[str] = []
    for upper, mine in leaving.items():
        mine.sort(key=lambda e: routes[e].points[2][0])
        apart = min(14.0, 0.7 * sizes[upper][0] / len(mine))
        for place, e in enumerate(mine):
            port = centres[upper][0] + (place - (len(mine) - 1) / 2) * apart
            lower = edges[e][1]
            path = _path(
                routes[e],
                port,
                start=centres[upper][1] + sizes[upper][1] / 2,
                end=centres[lower][1] - sizes[lower][1] / 2,
            )
            kind = "argument" if kinds[upper] == "operation" else "creator"
            word = "" if lines or kind == "argument" else _creator_word(routes[e])
            lines.append(f'<g class="{kind}">{path}{word}</g>')
    return lines


def _path(route: Route, port: float, start: float, end: float) -> str:
    """One edge from (port, start) through its lanes, with the tip of an arrow if it arrives."""
    points = route.points
    data = [f"M{port:.1f} {start:.1f}V{points[1][1]:.1f}"]
    x, y = port, points[1][1]
    for i in range(2, len(points), 2):
        to_x, to_y = points[i]
        middle = (y + to_y) / 2
        data.append(f"C{x:.1f} {middle:.1f} {to_x:.1f} {middle:.1f} {to_x:.1f} {to_y:.1f}")
        x, y = to_x, to_y
        if i + 2 < len(points):
            y = points[i + 1][1]
            data.append(f"V{y:.1f}")
    if not route.arrives:
        return f'<path d="{"".join(data)}"/>'
    data.append(f"V{end - _ARROW + 1:.1f}")
    half = _ARROW / 2
    tip = f"M{x:.1f} {end:.1f}l{-half:.1f} {-_ARROW:.1f}h{_ARROW:.1f}z"
    return f'<path d="{"".join(data)}"/><path class="tip" d="{tip}"/>'


def _creator_word(route: Route) -> str:
    """The notes' word beside the first arrow to a creator."""
    (x, y), (_, below) = route.points[1], route.points[2]
    return f'<text class="word" x="{x + 8:.1f}" y="{(y + below) / 2 + 2:.1f}">creator</text>'


def _picture(parts: list[str], width: float, height: float, caption: str) -> Drawing:
    """The parts on a card, with a margin, and below them the caption."""
    full_width = max(width, 6.8 * len(caption), 60.0) + 2 * _MARGIN
    full_height = height + 2 * _MARGIN + (_LINE + 8.0 if caption else 0.0)
    if caption:
        parts = [
            *parts,
            f'<text x="{width / 2:.1f}" y="{height + _MARGIN + 10:.1f}">{escape(caption)}</text>',
        ]
    w, h = round(full_width), round(full_height)
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="npl-graph" role="img" '
        f'aria-label="expression graph" width="{w}" height="{h}" viewBox="0 0 {w} {h}" '
        f'style="max-width:100%;height:auto"><style>{_STYLE}</style>'
        f'<rect class="card" width="{w}" height="{h}" rx="8"/>'
        f'<g transform="translate({(full_width - width) / 2:.1f} {_MARGIN})">{"".join(parts)}</g>'
        "</svg>"
    )
    return Drawing(svg, w, h)


def _printable(text: str) -> str:
    """Text that XML can hold: control characters have no place in it."""
    return "".join(c if c.isprintable() or c == "\n" else " " for c in text)
