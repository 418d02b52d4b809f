from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from neuropil import nn
from neuropil.data import ArrayDataset, DataLoader
from neuropil.errors import DataError
from neuropil.training import predict


def test_batches_make_no_difference() -> None:
    net = nn.Sequential(nn.Linear(4, 5, rng=0), nn.Tanh(), nn.Linear(5, 3, rng=1))
    inputs = np.random.default_rng(0).normal(size=(10, 4)).astype(np.float32)
    whole = predict(net, inputs)
    assert isinstance(whole, np.ndarray)
    assert whole.shape == (10, 3)
    np.testing.assert_allclose(predict(net, inputs, batch_size=3), whole, rtol=1e-5)
    np.testing.assert_array_equal(whole, net(inputs).value)


def test_it_is_in_eval_mode_and_gives_the_mode_back() -> None:
    net = nn.Sequential(nn.Dropout(0.5), nn.Linear(4, 3, rng=0), nn.Dropout(0.5))
    net[2].eval()
    inputs = np.ones((6, 4), np.float32)
    np.testing.assert_array_equal(predict(net, inputs), predict(net, inputs))
    assert [module.training for module in net.modules()] == [True, True, True, False]


def test_it_records_nothing() -> None:
    net = nn.Linear(2, 2, rng=0)
    predict(net, np.ones((3, 2), np.float32))
    assert net.weight.grad is None


@pytest.mark.parametrize("inputs", [np.zeros((0, 4), np.float32), np.float32(1.0)])
def test_no_samples_are_an_error(inputs: np.ndarray) -> None:
    with pytest.raises(DataError, match="samples along axis 0"):
        predict(nn.Linear(4, 3), inputs)


def test_a_batch_has_a_sample() -> None:
    with pytest.raises(DataError, match="batch_size is at least 1, got 0"):
        predict(nn.Linear(4, 3), np.zeros((1, 4), np.float32), batch_size=0)


def test_a_data_set_is_not_its_inputs() -> None:
    points = np.zeros((4, 4), np.float32), np.zeros(4)
    for data in (points, ArrayDataset(*points), DataLoader(ArrayDataset(*points))):
        with pytest.raises(TypeError, match="predict expects an array of inputs, got"):
            predict(nn.Linear(4, 3), data)


def test_several_outputs_are_not_mixed_up() -> None:
    class Two(nn.Module):
        def forward(self, x: Any) -> Any:
            return x, x

    with pytest.raises(TypeError, match="one output, got a tuple of 2"):
        predict(Two(), np.zeros((4, 4), np.float32), batch_size=2)
