"""Noise added to images."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

from neuropil.data.augmentation.settings import check_not_negative
from neuropil.data.augmentation.transform import Transform

if TYPE_CHECKING:
    from neuropil.data.dataset import Numpy
    from neuropil.random import Generator


@final
class GaussianNoise(Transform):
    """Each pixel x becomes x + N(0, sigma²), and with ``clip`` stays in [0, 1].

    Args:
        sigma: The standard deviation of the noise.
        clip: Whether results are cut to [0, 1], as torchvision does.

    Raises:
        ValueError: ``sigma`` is negative or not finite.

    Example:
        >>> import numpy as np
        >>> from neuropil.random import Generator
        >>> noisy = GaussianNoise(0.2, clip=False)(np.zeros((1, 1, 200, 200)), Generator(0))
        >>> round(float(noisy.std()), 2)
        0.2
    """

    def __init__(self, sigma: float = 0.1, *, clip: bool = True) -> None:
        self.sigma = check_not_negative(sigma, "sigma", "GaussianNoise")
        self.clip = clip

    def _change(self, images: Numpy, rng: Generator) -> Numpy:
        noisy: Numpy = rng.normal(images.shape, std=self.sigma, dtype=images.dtype)
        noisy += images
        return noisy.clip(0.0, 1.0, out=noisy) if self.clip else noisy
