"""Biases of gates that decide how long a memory lasts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

import numpy as np

from neuropil.nn.init.distributions import Seed, uniform
from neuropil.nn.init.in_place import zeros_
from neuropil.random import as_generator

if TYPE_CHECKING:
    from collections.abc import Iterable

    from neuropil.nn.parameter import Parameter


class HasGateBiases(Protocol):
    """An `LSTM` or `LSTMCell`."""

    def gate_biases(self) -> Iterable[tuple[Parameter, Parameter]]:
        """The pair of biases of each layer and direction, the gates in the order i, f, g, o."""


Layer = TypeVar("Layer", bound=HasGateBiases)


def chrono_(layer: Layer, max_steps: float, *, rng: Seed = None) -> Layer:
    """Memories that last up to ``max_steps``: b_f = ln U(1, T − 1), b_i = −b_f, the others 0.

    A forget gate σ(b) forgets within about 1 + eᵇ steps: so the units begin with time spans spread
    evenly from 2 to T. Tallec and Ollivier 2018, "Can recurrent neural networks warp time?".

    Args:
        layer: An `LSTM` or `LSTMCell`; all of its biases are set.
        max_steps: T, the longest span to be remembered.
        rng: A seed or Generator.

    Returns:
        The layer.

    Raises:
        ValueError: T is not above 2, or the layer has no biases.
        TypeError: The layer is no LSTM.

    Example:
        >>> from neuropil import nn
        >>> lstm = chrono_(nn.LSTM(1, 64), 200, rng=0)
        >>> i, f, g, o = np.split(lstm.bias_ih_l0.value + lstm.bias_hh_l0.value, 4)
        >>> bool((i == -f).all() and (np.exp(f) >= 1.0).all() and (np.exp(f) <= 199.0).all())
        True
    """
    if not max_steps > 2:
        raise ValueError(f"chrono_ needs a span max_steps above 2, got {max_steps!r}")
    if not hasattr(layer, "gate_biases"):
        raise TypeError(f"chrono_ sets the biases of an LSTM, got {type(layer).__name__}")
    generator = as_generator(rng)
    pairs = list(layer.gate_biases())
    if not pairs:
        raise ValueError("chrono_ sets biases, and this layer has none: build it with bias=True")
    for bias, other in pairs:
        units = len(bias) // 4
        spans = uniform((units,), 1.0, max_steps - 1.0, rng=generator, dtype=np.float64)
        forget, rest = np.log(spans), np.zeros(2 * units)
        bias.value = np.concatenate([-forget, forget, rest]).astype(bias.dtype)
        zeros_(other)
    return layer
