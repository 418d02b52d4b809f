"""Notes 1.7: the input currents of a population, as weighted sums."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

import neuropil as npl
from neuropil import nn
from neuropil.experiments.harness import Findings, agree, close, equal, experiment, panels
from neuropil.plot.colours import BLUE, INK, ORANGE

if TYPE_CHECKING:
    from matplotlib.figure import Figure

ROUNDING = 1e-13

W = np.array([[0.5, -1.0], [1.5, 0.25], [-0.75, 1.0]])  # three neurons listen to two
X, B = np.array([2.0, 1.0]), np.array([0.5, -1.0, 0.25])
Z = [0.5, 2.25, -0.25]


@experiment("Connection weights as a matrix", section="1.7")
def connection_weights(seed: int, quick: bool) -> Findings:
    """z = Wx + b, connection by connection, as a product, and with the bias as a column of W.

    Population X has N neurons and Y has M: each of the N × M connections has its weight. The
    bias is the weight of one more neuron that is always 1, and is learned as such.
    """
    rng = npl.Generator(seed)
    n, m = (20, 10) if quick else (200, 100)
    w, b, x, s = (rng.normal(shape, dtype=np.float64) for shape in ((m, n), (m,), (n,), (m,)))
    sums = [sum(w[i, j] * x[j] for j in range(n)) + b[i] for i in range(m)]
    hat, extended = np.column_stack([w, b]), np.append(x, 1.0)
    layer = nn.Linear(n, m, dtype=np.float64, rng=rng)
    layer.load_state_dict({"weight": w, "bias": b})
    z = w @ x + b
    whole = npl.vjp(lambda hat: npl.sigmoid(hat @ extended), hat)[1](s)[0]
    parts = np.column_stack(npl.vjp(lambda w, b: npl.sigmoid(w @ x + b), w, b)[1](s))
    claims = [
        close("two neurons onto three: Wx + b", W @ X + B, Z, tolerance=1e-15),
        close(
            "the same with the bias as a column",
            np.column_stack([W, B]) @ [*X, 1.0],
            Z,
            tolerance=1e-15,
        ),
        equal("connections from X to Y", layer.weight.size, n * m),
        agree("Wx + b, and the weighted sums one by one", z, sums, tolerance=ROUNDING),
        agree("[W|b](x, 1) and Wx + b", hat @ extended, z, tolerance=ROUNDING),
        agree("nn.Linear and Wx + b", layer(x), z, tolerance=ROUNDING),
        agree(
            "activities y = σ(z)", npl.sigmoid(layer(x)), 1 / (1 + np.exp(-z)), tolerance=ROUNDING
        ),
        agree("gradient in [W|b], and in W and b", whole, parts, tolerance=ROUNDING),
    ]
    return claims, {"Two neurons, three neurons, and the weights between them": _figure()}


def _figure() -> Figure:
    """The populations as in the notes; a line is as thick as its weight is large."""
    figure, (axes,) = panels(width=5.2)
    sources = [(0.0, 1.5), (0.0, 0.5), (0.0, -0.7)]
    for j, (x, y) in enumerate(sources):
        for i, weight in enumerate(np.column_stack([W, B])[:, j]):
            colour = BLUE if weight > 0 else ORANGE
            axes.plot([x, 2.0], [y, 2.0 - i], color=colour, lw=2.5 * abs(weight), zorder=1)
    names = ["$x_1$", "$x_2$", "1", "$y_1$", "$y_2$", "$y_3$"]
    for name, (x, y) in zip(names, [*sources, *((2.0, 2.0 - i) for i in range(3))], strict=True):
        axes.scatter(x, y, s=900, color="#f4f4f4", edgecolors="#000000", zorder=2)
        axes.text(x, y, name, ha="center", va="center", color=INK, fontsize=12, zorder=3)
    axes.set(xlim=(-0.5, 2.5), ylim=(-1.3, 2.5))
    axes.axis("off")
    return figure
