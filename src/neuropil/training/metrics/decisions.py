"""Which class a network decided for, and which was right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from neuropil.errors import DataError, ShapeError

if TYPE_CHECKING:
    from jaxtyping import Int, Num

    from neuropil.arrays import Array

    Numpy = np.ndarray[Any, Any]


class Decisions(NamedTuple):
    """The class decided for and the right one, for each sample (and place), of how many."""

    chosen: Int[Numpy, "..."]
    right: Int[Numpy, "..."]
    classes: int


def decide(
    metric: str,
    output: Num[Array, "n classes *d"] | Num[Array, "n *d"],
    target: Num[Array, "..."],
    threshold: float | None = None,
) -> Decisions:
    """The class with the largest output; with a threshold: class 1 where the output is above it.

    Args:
        metric: Who asks, for an error.
        output: Scores of two or more classes along axis 1; with ``threshold`` one output.
        target: The class of each sample, or scores of the shape of ``output`` (one-hot, or
            probabilities of class 1).
        threshold: Where to cut a single output.

    Raises:
        ShapeError: The shapes do not belong together, or a single output lacks a threshold.
    """
    if threshold is not None:
        if output.shape != target.shape:
            raise ShapeError(
                f"{metric} expects targets of the outputs' shape {output.shape}, "
                f"got {target.shape}: reshape them"
            )
        return Decisions(np.asarray(output > threshold), np.asarray(target > 0.5), 2)
    if output.ndim < 2 or output.shape[1] < 2:
        cut = "training.BinaryAccuracy(" if metric == "accuracy" else f"{metric}(threshold="
        raise ShapeError(
            f"{metric} expects two or more outputs per sample along axis 1, got {output.shape}: "
            f"for one output use {cut}0.0) on logits (BCEWithLogitsLoss), "
            f"{cut}0.5) on probabilities (BCELoss)"
        )
    chosen = output.argmax(axis=1)
    right = target.argmax(axis=1) if target.shape == output.shape else target
    if chosen.shape != right.shape:
        raise ShapeError(
            f"{metric} expects one class per output: {chosen.shape} for outputs {output.shape}, "
            f"got targets {target.shape}"
        )
    return Decisions(np.asarray(chosen), np.asarray(right), output.shape[1])


def known_classes(metric: str, decisions: Decisions) -> Int[Numpy, " samples"]:
    """The right classes in a row, as integers.

    Raises:
        DataError: A target is no class.
    """
    right = decisions.right.reshape(-1)
    wrong = (right < 0) | (right >= decisions.classes) | (right != np.floor(right))
    if wrong.any():
        raise DataError(
            f"{metric} expects targets among the classes 0 … {decisions.classes - 1}, got "
            f"{right[wrong][0]}: correct the labels"
        )
    return right.astype(np.int64)
