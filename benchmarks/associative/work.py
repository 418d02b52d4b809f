"""The measurements: wrong bits of a Hopfield network, and recall by attention."""

from __future__ import annotations

from typing import Any

import numpy as np

import neuropil as npl
from neuropil.associative import ModernHopfield, wrong_bits

UNITS = 1000
LOADS = (0.05, 0.10, 0.12, 0.13, 0.138, 0.145, 0.15, 0.16, 0.18, 0.20, 0.25)
HELD, LOST = 0.13, 0.18
"""Patterns a unit, up to which at most 1 % of the bits are wrong, and from which at least 20 %."""

PATTERNS, LENGTH, BETA = 10_000, 64, 2.0
NOISE = (0.25, 0.5, 0.75, 1.0)
BAR_NOISE = 0.5


def hopfield(load: float, trials: int, seed: int) -> dict[str, Any]:
    """Wrong bits after recall from the pattern itself, and whether that is as it should be."""
    patterns = round(load * UNITS)
    shares = wrong_bits(UNITS, patterns, trials=trials, rng=seed)
    low, median, high = np.quantile(shares, [0.25, 0.5, 0.75]).tolist()
    right = median <= 0.01 if load <= HELD else median >= 0.2 if load >= LOST else None
    return {
        "load": load,
        "patterns": patterns,
        "trials": trials,
        "median": median,
        "quartiles": [low, high],
        "as_known": right,
    }


def attention(noise: float, seed: int) -> dict[str, Any]:
    """Bits of random patterns from probes with normal noise, recalled in one step."""
    rng = npl.Generator(seed)
    x = (2 * rng.integers(0, 2, (PATTERNS, LENGTH)) - 1).astype(np.float32)
    memory = ModernHopfield(LENGTH, BETA).store(x)
    states = memory.recall(x + rng.normal(x.shape, std=noise)).states
    return {
        "noise": noise,
        "recalled": float(np.mean(np.all(np.sign(states) == x, axis=1))),
        "largest_error": float(np.abs(states - x).max()),
    }
