"""A data set that stands in two arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, final

import numpy as np

from neuropil.errors import DataError, ShapeError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jaxtyping import Int, Shaped

    from neuropil.arrays import Array
    from neuropil.data.dataset import Batch, Numpy, Places


@final
class ArrayDataset:
    """Inputs and targets of the same length, shared with whoever made them, not copied.

    Args:
        inputs: One input for each entry along the first axis: an array or nested lists.
        targets: Their targets.
        classes: The names of the classes, where targets are class indices.

    Raises:
        DataError: The lengths differ, or an argument is ragged or not numeric.
        ShapeError: An argument has no axes.

    Example:
        >>> dataset = ArrayDataset(np.zeros((5, 2)), np.arange(5))
        >>> len(dataset), dataset[3]
        (5, (array([0., 0.]), np.int64(3)))
        >>> dataset[1:3][1], dataset[np.array([4, 0])][1]
        (array([1, 2]), array([4, 0]))
    """

    def __init__(
        self,
        inputs: Shaped[Array, "samples ..."],
        targets: Shaped[Array, "samples ..."],
        *,
        classes: Sequence[str] | None = None,
    ) -> None:
        self.inputs = _numeric(inputs, "inputs")
        self.targets = _numeric(targets, "targets")
        self.classes = None if classes is None else tuple(classes)
        if len(self.inputs) != len(self.targets):
            raise DataError(
                f"ArrayDataset expects a target for each input, got {len(self.inputs)} inputs "
                f"and {len(self.targets)} targets"
            )

    def __len__(self) -> int:
        return len(self.inputs)

    def __getitem__(self, index: int | slice | Int[Numpy, "samples"], /) -> tuple[Any, Any]:
        return self.inputs[index], self.targets[index]

    def gather(self, places: Places, /) -> Batch:
        """The samples at ``places`` in arrays of their own: to change a batch is no harm."""
        if isinstance(places, slice):
            return self.inputs[places].copy(), self.targets[places].copy()
        return self.inputs.take(places, axis=0), self.targets.take(places, axis=0)

    def __repr__(self) -> str:
        inputs, targets = (f"{a.dtype} {a.shape}" for a in (self.inputs, self.targets))
        return f"ArrayDataset(inputs {inputs}, targets {targets})"


def _numeric(values: Array, what: str) -> Numpy:
    try:
        array = np.asarray(values)
    except ValueError as error:
        raise DataError(f"{what} must have one shape throughout, got ragged lists") from error
    if array.dtype.kind not in "biufc":
        raise DataError(f"{what} must be numbers, got {array.dtype}: encode them first")
    if array.ndim == 0:
        raise ShapeError(f"{what} need a first axis of samples, got the single value {array}")
    return array
