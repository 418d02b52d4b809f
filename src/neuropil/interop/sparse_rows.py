"""Samples in a sparse matrix, which become dense a batch at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, final

import numpy as np

if TYPE_CHECKING:
    from neuropil.data.dataset import Batch, Places
    from neuropil.interop.sample_weights import Numpy


@final
class SparseRows:
    """A `Dataset` of the rows of a sparse matrix of SciPy in CSR format, and their targets.

    Example:
        >>> from scipy.sparse import csr_array
        >>> rows = SparseRows(csr_array(np.eye(3)), np.array([5, 6, 7]))
        >>> len(rows), rows[1]
        (3, (array([0., 1., 0.]), np.int64(6)))
    """

    def __init__(self, inputs: Any, targets: Numpy) -> None:
        self.inputs = inputs
        self.targets = targets

    def __len__(self) -> int:
        return len(self.targets)

    def __getitem__(self, index: int, /) -> tuple[Numpy, Any]:
        return dense(self.inputs[[index]])[0], self.targets[index]

    def gather(self, places: Places, /) -> Batch:
        """The samples at ``places`` as dense arrays."""
        return dense(self.inputs[places]), self.targets[places]


def dense(inputs: Any) -> Numpy:
    """A sparse matrix as an array; an array as it is.

    Example:
        >>> from scipy.sparse import csr_array
        >>> dense(csr_array(np.eye(2))).tolist()
        [[1.0, 0.0], [0.0, 1.0]]
    """
    array: Numpy = inputs if isinstance(inputs, np.ndarray) else inputs.toarray()
    return array
