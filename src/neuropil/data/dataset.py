"""What a data set is, and how samples become a batch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from neuropil.errors import DataError, ShapeError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jaxtyping import Int

    Numpy = np.ndarray[Any, Any]
    Places = slice | Int[Numpy, "samples"]
    Batch = tuple[Numpy, Numpy]


class Dataset(Protocol):
    """Samples by index, as in PyTorch. Any class with these two methods is one; so is a list.

    ``dataset[index]`` is a pair (input, target) for every index from 0 to ``len(dataset) - 1``.
    A data set that can make a whole batch faster than sample by sample has a third method,
    ``gather(places) -> (inputs, targets)``, with ``places`` a slice or an array of indices.
    """

    def __len__(self) -> int: ...

    def __getitem__(self, index: int, /) -> tuple[Any, Any]: ...


def gather(dataset: Dataset, places: Places) -> Batch:
    """The samples at ``places``, stacked along a new first axis: (inputs, targets).

    Raises:
        DataError: A sample is not a pair.
        ShapeError: The samples differ in shape.

    Example:
        >>> inputs, targets = gather([([1.0, 2.0], 0), ([3.0, 4.0], 1)], slice(0, 2))
        >>> inputs.tolist(), targets.tolist()
        ([[1.0, 2.0], [3.0, 4.0]], [0, 1])
    """
    at_once = getattr(dataset, "gather", None)
    if at_once is not None:
        batch: Batch = at_once(places)
        return batch
    indices = range(len(dataset))[places] if isinstance(places, slice) else places.tolist()
    inputs, targets = [], []
    for index in indices:
        sample = dataset[index]
        try:
            x, y = sample
        except (TypeError, ValueError):
            raise DataError(
                f"dataset[{index}] must be a pair (input, target), got {type(sample).__name__}: "
                "return both from __getitem__"
            ) from None
        inputs.append(np.asarray(x))
        targets.append(np.asarray(y))
    return _stack(inputs, "inputs", indices), _stack(targets, "targets", indices)


def _stack(arrays: list[Numpy], what: str, indices: Sequence[int]) -> Numpy:
    for index, array in zip(indices, arrays, strict=True):
        if array.shape != arrays[0].shape:
            raise ShapeError(
                f"the {what} of a batch must agree in shape: sample {indices[0]} has "
                f"{arrays[0].shape}, sample {index} has {array.shape}: pad or crop them alike"
            )
    return np.stack(arrays)
