"""The data sets of the slides' examples (E, examples 1 and 2)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from neuropil.data import ArrayDataset, notched_hexagon, semicircle_to_parabola
from neuropil.errors import DataError


def test_the_curves_are_a_semicircle_and_a_parabola() -> None:
    pairs = semicircle_to_parabola(40)
    assert np.allclose(np.hypot(*pairs.inputs.T), 1.0, atol=1e-6)
    assert np.all(pairs.inputs[:, 1] > 0.0)
    assert np.allclose(pairs.targets[:, 1], pairs.targets[:, 0] ** 2, atol=1e-6)
    assert np.array_equal(pairs.targets[:, 0], pairs.inputs[:, 0])
    steps = np.diff(np.arctan2(*pairs.inputs.T[::-1]))
    assert steps == pytest.approx(np.full(39, np.pi / 40), abs=1e-5)


@pytest.mark.parametrize(
    ("point", "target"),
    [((-0.9, 0.0), 1), ((0.3, 0.0), 0), ((0.0, 1.1), 1), ((0.0, 1.2), 0), ((-1.05, 0.1), 0)],
)
def test_the_hexagon_has_a_notch(point: tuple[float, float], target: float) -> None:
    """The nearest of many points has the colour that geometry gives the place."""
    points = notched_hexagon(20_000, rng=3)
    nearest = np.argmin(np.hypot(*(points.inputs - np.array(point, np.float32)).T))
    assert points.targets[nearest] == target


def test_the_share_of_the_hexagon_is_its_area() -> None:
    """A triangle of tan 30° for each of six sides, less what the notch takes."""
    points = notched_hexagon(20_000, rng=4)
    area = 4.0 * np.tan(np.pi / 6.0) + np.tan(np.pi / 12.0)
    share = area / 9.0
    assert points.targets.mean() == pytest.approx(share, abs=4.0 * np.sqrt(share / 20_000))
    assert np.abs(points.inputs).max() <= 1.5


def test_one_seed_gives_one_hexagon() -> None:
    assert np.array_equal(notched_hexagon(9).inputs, notched_hexagon(9).inputs)
    assert not np.array_equal(notched_hexagon(9).inputs, notched_hexagon(9, rng=1).inputs)
    assert notched_hexagon().targets.sum() == 112  # that of the experiments never changes


@pytest.mark.parametrize("make", [notched_hexagon, semicircle_to_parabola])
def test_no_points_are_refused(make: Callable[[int], ArrayDataset]) -> None:
    with pytest.raises(DataError, match="n >= 1, got 0"):
        make(0)
