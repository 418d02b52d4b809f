"""Some of the samples of a data set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, final

import numpy as np

from neuropil.data.dataset import gather
from neuropil.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jaxtyping import Int

    from neuropil.data.dataset import Batch, Dataset, Numpy, Places


@final
class Subset:
    """The samples of ``dataset`` at ``indices``, in that order. Nothing is copied.

    Raises:
        DataError: An index is not an integer, or beyond the end of ``dataset``.

    Example:
        >>> subset = Subset([(0.0, 0), (1.0, 1), (2.0, 4)], [2, 0])
        >>> len(subset), subset[0]
        (2, (2.0, 4))
    """

    def __init__(self, dataset: Dataset, indices: Sequence[int] | Int[Numpy, "samples"]) -> None:
        array = np.asarray(indices)
        if array.size == 0:
            array = array.astype(np.int64)
        if array.ndim != 1 or array.dtype.kind not in "iu":
            raise DataError(
                f"Subset expects a list of integer indices, got {array.dtype} {array.shape}: "
                "np.flatnonzero turns a mask into indices"
            )
        if array.size and not (array.min() >= 0 and array.max() < len(dataset)):
            raise DataError(
                f"Subset expects indices from 0 to {len(dataset) - 1}, got some from "
                f"{array.min()} to {array.max()}"
            )
        self.dataset = dataset
        self.indices = array

    def __len__(self) -> int:
        return len(self.indices)

    def __getitem__(self, index: int, /) -> tuple[Any, Any]:
        return self.dataset[int(self.indices[index])]

    def gather(self, places: Places, /) -> Batch:
        """The samples at ``places`` of this subset, stacked."""
        return gather(self.dataset, self.indices[places])

    def __repr__(self) -> str:
        return f"Subset({len(self)} of {self.dataset!r})"
