"""Exclusive or (Lecture 4, example 1): four points that no single neuron separates."""

from __future__ import annotations

import numpy as np

from neuropil.data.array_dataset import ArrayDataset


def xor() -> ArrayDataset:
    """The truth table of exclusive or: inputs float32 (4, 2), targets float32 (4, 1).

    Example:
        >>> table = xor()
        >>> np.hstack([table.inputs, table.targets]).astype(int).tolist()
        [[0, 0, 0], [0, 1, 1], [1, 0, 1], [1, 1, 0]]
    """
    inputs = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float32)
    targets = np.array([[0], [1], [1], [0]], np.float32)
    return ArrayDataset(inputs, targets)
