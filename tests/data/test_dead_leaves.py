from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from neuropil import data
from neuropil.errors import DataError
from neuropil.random import Generator

IMAGES: Any = data.dead_leaves(40, size=32).inputs[:, 0]


def test_a_seed_makes_the_same_images_and_another_others() -> None:
    np.testing.assert_array_equal(
        data.dead_leaves(2, rng=3).inputs, data.dead_leaves(2, rng=3)[:][0]
    )
    assert not np.array_equal(data.dead_leaves(1, rng=3).inputs, data.dead_leaves(1, rng=4).inputs)
    rng = Generator(3)
    first, second = data.dead_leaves(1, rng=rng), data.dead_leaves(1, rng=rng)
    assert not np.array_equal(first.inputs, second.inputs)


def test_greys_are_uniform_and_lie_in_leaves() -> None:
    assert IMAGES.min() >= 0.0
    assert IMAGES.max() <= 1.0
    assert abs(IMAGES.mean() - 0.5) < 0.05
    assert abs(IMAGES.var() - 1.0 / 12.0) < 0.01
    greys = [len(np.unique(image)) for image in IMAGES]
    assert 10 < np.mean(greys) < 32 * 32 / 6  # no leaf is smaller than 12 pixels


def test_two_pixels_are_as_alike_as_the_model_says() -> None:
    """They are of one leaf with the probability γ(d) / (2 γ(0) − γ(d)): the expected area that a
    leaf has in common with itself shifted by d, over that of both together."""
    smallest, largest = 2.0, 32.0
    r = np.sqrt(1.0 / np.linspace(smallest**-2, largest**-2, 20_001))  # equally probable radii
    for d in (1, 3, 8):
        half = np.minimum(d / (2.0 * r), 1.0)
        common = np.mean(2.0 * r**2 * (np.arccos(half) - half * np.sqrt(1.0 - half**2)))
        area = np.mean(np.pi * r**2)
        same = np.mean(IMAGES[:, :, d:] == IMAGES[:, :, :-d])
        assert abs(same - common / (2.0 * area - common)) < 0.06


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"n": 0}, "at least 1 image"),
        ({"size": 0}, "at least 1 image of 1 pixel"),
        ({"radii": (0.0, 2.0)}, "0 < smallest < largest"),
        ({"radii": (3.0, 2.0)}, "0 < smallest < largest"),
        ({"radii": (1.0, np.inf)}, "0 < smallest < largest"),
    ],
)
def test_what_cannot_be_made(setting: dict[str, Any], message: str) -> None:
    with pytest.raises(DataError, match=message):
        data.dead_leaves(**setting)
