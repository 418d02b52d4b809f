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


def test_each_name_has_its_own_mean_and_reset_forgets() -> None:
    averages = Averages({"loss": nn.MSELoss(), "accuracy": accuracy})
    averages.add(np.zeros(1), [2.0, 0.0])
    averages.add(np.zeros(3), [4.0, 1.0])
    assert averages.means() == {"loss": 3.5, "accuracy": 0.75}
    averages.reset()
    assert all(math.isnan(mean) for mean in averages.means().values())
