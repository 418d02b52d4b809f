"""What a loss compares the outputs with has to fit them."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from neuropil.errors import DTypeError, ShapeError
from neuropil.nn.refusals import not_an_array, shape_of

if TYPE_CHECKING:
    from jaxtyping import Num

    from neuropil.arrays import Array


def check_same_shape(loss: str, output: Num[Array, "*shape"], target: Num[Array, "*shape"]) -> None:
    """Raise unless each output has a target: broadcasting would average nonsense.

    Raises:
        ShapeError: The shapes differ.
        DTypeError: One of them is no array.
    """
    try:
        agree = output.shape == target.shape
    except AttributeError:
        raise not_an_array(loss, target if hasattr(output, "shape") else output) from None
    if not agree:
        shape, came = tuple(output.shape), tuple(target.shape)
        advice = (
            f"reshape them with t.reshape{shape}"
            if prod(shape) == prod(came)
            else "give the last layer as many outputs as a target has elements"
        )
        raise ShapeError(
            f"{loss} expects targets of the outputs' shape {shape}, got {came}: {advice}"
        )


def check_samples(loss: str, output: Num[Array, "n *shape"]) -> None:
    """Raise unless there is a sample for a mean over samples.

    Raises:
        ShapeError: There is none.
    """
    if len(output) == 0:
        raise ShapeError(
            f"{loss} averages over samples, and got none, {tuple(output.shape)}: leave empty "
            "batches out"
        )


def check_labels_shape(
    loss: str, output: Num[Array, "batch classes *places"], labels: Num[Array, "batch *places"]
) -> None:
    """Raise unless ``labels`` are integers, one for each row of scores.

    Raises:
        DTypeError: They are not integers.
        ShapeError: The shapes differ.
    """
    shape, came = shape_of(loss, output), shape_of(loss, labels)
    expected = (*shape[:1], *shape[2:]) if len(shape) > 1 else ()
    if labels.dtype.kind not in "iub":
        raise DTypeError(
            f"{loss} expects integer labels {expected}, got {labels.dtype} {came}: "
            "convert them with labels.astype(np.int64)"
        )
    if came != expected:
        advice = (
            "one-hot rows become labels with t.argmax(axis=1)"
            if came == shape
            else "give one label per sample, as in labels.reshape(-1)"
        )
        raise ShapeError(
            f"{loss} expects labels {expected} for outputs {shape}, got {came}: {advice}"
        )


def check_class_weights(loss: str, weight: Num[Array, "classes"], classes: int) -> None:
    """Raise unless there is one weight per class.

    Raises:
        ShapeError: There are more or fewer.
    """
    if tuple(weight.shape) != (classes,):
        raise ShapeError(
            f"{loss} expects one weight per class, ({classes},), got {tuple(weight.shape)}: "
            "give them in the order of the classes"
        )
