"""What a random change of images is, and what all of them ask of a batch."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, final

import numpy as np

from neuropil.errors import DTypeError, ShapeError

if TYPE_CHECKING:
    from jaxtyping import Float

    from neuropil.data.dataset import Numpy
    from neuropil.random import Generator


class Transform(ABC):
    """A random change of a batch of images, different for each image.

    A transform holds settings only. It draws from the Generator it is called with, so a state of
    that Generator repeats what it did.
    """

    @final
    def __call__(
        self, images: Float[Numpy, "n channels height width"], rng: Generator
    ) -> Float[Numpy, "n channels height width"]:
        """New images of the same shape and dtype; those that came are left as they are.

        Raises:
            ShapeError: ``images`` is no batch of images.
            DTypeError: Their values are no floating-point numbers.
        """
        if images.ndim != 4 or 0 in images.shape[1:]:
            raise ShapeError(
                f"{type(self).__name__} expects images (N, C, H, W), got {images.shape}: "
                "reshape them, with C = 1 for grey ones"
            )
        if images.dtype not in (np.float32, np.float64):
            raise DTypeError(
                f"{type(self).__name__} expects float32 or float64 images, got {images.dtype}: "
                "scale them to [0, 1] first"
            )
        return self._change(images, rng)

    @abstractmethod
    def _change(self, images: Numpy, rng: Generator) -> Numpy:
        """The changed images, of the same shape and dtype, in an array of their own."""

    def __repr__(self) -> str:
        settings = ", ".join(f"{name}={value!r}" for name, value in vars(self).items())
        return f"{type(self).__name__}({settings})"
