"""Batches of a data set, in random order if wanted, resumable in mid-epoch (notes 6.3.1)."""

from __future__ import annotations

from operator import index
from typing import TYPE_CHECKING, Any, final

import numpy as np

from neuropil.data.dataset import gather
from neuropil.errors import DataError
from neuropil.random import as_generator

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from neuropil.data.dataset import Batch, Dataset, Places
    from neuropil.random import Generator

State = dict[str, np.ndarray[Any, Any]]


@final
class DataLoader:
    """Iterates over a data set once, in batches (inputs, targets) of plain arrays.

    Every iteration with ``shuffle`` is an epoch in a new random order. A batch is the caller's
    to change. Only the order of an epoch is held in memory, never a copy of the data.

    `state_dict` records the place: how many batches of the epoch have been handed out, and the
    Generator as it stood when the epoch began. After `load_state_dict` the next iteration hands
    out the rest of that epoch, and later ones follow as they would have. While the last batch of
    an epoch is being worked on, that rest is empty; once the loop over the epoch has ended, the
    place is the beginning of the next. Leaving a loop early and beginning another begins a new
    epoch; of several iterations at once, the place is that of the one that moved last.

    Args:
        dataset: A `Dataset`.
        batch_size: Samples in a batch; the last one may be smaller.
        shuffle: Whether each epoch has a new order.
        drop_last: Whether to leave out a last batch that is smaller.
        rng: A seed or a Generator, from which the order's own Generator is spawned.

    Raises:
        DataError: The data set is empty, ``batch_size < 1``, or ``drop_last`` leaves no batch.

    Example:
        >>> from neuropil.data import ArrayDataset
        >>> dataset = ArrayDataset(np.zeros((5, 2)), np.arange(5))
        >>> loader = DataLoader(dataset, batch_size=2, shuffle=True, rng=0)
        >>> len(loader), [targets.tolist() for _, targets in loader]
        (3, [[1, 4], [3, 0], [2]])
    """

    def __init__(
        self,
        dataset: Dataset,
        batch_size: int = 1,
        *,
        shuffle: bool = False,
        drop_last: bool = False,
        rng: int | Generator | None = None,
    ) -> None:
        if isinstance(dataset, tuple):
            raise DataError("DataLoader expects a Dataset, got a tuple: ArrayDataset(*arrays)")
        if not (hasattr(dataset, "__len__") and hasattr(dataset, "__getitem__")):
            raise DataError(
                "DataLoader expects a Dataset, which has a length and is indexed, got "
                f"{type(dataset).__name__}: list(…) makes one of what can be iterated over"
            )
        if len(dataset) == 0:
            raise DataError("DataLoader expects at least one sample, got an empty data set")
        self.dataset = dataset
        self.batch_size = index(batch_size)
        self.shuffle = shuffle
        self.drop_last = drop_last
        if self.batch_size < 1:
            raise DataError(f"DataLoader expects batch_size >= 1, got {batch_size}")
        if len(self) == 0:
            raise DataError(
                f"drop_last leaves no batch: {len(dataset)} samples are fewer than batch_size "
                f"{batch_size}"
            )
        self._rng = as_generator(rng).spawn() if shuffle else None
        self._epoch_began = self._generator_state()
        self._position = 0
        self._resumed = False

    def __len__(self) -> int:
        samples = len(self.dataset)
        return samples // self.batch_size if self.drop_last else -(-samples // self.batch_size)

    def __iter__(self) -> Iterator[Batch]:
        order = self._begin_epoch()
        for position in range(self._position, len(self)):
            part = slice(position * self.batch_size, (position + 1) * self.batch_size)
            places: Places = part if order is None else order[part]
            batch = gather(self.dataset, places)
            self._position = position + 1
            yield batch
        self._end_epoch()

    def order(self) -> Order:
        """Begin an epoch likewise, of which only the order is wanted.

        Example:
            >>> loader = DataLoader([(0.0, 0), (1.0, 1), (4.0, 2)], batch_size=2)
            >>> order = loader.order()
            >>> order.take(10).tolist(), order.take(10).tolist()
            ([[0, 1]], [[2]])
        """
        return Order(self)

    def _begin_epoch(self) -> np.ndarray[Any, Any] | None:
        """The order of the epoch that begins, or goes on; None where it is that of the data."""
        if not self._resumed:
            self._position = 0
            self._epoch_began = self._generator_state()
        self._resumed = False
        return None if self._rng is None else self._rng.permutation(len(self.dataset))

    def _end_epoch(self) -> None:
        self._position = 0
        self._epoch_began = self._generator_state()

    def state_dict(self) -> State:
        """The place in the data, to be passed to `load_state_dict`."""
        return {
            "position": np.array(self._position),
            **self._signature(),
            **{name: array.copy() for name, array in self._epoch_began.items()},
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go to the place that `state_dict` recorded.

        Raises:
            DataError: ``state`` is not that of a loader with this data set's size, this batch
                size and this ``shuffle``.
        """
        expected = set(self.state_dict())
        if set(state) != expected:
            raise DataError(
                f"the state of this DataLoader holds {sorted(expected)}, got {sorted(state)}: "
                "make the loader with the same shuffle as the one that was saved"
            )
        for name, value in self._signature().items():
            if int(state[name]) != int(value):
                raise DataError(
                    f"the state is that of a DataLoader with {name} {int(state[name])}, this one "
                    f"has {int(value)}: resume with the same data and batch size"
                )
        position = int(state["position"])
        if not 0 <= position <= len(self):
            raise DataError(f"position must be from 0 to {len(self)}, got {position}")
        if self._rng is not None:
            self._rng.load_state_dict({name: state[name] for name in self._rng.state_dict()})
        self._epoch_began = self._generator_state()
        self._position = position
        self._resumed = True

    def _signature(self) -> State:
        """What must agree for a place to mean the same."""
        return {"samples": np.array(len(self.dataset)), "batch_size": np.array(self.batch_size)}

    def _generator_state(self) -> State:
        return {} if self._rng is None else self._rng.state_dict()

    def __repr__(self) -> str:
        return (
            f"DataLoader({self.dataset!r}, batch_size={self.batch_size}, shuffle={self.shuffle}, "
            f"drop_last={self.drop_last})"
        )


@final
class Order:
    """Where the samples of an epoch are in the data set: for whoever has the data elsewhere.

    The place in the data, which the loader records, moves on with it.
    """

    def __init__(self, loader: DataLoader) -> None:
        self._loader = loader
        order = loader._begin_epoch()
        self._places = np.arange(len(loader.dataset)) if order is None else order

    def take(self, at_most: int) -> np.ndarray[Any, Any]:
        """Hand out the next batches of one size.

        Args:
            at_most: How many.

        Returns:
            The places of their samples, (batches, samples); without batches if none are left.
        """
        start, size = self._loader._position, self._loader.batch_size
        whole = len(self._places) // size
        stop = min(start + at_most, whole if start < whole else len(self._loader))
        self._loader._position = stop
        places = self._places[start * size : stop * size]
        return places.reshape(stop - start, -1) if stop > start else places.reshape(0, size)

    def end(self) -> None:
        """Let the loader's place be the beginning of the next epoch."""
        self._loader._end_epoch()
