"""What `fit` and `evaluate` take as data, as a DataLoader."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from neuropil.data import ArrayDataset, DataLoader, Dataset
from neuropil.errors import DataError

if TYPE_CHECKING:
    from neuropil.random import Generator

Data = tuple[Any, Any] | Dataset | DataLoader


def as_dataset(data: Data, name: str = "data") -> Dataset:
    """The data set of a pair of arrays or of a DataLoader, or ``data`` itself.

    Args:
        data: A pair (inputs, targets), a Dataset or a DataLoader.
        name: What to call it in an error.

    Raises:
        DataError: There are no samples, not as many inputs as targets, or no numbers.
        TypeError: ``data`` is something else.

    Example:
        >>> as_dataset(([[0.0], [1.0]], [0, 1]))
        ArrayDataset(inputs float64 (2, 1), targets int64 (2,))
    """
    dataset: Dataset
    if isinstance(data, DataLoader):
        dataset = data.dataset
    elif isinstance(data, tuple):
        if len(data) != 2:
            raise DataError(f"{name} is a pair (inputs, targets), got a tuple of {len(data)}")
        dataset = ArrayDataset(*data)
    elif _is_dataset(data):
        dataset = data
    else:
        fraction = " or a fraction" if name == "validation" else ""
        raise TypeError(
            f"{name} is a pair (inputs, targets), a Dataset or a neuropil DataLoader{fraction}, "
            f"got {type(data).__name__}"
        )
    if len(dataset) == 0:
        raise DataError(f"{name} holds no samples: expected at least one")
    return dataset


def as_loader(
    data: Data,
    batch_size: int,
    *,
    name: str = "data",
    shuffle: bool = False,
    rng: Generator | None = None,
) -> DataLoader:
    """A DataLoader is itself; anything else is cut into batches.

    What makes one batch only is not shuffled: the order within a batch says nothing.

    Raises:
        DataError, TypeError: As `as_dataset`; also for a ``batch_size`` below 1.
    """
    if isinstance(data, DataLoader):
        return data
    dataset = as_dataset(data, name)
    return DataLoader(dataset, batch_size, shuffle=shuffle and batch_size < len(dataset), rng=rng)


def _is_dataset(data: object) -> bool:
    """Whether it can be indexed by numbers and is no array: of one, which part is the target?"""
    indexed = hasattr(data, "__len__") and hasattr(data, "__getitem__")
    return indexed and not (hasattr(data, "__array__") or isinstance(data, Mapping | str))
