"""Vanishing gradients: from layer to layer less arrives (notes 6.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neuropil.training.doctor.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from neuropil.training.doctor.statistics import Examination, Record

KIND = "vanishing gradients"

SHARE = 4.0**-4
"""Of the last layer's gradient: what four sigmoids leave at the steepest of their slopes (notes
6.1), and a fourth of the least of healthy trainings (``python -m benchmarks.doctor.limits``)."""

STEPS = 3
"""For so many steps it has to stay so: a last layer that begins at 0 lets no gradient through,
but only before the first."""


def vanishing_gradients(record: Record) -> Iterator[Finding]:
    """A first layer that gets next to nothing, from the beginning."""
    early = [e for e in record.unlearned if e.step <= record.first.step + STEPS]
    shares = [share for share in map(share_of_first_layer, early) if share is not None]
    if not shares or max(shares) >= SHARE:
        return
    layers = record.first.layers
    first, last = layers[0], layers[-1]
    factor = (1.0 / shares[0]) ** (1.0 / (len(layers) - 1)) if shares[0] > 0.0 else float("inf")
    yield Finding(
        KIND,
        first.name,
        f"The gradient's norm falls from {last.gradient:.1e} at layer {last.name} to "
        f"{first.gradient:.1e} here, by a factor of {factor:.3g} a layer.",
        "Take ReLU for sigmoids, larger initial weights (He, Glorot), batch normalisation, or "
        "fewer layers.",
    )


def share_of_first_layer(examination: Examination) -> float | None:
    """‖∂E/∂z‖ at the first layer over that at the last; None for fewer than two layers."""
    layers = examination.layers
    if len(layers) < 2 or not layers[-1].gradient > 0.0:
        return None
    return layers[0].gradient / layers[-1].gradient
