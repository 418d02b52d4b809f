"""What models with a code have in common, and the way from one code to another."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil.errors import ShapeError
from neuropil.nn import Module, refusals

if TYPE_CHECKING:
    from jaxtyping import Float

    from neuropil.arrays import Array


class LatentModel(Module, ABC):
    """Base of `Autoencoder` and `VariationalAutoencoder`: an input has a place in a latent space.

    Attributes:
        encoder: From inputs to codes, or to what codes are drawn from.
        decoder: From codes to outputs.
    """

    encoder: Module
    decoder: Module

    @abstractmethod
    def code(self, x: Float[Array, "n *shape"]) -> Float[Array, "n k"]:
        """The place of each input in the latent space."""

    def decode(self, z: Float[Array, "n k"]) -> Float[Array, "n *shape"]:
        """What the decoder makes of codes: what the loss compares with the inputs."""
        return self.decoder(z)


def interpolate(
    start: Float[np.ndarray, "*k"], end: Float[np.ndarray, "*k"], steps: int
) -> Float[np.ndarray, "steps *k"]:
    """Codes on the straight line from one to another, both ends included.

    Args:
        start: Where to begin.
        end: Where to end.
        steps: How many codes, at least 2.

    Raises:
        ShapeError: The ends differ in shape.
        ValueError: ``steps`` is no integer of at least 2.

    Example:
        >>> interpolate(np.array([0.0, 1.0]), np.array([1.0, 1.0]), 3).tolist()
        [[0.0, 1.0], [0.5, 1.0], [1.0, 1.0]]
    """
    first, last = np.asarray(start), np.asarray(end)
    if first.shape != last.shape:
        raise ShapeError(
            f"interpolate expects two codes of one shape, got {first.shape} and {last.shape}"
        )
    if not refusals.is_integer(steps) or steps < 2:
        raise ValueError(
            f"interpolate takes steps of at least 2, both ends, an integer, got {steps!r}"
        )
    dtype = np.result_type(first, last, np.float32)
    codes: np.ndarray[Any, Any] = np.linspace(first, last, steps, dtype=dtype)
    return codes
