"""Sequences that begin with a bit, which is asked for at their end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from neuropil.data.array_dataset import ArrayDataset
from neuropil.errors import DataError
from neuropil.random import as_generator

if TYPE_CHECKING:
    from neuropil.random import Generator


def kept_bit(
    samples: int, *, steps: int = 200, noise: float = 1.0, rng: int | Generator | None = None
) -> ArrayDataset:
    """Inputs float32 (samples, steps + 1, 3), targets int64 (samples,): the bit, 0 or 1.

    The first feature is −1 or 1 for the bit at step 0, and normal noise later. The second is 1 at
    step 0, where the bit is shown, the third at the last step, where it is asked for; both are 0
    elsewhere. So the bit has to be kept for ``steps`` steps. Each is that of half of the samples.

    Args:
        samples: How many sequences.
        steps: How many steps lie between the bit and the question.
        noise: The standard deviation of the noise.
        rng: A seed or a Generator.

    Raises:
        DataError: There are less than 2 samples or 1 step, or the noise is negative or not finite.

    Example:
        >>> inputs, targets = kept_bit(4, steps=2, noise=0.0, rng=0)[:]
        >>> targets.tolist(), inputs[0].tolist()
        ([0, 1, 0, 1], [[-1.0, 1.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
    """
    if samples < 2 or steps < 1 or not 0.0 <= noise < np.inf:
        raise DataError(
            "kept_bit makes at least 2 samples of at least 1 step with noise of 0 or more, got "
            f"{samples} samples of {steps} steps with noise {noise}"
        )
    generator = as_generator(rng)
    bits = np.asarray(generator.permutation(samples)) % 2
    inputs = np.zeros((samples, steps + 1, 3), np.float32)
    if noise:
        inputs[..., 0] = generator.normal((samples, steps + 1), std=noise)
    inputs[:, 0, 0] = 2 * bits - 1
    inputs[:, 0, 1] = inputs[:, -1, 2] = 1.0
    return ArrayDataset(inputs, bits.astype(np.int64), classes=("0", "1"))
