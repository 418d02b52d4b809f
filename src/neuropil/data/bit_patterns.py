"""The five patterns of eight bits that an autoencoder is to encode in notes 7.1."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from neuropil.data.array_dataset import ArrayDataset
from neuropil.random import as_generator

if TYPE_CHECKING:
    from neuropil.random import Generator

_PATTERNS = (
    (1, 0, 1, 0, 0, 1, 1, 0),
    (0, 1, 0, 1, 0, 1, 0, 1),
    (0, 1, 1, 0, 1, 0, 0, 1),
    (1, 0, 0, 0, 1, 0, 1, 1),
    (1, 0, 0, 1, 0, 1, 0, 1),
)


_DAMAGED = (1, 0, 1, 1, 0, 1, 1, 0)


def bit_patterns(noise: float = 0.0, *, rng: int | Generator | None = None) -> ArrayDataset:
    """Five patterns of eight bits: inputs float32 (5, 8), targets the same without the noise.

    Args:
        noise: The standard deviation of normal noise added to the inputs.
        rng: A seed or a Generator for it.

    Raises:
        ValueError: ``noise`` is negative or not finite.

    Example:
        >>> inputs, targets = bit_patterns()[:]
        >>> inputs[0].tolist(), bool((inputs == targets).all())
        ([1.0, 0.0, 1.0, 0.0, 0.0, 1.0, 1.0, 0.0], True)
    """
    patterns = np.array(_PATTERNS, np.float32)
    blur = as_generator(rng).normal(patterns.shape, std=noise) if noise else np.float32(0)
    return ArrayDataset(patterns + blur, patterns)


def damaged_bit_pattern() -> ArrayDataset:
    """The pattern of notes 7.1 that a network has not seen, and the first one, which is nearest.

    Example:
        >>> inputs, targets = damaged_bit_pattern()[:]
        >>> np.abs(inputs - targets)[0].tolist()
        [0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0]
    """
    return ArrayDataset(np.array([_DAMAGED], np.float32), np.array(_PATTERNS[:1], np.float32))
