"""Images deformed at random as if they were drawn on rubber."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

import numpy as np

from neuropil.data.augmentation.sampling import sampled
from neuropil.data.augmentation.settings import check_not_negative
from neuropil.data.augmentation.transform import Transform

if TYPE_CHECKING:
    from jaxtyping import Float

    from neuropil.data.dataset import Numpy
    from neuropil.random import Generator


@final
class ElasticTransform(Transform):
    """Each pixel moved a little, neighbours alike (Simard, Steinkraus and Platt 2003).

    The moves are alpha/2 pixels times a field of random numbers, uniform in [−1, 1), smoothed with
    a Gaussian of width sigma, for rows and for columns. Between pixels an image is interpolated
    bilinearly; what comes in from outside is 0.

    Args:
        alpha: How strong, as torchvision has it (whose unit is half a pixel).
        sigma: How smooth, in pixels; must be above 0.

    Raises:
        ValueError: A setting is negative or not finite, or ``sigma`` is 0.

    Example:
        >>> from neuropil.random import Generator
        >>> stretch = ElasticTransform(alpha=34.0, sigma=4.0)
        >>> stretch(np.ones((5, 1, 28, 28)), Generator(0)).shape
        (5, 1, 28, 28)
    """

    def __init__(self, alpha: float = 50.0, sigma: float = 5.0) -> None:
        self.alpha = check_not_negative(alpha, "alpha", "ElasticTransform")
        self.sigma = check_not_negative(sigma, "sigma", "ElasticTransform")
        if self.sigma == 0.0:
            raise ValueError("ElasticTransform expects sigma above 0, got 0")

    def _change(self, images: Numpy, rng: Generator) -> Numpy:
        n, _, height, width = images.shape
        field = rng.uniform((2, n, height, width), -1.0, 1.0, dtype=images.dtype)
        down, right = (smoothing(length, self.sigma, images.dtype) for length in (height, width))
        moves = self.alpha / 2 * (down @ field @ right.T)
        rows, columns = np.indices((height, width), dtype=images.dtype)
        return sampled(images, rows + moves[0], columns + moves[1])


def smoothing(length: int, sigma: float, dtype: np.dtype[np.floating]) -> Float[Numpy, "n n"]:
    """The matrix that smooths a signal with a Gaussian of unit area; around it all is 0.

    Example:
        >>> bool(smoothing(5, 1.0, np.dtype(np.float64))[2].sum() < 1.0)
        True
    """
    reach = int(np.ceil(4.0 * sigma))
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    position = np.arange(length)
    apart = np.abs(position[:, np.newaxis] - position)
    kernel = np.where(apart <= reach, np.exp(-0.5 * (apart / sigma) ** 2), 0.0)
    smooth: Numpy = (kernel / weights.sum()).astype(dtype)
    return smooth
