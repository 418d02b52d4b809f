"""Class labels as rows with a one at the class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from neuropil.arrays import namespace
from neuropil.errors import DataError

if TYPE_CHECKING:
    from jaxtyping import Integer

    from neuropil.arrays import Array


class LabelRows(NamedTuple):
    """Rows of zeros with a one at the class of each label."""

    rows: Any
    complete: bool  # whether every label is known to be a class, none to be ignored


def label_rows(
    labels: Integer[Array, "*batch"],
    classes: int,
    *,
    dtype: Any = np.float32,
    ignore_index: int | None = -100,
    loss: str = "cross_entropy",
) -> LabelRows:
    """Each label as a row; of zeros where the label is ``ignore_index``.

    Where values are unknown because a program is made, ``ignore_index=None`` is the promise that
    every label is a class.

    Raises:
        DataError: A label is neither a class nor ``ignore_index``, or all are ignored.

    Example:
        >>> label_rows(np.array([2, -100]), 3).rows.tolist()
        [[0.0, 0.0, 1.0], [0.0, 0.0, 0.0]]
    """
    rows = labels[..., None] == namespace(labels).arange(classes)
    if ignore_index is not None and 0 <= ignore_index < classes:
        rows = rows & (labels != ignore_index)[..., None]
    if isinstance(labels, np.ndarray | np.generic):  # else values are unknown: it is compiled
        complete = bool(np.count_nonzero(rows) == labels.size)
        if not complete:
            _check_labels(loss, np.asarray(labels), classes, ignore_index)
    else:
        complete = ignore_index is None
    return LabelRows(rows.astype(dtype), complete)


def _check_labels(
    loss: str, labels: np.ndarray[Any, Any], classes: int, ignore_index: int | None
) -> None:
    ignored = labels == ignore_index
    foreign = labels[((labels < 0) | (labels >= classes)) & ~ignored]
    if foreign.size:
        from_one = foreign.max() == classes and foreign.min() == classes and not (labels == 0).any()
        raise DataError(
            f"{loss} got the label {foreign[0]}, but there are {classes} classes, 0 to "
            f"{classes - 1}: "
            + (
                "count the classes from 0 (labels - 1)"
                if from_one
                else "correct the labels, or give the last layer one output per class"
            )
        )
    if ignored.all():
        raise DataError(
            f"{loss} got no label but {ignore_index}, which is ignored: leave such batches out"
        )
