"""The small data sets of the notes that are made, not read."""

from __future__ import annotations

import numpy as np
import pytest

from neuropil.data import bit_patterns, shapes
from neuropil.errors import DataError


def test_the_five_patterns_of_notes_7_1() -> None:
    inputs, targets = bit_patterns()[:]
    assert ["".join(str(int(bit)) for bit in row) for row in inputs] == [
        "10100110",
        "01010101",
        "01101001",
        "10001011",
        "10010101",
    ]
    np.testing.assert_array_equal(inputs, targets)
    assert inputs.dtype == targets.dtype == np.float32


def test_noise_is_for_inputs_only() -> None:
    noisy, again = bit_patterns(0.1, rng=0), bit_patterns(0.1, rng=0)
    np.testing.assert_array_equal(noisy.inputs, again.inputs)
    np.testing.assert_array_equal(noisy.targets, bit_patterns().targets)
    spread = np.std(noisy.inputs - noisy.targets)
    assert 0.05 < spread < 0.15


def test_shapes_never_change() -> None:
    dataset = shapes(90)
    np.testing.assert_array_equal(dataset.inputs, shapes(90).inputs)
    assert (dataset.inputs != shapes(90, rng=1).inputs).any()
    assert np.bincount(dataset.targets).tolist() == [30, 30, 30]
    assert dataset.classes == ("circle", "triangle", "square")
    assert dataset.inputs.sum() == pytest.approx(3392.7, abs=0.1)


@pytest.mark.parametrize("size", [8, 16, 33])
def test_shapes_lie_within_their_images_and_have_the_areas_promised(size: int) -> None:
    dataset = shapes(300, size=size)
    images = dataset.inputs[:, 0].astype(np.float64)
    assert images.shape == (300, size, size)
    assert (images.min(), images.max()) == (0.0, 1.0)
    edge = np.ones((size, size), bool)
    edge[1:-1, 1:-1] = False
    assert images[:, edge].max() < (0.5 if size > 8 else 0.75)
    areas = images.sum((1, 2)) / size**2
    smallest, largest = np.pi * 0.18**2, np.pi * 0.25**2
    # The corners of a triangle are a little too grey, those of few pixels more so.
    assert (areas > 0.9 * smallest).all()
    assert (areas < 1.12 * largest).all()
    means = [areas[dataset.targets == label].mean() for label in range(3)]
    assert max(means) < 1.1 * min(means)


def test_shapes_may_all_stand_in_the_middle() -> None:
    images = shapes(30, farthest=0.0).inputs[::3, 0]  # circles
    np.testing.assert_allclose(images, images[:, ::-1, ::-1], atol=1e-6)
    with pytest.raises(DataError, match="farthest between 0 and 0"):
        shapes(30, farthest=0.2)


def test_shapes_are_what_they_are_called() -> None:
    """By their heights, their widths, and the share that they take of the box around them."""
    dataset = shapes(300, size=96)
    for image, label in zip(dataset.inputs[:, 0] > 0.5, dataset.targets, strict=True):
        rows, columns = np.flatnonzero(image.any(1)), np.flatnonzero(image.any(0))
        height, width = np.ptp(rows) + 1, np.ptp(columns) + 1
        fullness = image.sum() / (height * width)
        expected = {0: np.pi / 4, 1: 0.5, 2: 1.0}[int(label)]
        assert fullness == pytest.approx(expected, abs=0.05)
        if label == 1:
            assert height / width == pytest.approx(np.sqrt(0.75), abs=0.05)
            assert image[rows[-1]].sum() > 4 * image[rows[0]].sum()
        else:
            assert abs(height - width) <= 1


@pytest.mark.parametrize("settings", [{"n": 2}, {"size": 7}])
def test_too_few_or_too_small_is_refused(settings: dict[str, int]) -> None:
    with pytest.raises(DataError, match="shapes expects n >= 3 images of size >= 8"):
        shapes(**settings)
