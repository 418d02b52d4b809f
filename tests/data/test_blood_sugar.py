"""Dose and blood sugar: what the notes say of the samples (5.2)."""

from __future__ import annotations

import numpy as np
import pytest

from neuropil.data import blood_sugar
from neuropil.data.blood_sugar import HIGHEST_DOSE, NOISE, mean_blood_sugar
from neuropil.errors import DataError


def test_six_even_doses_to_learn_and_300_to_test() -> None:
    few = blood_sugar()
    assert np.allclose(np.diff(few.inputs[:, 0]), HIGHEST_DOSE / 5)
    for split, size in (("train", 6), ("many", 300), ("test", 300)):
        part = blood_sugar(split)
        assert part.inputs.shape == part.targets.shape == (size, 1)
        assert part.inputs.dtype == part.targets.dtype == np.float32
        assert 0 <= part.inputs.min() <= part.inputs.max() <= np.float32(HIGHEST_DOSE)


@pytest.mark.parametrize("split", ["many", "test"])
def test_the_noise_has_its_size_and_no_trend(split: str) -> None:
    part = blood_sugar(split)
    noise = part.targets - mean_blood_sugar(part.inputs)
    assert abs(noise.mean()) < 3 * NOISE / np.sqrt(300)
    assert noise.std() == pytest.approx(NOISE, rel=3 / np.sqrt(600))
    assert abs(np.corrcoef(part.inputs[:, 0], noise[:, 0])[0, 1]) < 3 / np.sqrt(300)


def test_there_are_no_other_parts() -> None:
    with pytest.raises(DataError, match="train, many, test, got 'validation'"):
        blood_sugar("validation")
