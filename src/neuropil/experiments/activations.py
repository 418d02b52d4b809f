"""Notes 1.5, Lecture 4 (I.A) and Lecture 17: activation functions and their derivatives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

import neuropil as npl
from neuropil import nn
from neuropil.experiments.harness import Findings, Numpy, agree, close, equal, experiment, panels
from neuropil.nn import functional as f
from neuropil.plot.colours import BLUE, ORANGE

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.figure import Figure

SLOPE = np.array([0.25])  # that PReLU begins with

CURVES: dict[str, tuple[Callable[[Any], Any], Callable[[Numpy], Any]]] = {
    "logistic": (f.sigmoid, lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2),
    "arctan": (f.atan, lambda z: 1 / (1 + z**2)),
    "tanh": (f.tanh, lambda z: 1 / np.cosh(z) ** 2),
    "threshold": (f.heaviside, np.zeros_like),
    "sign": (f.sign, np.zeros_like),
    "ReLU": (f.relu, lambda z: np.where(z > 0, 1.0, 0.0)),
    "leaky ReLU": (f.leaky_relu, lambda z: np.where(z > 0, 1.0, 0.01)),
    "PReLU": (lambda z: f.prelu(z, SLOPE), lambda z: np.where(z > 0, 1.0, SLOPE[0])),
    "softplus": (f.softplus, lambda z: 1 / (1 + np.exp(-z))),
}
"""Each function of one neuron, and its derivative written out by hand."""

Z = np.array([0.6, 3.4, -1.2, 0.05])
SOFTMAX = [0.055, 0.904, 0.009, 0.032]  # the notes print the same to fewer digits


@experiment("Activation functions and their derivatives", section="1.5, P I.A, E")
def activations(seed: int, quick: bool) -> Findings:
    """Each derivative that the graph gives is the one written out by hand, for every function.

    Threshold, sign and one-hot are constant but for their jumps, with a derivative of 0: nothing
    learns through them, and logistic, tanh and softmax are what replaces them.
    """
    z = npl.Generator(seed).normal(200 if quick else 20_000, std=3.0, dtype=np.float64)
    logistic, tanh, softmax = f.sigmoid(z), f.tanh(z), f.softmax(Z)
    jacobian = np.diag(softmax) - np.outer(softmax, softmax)
    slope = nn.PReLU(dtype=np.float64)
    slope(z).backward(np.ones_like(z))
    below = [np.minimum(z, 0.0).sum()]  # many numbers, which the graph adds in another order
    claims = [
        *(
            agree(f"derivative of {name}", derivative(function, z), exact(z), tolerance=1e-14)
            for name, (function, exact) in CURVES.items()
        ),
        close("softmax of (0.6, 3.4, −1.2, 0.05)", softmax, SOFTMAX, tolerance=5e-4),
        agree(
            "its Jacobian: diag(y) − y yᵀ", npl.jacobian(f.softmax)(Z), jacobian, tolerance=1e-14
        ),
        equal("one-hot of the same", f.hardmax(Z), [0, 1, 0, 0]),
        equal("its Jacobian", npl.jacobian(f.hardmax)(Z), np.zeros((4, 4))),
        close("one-hot is softmax of 100 z", f.softmax(100 * Z), f.hardmax(Z), tolerance=1e-12),
        agree(
            "σ' = σ (1 − σ)", derivative(f.sigmoid, z), logistic * (1 - logistic), tolerance=1e-14
        ),
        agree("tanh' = 1 − tanh²", derivative(f.tanh, z), 1 - tanh**2, tolerance=1e-14),
        agree("tanh z = 2 σ(2z) − 1", 2 * f.sigmoid(2 * z) - 1, tanh, tolerance=1e-14),
        agree("derivative of PReLU by its slope", slope.weight.grad, below, tolerance=1e-12),
    ]
    names = list(CURVES)
    return claims, {
        "Sigmoidal functions (blue) and their derivatives": _figure(names[:5]),
        "Rectifiers (blue) and their derivatives": _figure(names[5:]),
    }


def derivative(function: Callable[[Any], Any], z: Numpy) -> Any:
    """The derivative of each element by its own input, which is all it depends on."""
    x = npl.Variable(z)
    function(x).backward(np.ones_like(z))
    return x.grad


def _figure(names: list[str]) -> Figure:
    z = np.linspace(-4.0, 4.0, 401)
    figure, axes = panels(len(names), width=2.2, height=2.6)
    for name, axis in zip(names, axes, strict=True):
        function = CURVES[name][0]
        axis.plot(z, derivative(function, z), color=ORANGE, lw=1.2)
        axis.plot(z, function(z), color=BLUE, lw=2.2)
        axis.set(title=name, ylim=(-1.7, 3.2))
    return figure
