"""Notes 7.2: local, topographic connections, and receptive fields learned on images."""

from __future__ import annotations

from typing import Any

import numpy as np

import neuropil as npl
from neuropil import data, nn, plot
from neuropil.experiments import harness as h
from neuropil.experiments.harness import Claim, Findings, Numpy, experiment
from neuropil.experiments.harness.fields import gabor_fit, orientation, spread
from neuropil.experiments.harness.patches import patches, scrambled, whitened

SIDE, UNITS = 12, 32  # pixels of a patch, and neurons that see it


@experiment("Receptive fields: local connections, and edges learned on images", section="7.2")
def receptive_fields(seed: int, quick: bool) -> Findings:
    """Neurons of a topographic map see the pixels around their own place, and nothing else.

    What they come to prefer is learned by making their responses to whitened patches sparse: the
    least Σ log cosh of uncorrelated responses (A. Hyvärinen, 1999). On dead leaves these are small
    edges, of one orientation, in one place, which a Gabor function fits. The control are the same
    images with random phases: all correlations of two pixels are the same, but there are no edges,
    and nothing of the kind is learned. A field is the mean of all patches times the response.
    """
    rng, seeds = npl.Generator(seed), 5 if quick else 20
    images = [data.dead_leaves(6 if quick else 16, rng=rng).inputs[:, 0] for _ in range(seeds)]
    both = [*images, *(scrambled(rng, some) for some in images)]
    cut = [whitened(patches(rng, some, 1500 if quick else 5000, SIDE), UNITS) for some in both]
    x, shapes = map(np.stack, zip(*cut, strict=True))
    fields = (learn(rng, x, 60 if quick else 150) @ shapes).reshape(-1, SIDE, SIDE)
    (none, fit), (wide, small), (round_, oriented) = (
        np.median(values.reshape(2, seeds, UNITS)[::-1], axis=2)
        for values in (gabor_fit(fields), spread(fields), orientation(fields))
    )
    drawn = fields / np.abs(fields).max(axis=(1, 2), keepdims=True)
    claims = [
        *map_claims(),
        h.rises("share of a field that a Gabor function explains, median", none, fit),
        h.above("that on dead leaves", fit.mean(), 0.7),
        h.falls("share of the patch that a field takes up, median", wide, small),
        h.rises("orientation index of a field, median", round_, oriented),
    ]
    return claims, {
        "Dead leaves": plot.image_grid(images[0][:6]),
        "Fields learned on them": plot.filters(drawn[:UNITS]),
        "Fields learned without edges": plot.filters(drawn[seeds * UNITS :][:UNITS]),
    }


def learn(rng: npl.Generator, x: Numpy, steps: int) -> Numpy:
    """Orthogonal weights W for which the responses x Wᵀ, uncorrelated, are sparse."""
    w = npl.Variable(orthogonal(rng.normal((len(x), UNITS, UNITS))))
    for _ in range(steps):
        loss = npl.sum(npl.mean(npl.log(npl.cosh(x @ w.mT)), axis=1))
        g: Any = npl.gradients(loss, [w])[0]
        turn = g @ w.value.mT - w.value @ g.mT  # the part of the gradient that turns W
        w.value = orthogonal(w.value - 5.0 * turn @ w.value)
    found: Numpy = w.detach()
    return found


def orthogonal(w: Numpy) -> Numpy:
    """The nearest orthogonal matrices."""
    u, _, vt = np.linalg.svd(w)
    nearest: Numpy = u @ vt
    return nearest


def map_claims() -> list[Claim]:
    """Two layers of local connections: what a neuron sees, and whom a pixel excites."""
    first = nn.LocallyConnected2d(1, 1, 12, 3, dtype=np.float64, rng=0)
    net = nn.Sequential(first, nn.LocallyConnected2d(1, 1, 10, 3, dtype=np.float64, rng=1))
    near, far = (
        npl.jacobian(layer)(np.zeros((1, 1, 12, 12))).reshape(-1, 12, 12) != 0
        for layer in (first, net)
    )
    seen = [sorted(set(field.sum(axis=(1, 2)).tolist())) for field in (near, far)]
    pixels, neurons = np.moveaxis(np.indices((12, 12)), 0, -1), np.indices((8, 8)).reshape(2, -1).T
    centres = [pixels[field].mean(axis=0) - 2.0 for field in far]
    share = first.weight.size / near.size
    return [
        h.equal(
            "pixels that each neuron sees, through one layer of 3 × 3, and two", seen, [[9], [25]]
        ),
        h.close(
            "centres of what those of the second see: their own places",
            np.abs(centres - neurons).max(),
            0.0,
            tolerance=1e-14,
        ),
        h.equal("most neurons of the first layer that a pixel excites", near.sum(axis=0).max(), 9),
        h.close("its weights / those of all to all", share, 9 / 144, tolerance=1e-15),
    ]
