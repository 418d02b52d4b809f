"""Patches of images, and images that have nothing but a spectrum."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

import neuropil as npl

if TYPE_CHECKING:
    from jaxtyping import Float


def scrambled(
    rng: npl.Generator, images: Float[np.ndarray, "n height width"]
) -> Float[np.ndarray, "n height width"]:
    """The images with their power spectra, but with the phases of white noise."""
    phases = np.angle(np.fft.fft2(rng.normal(images.shape)))
    result: np.ndarray = np.fft.ifft2(np.abs(np.fft.fft2(images)) * np.exp(1j * phases)).real
    return result


def patches(
    rng: npl.Generator, images: Float[np.ndarray, "n height width"], count: int, side: int
) -> Float[np.ndarray, "count pixels"]:
    """Patches cut out at random, one a row, each without its mean."""
    windows = npl.windows(images[..., np.newaxis], (side, side))
    places = tuple(rng.integers(0, length, count) for length in windows.shape[:3])
    cut: np.ndarray = windows[places].reshape(count, -1)
    cut -= cut.mean(axis=1, keepdims=True)
    return cut


def whitened(
    x: Float[np.ndarray, "count pixels"], components: int
) -> tuple[Float[np.ndarray, "count components"], Float[np.ndarray, "components pixels"]]:
    """The first principal components, each with variance 1, and the patches they stand for."""
    variances, axes = np.linalg.eigh(x.T @ x / len(x))
    deviations, axes = np.sqrt(variances[-components:]), axes[:, -components:]
    return (x @ axes / deviations).astype(np.float32), (axes * deviations).T
