"""Images mirrored at random."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

from neuropil.data.augmentation.settings import check_probability
from neuropil.data.augmentation.transform import Transform

if TYPE_CHECKING:
    from neuropil.data.dataset import Numpy
    from neuropil.random import Generator


@final
class RandomHorizontalFlip(Transform):
    """Each image mirrored, left for right, with probability ``p``.

    For pictures of things, not of letters or digits.

    Args:
        p: The probability.

    Raises:
        ValueError: ``p`` is no probability.

    Example:
        >>> import numpy as np
        >>> from neuropil.random import Generator
        >>> RandomHorizontalFlip(1.0)(np.arange(3.0).reshape(1, 1, 1, 3), Generator(0)).tolist()
        [[[[2.0, 1.0, 0.0]]]]
    """

    def __init__(self, p: float = 0.5) -> None:
        self.p = check_probability(p, "RandomHorizontalFlip")

    def _change(self, images: Numpy, rng: Generator) -> Numpy:
        changed = images.copy()
        chosen = rng.bernoulli(self.p, len(images))
        changed[chosen] = images[chosen, ..., ::-1]
        return changed
