"""What the measures of receptive fields and the control images are known to be."""

from __future__ import annotations

from typing import Any

import numpy as np

import neuropil as npl
from neuropil import data
from neuropil.experiments.harness.fields import gabor_fit, orientation, spread
from neuropil.experiments.harness.patches import patches, scrambled, whitened

RNG = np.random.default_rng(0)


def gabors(n: int) -> Any:
    """Gabor functions of many places, widths, directions and phases, of 12 × 12 pixels."""
    x, y = np.indices((12, 12))
    fields = []
    for _ in range(n):
        row, column = RNG.uniform(3, 8, 2)
        turn, phase = RNG.uniform(0, np.pi, 2)
        along = np.cos(turn) * (x - row) + np.sin(turn) * (y - column)
        across = np.cos(turn) * (y - column) - np.sin(turn) * (x - row)
        width, length = RNG.uniform(1.0, 2.5, 2)
        envelope = np.exp(-0.5 * ((along / width) ** 2 + (across / length) ** 2))
        fields.append(envelope * np.cos(2 * np.pi * RNG.uniform(0.12, 0.3) * along + phase))
    return np.stack(fields)


def test_a_gabor_function_fits_a_gabor_function_and_no_noise() -> None:
    assert np.median(gabor_fit(gabors(30))) > 0.99
    assert np.median(gabor_fit(RNG.standard_normal((30, 12, 12)))) < 0.3


def test_spread_and_orientation_of_what_is_known() -> None:
    point = np.zeros((12, 12))
    point[3, 4] = -2.0
    assert spread(point) == 1 / 144
    assert spread(np.ones((12, 12))) == 1.0
    assert orientation(point) < 0.01
    stripes = np.cos(np.arange(12.0)) * np.ones((12, 1))
    assert orientation(stripes) > 0.7
    np.testing.assert_allclose(orientation(stripes.T), orientation(stripes), atol=0.01)


def test_scrambled_images_have_the_spectrum_and_not_the_edges() -> None:
    images: Any = data.dead_leaves(4).inputs[:, 0]
    others = scrambled(npl.Generator(0), images)
    spectrum, other = (np.abs(np.fft.fft2(some)) for some in (images, others))
    np.testing.assert_allclose(other, spectrum, atol=1e-3)

    def kurtosis(some: Any) -> float:
        steps = np.diff(some, axis=1)
        return float(np.mean(steps**4) / np.mean(steps**2) ** 2)

    assert kurtosis(images) > 5.0
    assert kurtosis(others) < 3.5


def test_whitened_patches_are_uncorrelated() -> None:
    cut = patches(npl.Generator(0), data.dead_leaves(4).inputs[:, 0], 2000, 8)
    np.testing.assert_allclose(cut.mean(axis=1), 0.0, atol=1e-6)
    x, shapes = whitened(cut, 20)
    np.testing.assert_allclose(x.T @ x / len(x), np.eye(20), atol=1e-3)
    assert np.mean((x @ shapes - cut) ** 2) < 0.2 * np.mean(cut**2)
