"""How a program comes by its batches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, final

import numpy as np

from neuropil.data import ArrayDataset, Subset
from neuropil.data.dataset import gather

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from neuropil.arrays import Array
    from neuropil.data import DataLoader
    from neuropil.data.dataset import Batch, Dataset
    from neuropil.data.loader import Order

    Numpy = np.ndarray[Any, Any]

LARGEST = 2**32
"""Bytes of data that are put onto the device as a whole."""

AHEAD = 2**18
"""Samples whose places in the data a program is told at most."""


class Feed(Protocol):
    """Gives a program what it makes its batches of.

    Attributes:
        longest: Over how many batches of a call it can look ahead.
        on_demand: Whether batches are made on the host when their turn comes.
        known_targets: Of all samples, as far as they are known beforehand.
        size: How many samples each of the batches has that came last.
    """

    longest: int
    on_demand: bool
    known_targets: Any
    size: int

    def next(self, at_most: int) -> tuple[int, Sequence[Any], Sequence[Numpy]]:
        """How many batches come, what is fixed for all, and what has a row for each."""

    def batch(self, *arrays: Array) -> tuple[Array, Array]:
        """Within the program: inputs and targets, from what is fixed and what the row holds."""

    def on_host(self, index: int) -> Batch:
        """A batch of those that came last."""

    def targets(self, batches: int) -> Numpy:
        """The targets of so many of them, stacked."""

    def end_epoch(self) -> None:
        """All batches of an epoch were taken."""


def feed_for(loader: DataLoader, device: Any, *, over_epochs: bool) -> Feed:
    """The data on the device if it lies in arrays of bearable size, else batches one by one.

    Args:
        loader: Whose batches in whose order.
        device: Puts an array onto the device.
        over_epochs: Whether batches that come together may be of several epochs.
    """
    arrays = _arrays_of(loader.dataset)
    if arrays is None or sum(a.nbytes for a in arrays[:2]) > LARGEST:
        return Streamed(loader)
    if not loader.shuffle and loader.batch_size >= len(loader.dataset):
        return Whole(gather(loader.dataset, slice(None)), device)
    return Gathered(loader, *arrays, device, over_epochs=over_epochs)


def _arrays_of(dataset: Dataset) -> tuple[Numpy, Numpy, Numpy | None] | None:
    """Inputs, targets, and which of them are the data set's (None: all), where it has arrays."""
    if isinstance(dataset, ArrayDataset):
        return dataset.inputs, dataset.targets, None
    if isinstance(dataset, Subset):
        found = _arrays_of(dataset.dataset)
        if found is not None:
            inputs, targets, chosen = found
            return inputs, targets, dataset.indices if chosen is None else chosen[dataset.indices]
    return None


@final
class Whole:
    """Every batch is all there is."""

    longest = 16384
    on_demand = False

    def __init__(self, batch: Batch, device: Any) -> None:
        self._batch = batch
        self.known_targets = batch[1]
        self.size = len(batch[1])
        self._fixed = tuple(map(device, batch))

    def next(self, at_most: int) -> tuple[int, Sequence[Any], Sequence[Numpy]]:
        """As many as wanted."""
        return at_most, self._fixed, ()

    def batch(self, *arrays: Array) -> tuple[Array, Array]:
        """All of it."""
        inputs, targets = arrays
        return inputs, targets

    def on_host(self, index: int) -> Batch:  # noqa: ARG002
        """All of it."""
        return self._batch

    def targets(self, batches: int) -> Numpy:
        """All of it, so many times."""
        targets = np.asarray(self._batch[1])
        return np.broadcast_to(targets, (batches, *targets.shape))

    def end_epoch(self) -> None:
        """There is no place in the data to keep."""


@final
class Gathered:
    """The data is on the device, and the program is told which samples make a batch."""

    on_demand = False

    def __init__(
        self,
        loader: DataLoader,
        inputs: Numpy,
        targets: Numpy,
        chosen: Numpy | None,
        device: Any,
        *,
        over_epochs: bool,
    ) -> None:
        samples = len(loader.dataset)
        self.size = self._usual = min(loader.batch_size, samples)
        of_one_size = loader.drop_last or samples % self.size == 0
        self._over_epochs = over_epochs and of_one_size
        self.longest = max(AHEAD // self.size, 1)
        if not self._over_epochs:
            self.longest = min(self.longest, len(loader))
        self._loader = loader
        self._arrays = inputs, targets
        self.known_targets = targets
        self._chosen = chosen
        # An autoencoder's inputs are its targets.
        self._fixed = tuple(map(device, [inputs] if targets is inputs else [inputs, targets]))
        self._order: Order | None = None
        self._places = np.empty((0, self.size), np.int64)

    def next(self, at_most: int) -> tuple[int, Sequence[Any], Sequence[Numpy]]:
        """The next batches, which are of one size."""
        places = self._of_epoch(at_most)
        if self._over_epochs:
            parts = [places]
            while (missing := at_most - sum(map(len, parts))) > 0:
                parts.append(self._of_epoch(missing))
            places = np.concatenate(parts)
        self._places = places if self._chosen is None else self._chosen[places]
        batches, self.size = places.shape
        usual = self.size == self._usual
        rows = np.zeros((self.longest if usual else 1, self.size), np.int32)
        rows[:batches] = self._places
        return batches, self._fixed, (rows,)

    def _of_epoch(self, at_most: int) -> Numpy:
        """The places of the next batches: of this epoch, or, behind its last one, of the next."""
        if self._order is None:
            self._order = self._loader.order()
        places = self._order.take(at_most)
        if len(places):
            return places
        self.end_epoch()
        return self._of_epoch(at_most)

    def batch(self, *arrays: Array) -> tuple[Array, Array]:
        """Gather the samples."""
        *fixed, places = arrays
        parts = [array[places] for array in fixed]
        return parts[0], parts[-1]

    def on_host(self, index: int) -> Batch:
        """Gather the samples, with NumPy."""
        inputs, targets = self._arrays
        return inputs[self._places[index]], targets[self._places[index]]

    def targets(self, batches: int) -> Numpy:
        """Gather them, with NumPy."""
        return self._arrays[1][self._places[:batches]]

    def end_epoch(self) -> None:
        """Let the loader's place be the beginning of the next epoch."""
        if self._order is not None:
            self._order.end()
            self._order = None


@final
class Streamed:
    """Batches are made on the host, one at a time.

    What a data set draws to make the next one comes after what the step draws, as in an eager
    training.
    """

    longest = 1
    on_demand = True
    known_targets = None

    def __init__(self, loader: DataLoader) -> None:
        self.size = loader.batch_size
        self._loader = loader
        self._batches: Iterator[Batch] = iter(())
        self._batch: Any = None

    def next(self, at_most: int) -> tuple[int, Sequence[Any], Sequence[Numpy]]:  # noqa: ARG002
        """The next batch."""
        self._batch = next(self._batches, None)
        if self._batch is None:
            self._batches = iter(self._loader)
            self._batch = next(self._batches)
        self.size = len(self._batch[1])
        return 1, self._batch, ()

    def batch(self, *arrays: Array) -> tuple[Array, Array]:
        """The batch."""
        inputs, targets = arrays
        return inputs, targets

    def on_host(self, index: int) -> Batch:  # noqa: ARG002
        """The batch."""
        batch: Batch = self._batch
        return batch

    def targets(self, batches: int) -> Numpy:  # noqa: ARG002
        """Those of the batch."""
        return np.asarray(self._batch[1])[np.newaxis]

    def end_epoch(self) -> None:
        """Let the loader's place be the beginning of the next epoch."""
        next(self._batches, None)
