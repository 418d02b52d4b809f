"""Dead leaves: images with the edges and the scale invariance of natural ones, made by a formula.

After A. B. Lee, D. Mumford and J. Huang, "Occlusion models for natural images: a statistical study
of a scale-invariant dead leaves model", International Journal of Computer Vision 41, 35-59 (2001),
https://doi.org/10.1023/A:1011109015675; the model is G. Matheron's (1968).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil.data.array_dataset import ArrayDataset
from neuropil.errors import DataError
from neuropil.random import Generator, as_generator

if TYPE_CHECKING:
    from jaxtyping import Float

_LEAVES = 256
"""How many fall at a time."""


def dead_leaves(
    n: int = 100,
    size: int = 64,
    *,
    radii: tuple[float, float] = (2.0, 32.0),
    rng: int | Generator = 0,
) -> ArrayDataset:
    """Images of discs that hide one another: inputs float32 (n, 1, size, size), 0 black to 1 white.

    Discs fall anywhere, one on the other, until they cover the image: grey values uniform, radii
    with the density p(r) ∝ r⁻³, for which an image enlarged looks like any other. They are drawn
    from the uppermost down, so that an image is an exact sample of the model. There is nothing
    to tell the images apart by: the targets are the inputs, as an autoencoder takes them.

    Args:
        n: How many images.
        size: Their height and width in pixels.
        radii: The smallest and the largest radius in pixels: scales end somewhere.
        rng: A seed or Generator. The same seed gives the same images.

    Raises:
        DataError: ``n`` or ``size`` is less than 1, or the radii are not 0 < smallest < largest.

    Example:
        >>> images = dead_leaves(3, size=32)
        >>> images
        ArrayDataset(inputs float32 (3, 1, 32, 32), targets float32 (3, 1, 32, 32))
    """
    smallest, largest = radii
    if n < 1 or size < 1:
        raise DataError(f"dead_leaves makes at least 1 image of 1 pixel, got {n} of {size}")
    if not 0.0 < smallest < largest < np.inf:
        raise DataError(f"dead_leaves needs radii with 0 < smallest < largest, got {radii}")
    rng = as_generator(rng)
    images = np.stack([_image(rng, size, smallest, largest) for _ in range(n)])[:, np.newaxis]
    return ArrayDataset(images, images)


def _image(
    rng: Generator, size: int, smallest: float, largest: float
) -> Float[np.ndarray, "size size"]:
    """Each pixel takes the grey of the first leaf over it; bare ones wait for further leaves."""
    image = np.zeros(size * size, np.float32)
    bare = np.arange(size * size)
    while bare.size:
        u = rng.uniform((4, _LEAVES), dtype=np.float32)
        radius = _radius(u[0], smallest, largest)
        row, column = (size + 2.0 * largest) * u[1:3] - largest  # those beyond the edge reach in
        away = (bare[:, np.newaxis] // size - row) ** 2 + (bare[:, np.newaxis] % size - column) ** 2
        over = away < radius**2
        covered = over.any(axis=1)
        image[bare[covered]] = u[3][over.argmax(axis=1)[covered]]
        bare = bare[~covered]
    return image.reshape(size, size)


def _radius(u: Any, smallest: float, largest: float) -> Any:
    """The radius below which a share u of the leaves are: the inverse of ∫ p(r) dr."""
    return (smallest**-2 + u * (largest**-2 - smallest**-2)) ** -0.5
