from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuropil import nn
from neuropil.training import Averages, accuracy

numbers = st.floats(-1e3, 1e3)


@given(values=st.lists(numbers, min_size=1, max_size=50), batch_size=st.integers(1, 7))
def test_the_mean_does_not_depend_on_the_batches(values: list[float], batch_size: int) -> None:
    averages = Averages({"loss": nn.MSELoss()})
    for start in range(0, len(values), batch_size):
        batch = values[start : start + batch_size]
        averages.add(np.array(batch), [float(np.mean(batch))])
    assert averages.samples == len(values)
    assert averages.means()["loss"] == pytest.approx(np.mean(values), abs=1e-9)


@given(st.integers(1, 5), st.integers(0, 4), st.data())
def test_the_means_of_epochs_are_those_of_each(
    length: int, epochs: int, data: st.DataObject
) -> None:
    batches = length * epochs
    weights = data.draw(
        st.lists(st.sampled_from([0, 1.5, 3, 7]), min_size=batches, max_size=batches)
    )
    values = data.draw(st.lists(numbers, min_size=batches, max_size=batches))
    values = [value if weight else math.nan for weight, value in zip(weights, values, strict=True)]
    averages = Averages({"loss": nn.MSELoss()})
    expected = []
    for start in range(0, batches, length):
        epoch = slice(start, start + length)
        averages.count(1, [weights[epoch]], [values[epoch]])
        expected.append(averages.means()["loss"])
        averages.reset()
    means = averages.means_of(length, [weights], [values])["loss"]
    assert np.array_equal(means, expected, equal_nan=True)


def test_each_name_has_its_own_mean_and_reset_forgets() -> None:
    averages = Averages({"loss": nn.MSELoss(), "accuracy": accuracy})
    averages.add(np.zeros(1), [2.0, 0.0])
    averages.add(np.zeros(3), [4.0, 1.0])
    assert averages.means() == {"loss": 3.5, "accuracy": 0.75}
    averages.reset()
    assert all(math.isnan(mean) for mean in averages.means().values())
