"""A data set whose inputs are changed at random each time they are read (notes 5.4.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, final

import numpy as np

from neuropil.data.augmentation import Transform
from neuropil.data.dataset import gather
from neuropil.random import Generator, as_generator

if TYPE_CHECKING:
    from neuropil.data.dataset import Batch, Dataset, Places


@final
class Augmented:
    """The samples of ``dataset`` with their inputs sent through ``transforms``, one by one.

    Every reading of a sample gives another variant of it, and a target that is as it was. What
    validates or tests is left without: wrap the part that trains, and keep `fit` from holding a
    fraction of it out (``validation=0.1``), which would be changed too.

    Args:
        dataset: Its inputs are float images (C, H, W). Nothing is copied.
        *transforms: Such as `RandomShift`; the first is applied first.
        rng: A seed or a Generator, from which this data set's own is spawned and which
            checkpoints hold; by default the default Generator at the time of reading, which in
            `fit` is that of the training.

    Raises:
        TypeError: A transform is none.

    Example:
        >>> from neuropil import data
        >>> digits = data.digits("train")
        >>> moved = data.Augmented(digits, data.RandomShift(1), data.RandomRotation(10), rng=0)
        >>> image, target = moved[0]
        >>> image.shape, target == digits[0][1], bool((image == moved[0][0]).all())
        ((1, 8, 8), np.True_, False)
    """

    def __init__(
        self, dataset: Dataset, *transforms: Transform, rng: int | Generator | None = None
    ) -> None:
        for transform in transforms:
            if not isinstance(transform, Transform):
                raise TypeError(
                    f"Augmented expects transforms such as RandomShift(2), got {transform!r}"
                )
        self.dataset = dataset
        self.transforms = transforms
        self.rng = None if rng is None else as_generator(rng).spawn()

    def __len__(self) -> int:
        return len(self.dataset)

    def __getitem__(self, index: int, /) -> tuple[Any, Any]:
        image, target = self.dataset[index]
        return self._changed(np.asarray(image)[np.newaxis])[0], target

    def gather(self, places: Places, /) -> Batch:
        """The samples at ``places``, stacked and changed."""
        images, targets = gather(self.dataset, places)
        return self._changed(images), targets

    def _changed(self, images: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        rng = as_generator(self.rng)
        for transform in self.transforms:
            images = transform(images, rng)
        return images

    def __repr__(self) -> str:
        return f"Augmented({', '.join(map(repr, (self.dataset, *self.transforms)))})"
