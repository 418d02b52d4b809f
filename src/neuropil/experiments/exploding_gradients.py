"""Notes 6.2: gradients that double from layer to layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

import neuropil as npl
from neuropil.experiments.harness import Findings, Numpy, close, equal, experiment, panels, true
from neuropil.plot.colours import SERIES

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LAYERS, WEIGHT, SLOPE = 4, 8.0, 0.25
BIAS = -WEIGHT / 2  # brings σ(0)·w + b to 0, the steepest place of the next σ
EXACT = 1e-12  # powers of two in float64: nothing to round but σ itself


@experiment("Exploding gradients: a factor of 2 a layer, 16 over four", section="6.2")
def exploding_gradients(seed: int, quick: bool) -> Findings:
    """A chain of logistic neurons, each with an input current of 0, where σ′ = ¼ is largest.

    With weights of 8 the gradient grows by 8 · ¼ = 2 a layer, 16 over the notes' four. It does so
    only where biases hold the currents near 0: 1 further away, σ′ is 0.197 and the factor 1.57;
    beyond |z| = 1.76, where σ′ falls below ⅛, gradients vanish again. And it does so for ever: the
    gradient of a chain of 40 is 2⁴⁰ at its beginning.
    """
    rng = npl.Generator(seed)
    norms = chain(LAYERS, WEIGHT, BIAS)
    currents = np.linspace(-6.0, 6.0, 241)
    factors = WEIGHT * slope(currents)
    places = rng.uniform(20, -6.0, 6.0, np.float64)
    edge = np.log(3.0 + np.sqrt(8.0))  # where y(1 − y) = ⅛: y = ½ ± √⅛
    stretched = [chain(LAYERS, w, -w / 2)[0] for w in (2.0, 4.0, 8.0, 16.0)]
    claims = [
        close("σ′(0), the steepest slope", slope(0.0), SLOPE, tolerance=EXACT),
        close("factor of each layer", norms[:-1] / norms[1:], [2.0] * LAYERS, tolerance=EXACT),
        close("factor over four layers", norms[0] / norms[-1], 16.0, tolerance=EXACT),
        close("over 40 layers, log₂", np.log2(chain(40, WEIGHT, BIAS)[0]), 40.0, tolerance=1e-9),
        close("weights 2, 4, 8, 16", stretched, [1 / 16, 1.0, 16.0, 256.0], tolerance=1e-9),
        close("factor where z is 1, not 0", WEIGHT * slope(1.0), 1.5729, tolerance=5e-5),
        close("factor at |z| = ln(3 + √8) = 1.763", WEIGHT * slope(edge), 1.0, tolerance=EXACT),
        equal(
            "of 20 random currents those that let it grow lie within that",
            (WEIGHT * slope(places) > 1.0).tolist(),
            (np.abs(places) < edge).tolist(),
        ),
        true("no current gives a factor above 2", np.all(factors <= 2.0)),
    ]
    return claims, {"Growth along the chain, and where it can happen": _figure(currents, factors)}


def chain(layers: int, weight: float, bias: float) -> Numpy:
    """|∂E/∂z| of every neuron of a chain, from the first to the last, whose own is 1."""
    z: Any = npl.Variable(0.0)
    currents = [z]
    for _ in range(layers):
        z = weight * npl.sigmoid(z) + bias
        currents.append(z)
    return np.abs(np.array(npl.gradients(z, currents), dtype=np.float64))


def slope(z: Any) -> Any:
    """σ′(z), from the graph."""
    z = npl.Variable(np.asarray(z, dtype=np.float64))
    (found,) = npl.gradients(npl.sum(npl.sigmoid(z)), [z])
    return found


def _figure(currents: Numpy, factors: Numpy) -> Figure:
    figure, (growth, where) = panels(2)
    for weight, colour in zip((2.0, 4.0, 8.0), SERIES, strict=False):
        norms = chain(LAYERS, weight, -weight / 2)
        growth.semilogy(range(1, LAYERS + 2), norms, "o-", color=colour, label=f"w = {weight:g}")
    growth.set(xlabel="neuron", ylabel="|∂E/∂z|", xticks=range(1, LAYERS + 2))
    growth.legend(frameon=False)
    where.plot(currents, factors, color=SERIES[0])
    where.axhline(1.0, color="#000000", lw=0.8, ls=":")
    where.set(xlabel="input current z", ylabel="factor of a layer, 8 σ′(z)")
    return figure
