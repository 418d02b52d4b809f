"""Notes 5.4.3: hidden neurons that are dropped at random keep a network from learning the noise."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

import neuropil as npl
from neuropil import data
from neuropil.experiments import harness
from neuropil.experiments.harness import Claim, NetworkStack, Numpy, agree, close, falls, rises
from neuropil.nn import functional
from neuropil.plot.colours import BLUE, ORANGE

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FEW, TEST = data.blood_sugar("train"), data.blood_sugar("test")
DOSES = np.linspace(0.0, 0.8, 201, dtype=np.float32)[:, None]
ALPHA = 0.8


@harness.experiment("Dropout", section="5.4.3")
def dropout(seed: int, quick: bool) -> harness.Findings:
    """Scaled by 1/(1 − α), dropout leaves the expected input of the next layer as it is.

    Shown over all masks of a small layer: the expected input is that without dropout, and its
    gradient goes through the mask. For the notes' Z, Σ|E z̄ₖ| = Z is what holds: E Σ|z̄ₖ| is larger
    (Jensen's inequality), for dropout adds noise. Networks 1-250-1 then learn six samples of dose
    and blood sugar from the same initial weights, with α = ½ and without: the test loss falls. It
    does not in networks of two hidden layers, as those of 5.2: half of each is too much for them.
    """
    width, count, epochs = (100, 8, 800) if quick else (250, 20, 2000)
    flat, deep = (1, 250, 1), (1, width, width, 1)
    (nets, errors), (_, of_deep) = (learned(seed, n, count, epochs) for n in (flat, deep))
    fall = falls("test loss of one hidden layer, with α = ½", *errors)
    rise = rises("test loss of two, with α = ½", *of_deep)
    claims = [*_expectations(seed), *_layer(seed), fall, rise]
    return claims, {"What they learned": _curves(nets)}


def learned(seed: int, sizes: Any, count: int, epochs: int) -> tuple[Any, list[Numpy]]:
    """Networks without dropout and with it, by α, and their test losses in the end."""
    nets = {alpha: NetworkStack(sizes, count, seed, dropout=alpha) for alpha in (0.0, 0.5)}
    ends = [net.learn(FEW, TEST, epochs=epochs, lr=1e-2)[-1] for net in nets.values()]
    return nets, [end.test for end in ends]


def _expectations(seed: int) -> list[Claim]:
    """Exact expectations over the 2⁶ masks of six hidden neurons that feed three others."""
    rng = npl.Generator(seed)
    h, w = rng.normal(6, dtype=np.float64), rng.normal((6, 3), dtype=np.float64)
    masks = np.array(list(product([0.0, 1.0], repeat=6)))
    chance = np.prod(np.where(masks == 0, ALPHA, 1 - ALPHA), axis=1)
    z, unscaled = h @ w, (masks * h) @ w
    scaled = unscaled / (1 - ALPHA)
    total, shrunk = np.abs(z).sum(), (1 - ALPHA) * z
    return [
        agree("expected input, unscaled: (1 − α) z", chance @ unscaled, shrunk, tolerance=1e-14),
        agree("expected input, scaled: z", chance @ scaled, z, tolerance=1e-14),
        agree("Σ|E z̄ₖ| = Z", np.abs(chance @ scaled).sum(), total, tolerance=1e-14),
        harness.above("E Σ|z̄ₖ| by Z", chance @ np.abs(scaled).sum(axis=1) / total, 1.0),
    ]


def _layer(seed: int) -> list[Claim]:
    """The layer itself: what it drops, its scale, its mean, and the gradient through its mask."""
    n, p, scale = 100_000, ALPHA, 1 / (1 - ALPHA)
    h = npl.Variable(1.0 + npl.Generator(seed).uniform(n, dtype=np.float64))
    dropped = functional.dropout(h, p, rng=seed + 1)
    npl.sum(dropped).backward()
    factor, deviation = dropped.detach() / h.value, np.sqrt(p * (1 - p) / n)
    ends, rounding = [factor[factor > 0].min(), factor.max()], 1e-12
    through = np.where(factor > 0, scale, 0.0)
    return [
        close("scale where kept, 1/(1 − α)", ends, [5.0, 5.0], tolerance=rounding),
        close(
            "share dropped (4 standard errors)", np.mean(factor == 0), p, tolerance=4 * deviation
        ),
        close("mean factor (the same)", factor.mean(), 1.0, tolerance=4 * scale * deviation),
        agree("gradient: 1/(1 − α) where kept, else 0", h.grad, through, tolerance=rounding),
        harness.true("nothing happens in eval mode", functional.dropout(h, p, training=False) is h),
    ]


def _curves(nets: dict[float, NetworkStack]) -> Figure:
    figure, axes = harness.panels(len(nets))
    for panel, (alpha, stack) in zip(axes, nets.items(), strict=True):
        panel.plot(DOSES, stack(DOSES).detach()[..., 0].T, linewidth=0.6, color=BLUE)
        panel.plot(FEW.inputs, FEW.targets, "o", color=ORANGE)
        panel.set(title=f"α = {alpha:g}", xlabel="dose", ylabel="blood sugar")
    return figure
