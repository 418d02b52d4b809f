"""How many patterns a network holds: the share of bits that come back wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil.associative.hebbian import Hebbian
from neuropil.associative.hopfield import Hopfield
from neuropil.nn import refusals
from neuropil.random import Generator, as_generator

if TYPE_CHECKING:
    from jaxtyping import Float

    from neuropil.associative.learning_rule import LearningRule
    from neuropil.associative.update import Update

    Numpy = np.ndarray[Any, Any]


def wrong_bits(
    units: int,
    patterns: int,
    *,
    trials: int = 50,
    rule: LearningRule | None = None,
    flipped: float = 0.0,
    update: Update | None = None,
    max_steps: int = 200,
    rng: int | Generator | None = None,
) -> Float[Numpy, " trials"]:
    """The share of wrong bits that recall of a stored pattern ends with, trial by trial.

    Each trial draws patterns anew, stores them, and starts from the first.

    Args:
        units: N, of the network.
        patterns: M, how many random ones it stores.
        trials: How many networks.
        rule: How it stores them; `Hebbian` by default.
        flipped: The probability with which a bit of the probe is flipped.
        update: `Asynchronous` by default.
        max_steps: Of recall.
        rng: A seed or Generator for patterns, probes and orders.

    Raises:
        ValueError: A number is no count, or ``flipped`` no probability.

    Example:
        >>> few, many = (np.median(wrong_bits(200, m, trials=9, rng=0)) for m in (20, 60))
        >>> bool(few < 0.01), bool(many > 0.2)
        (True, True)
    """
    refusals.check_count("wrong_bits", "patterns", patterns)
    refusals.check_count("wrong_bits", "trials", trials)
    rule, rng, net = rule or Hebbian(), as_generator(rng), Hopfield(units)
    found = np.empty(trials)
    for trial in range(trials):
        x = (2 * rng.integers(0, 2, (patterns, units)) - 1).astype(net.dtype)
        net.weight.value, net.bias.value = rule.weights(x), rule.biases(x)
        probe = np.where(rng.bernoulli(flipped, (units,)), -x[0], x[0])
        end = net.recall(probe, update=update, max_steps=max_steps, rng=rng).states
        found[trial] = np.mean(end != x[0])
    return found
