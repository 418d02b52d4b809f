from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuropil import Variable, nn
from neuropil.errors import ShapeError


@given(st.permutations(range(4)))
def test_the_inverse_order_brings_the_axes_back(dims: list[int]) -> None:
    x = np.arange(24.0).reshape(1, 2, 3, 4)
    there, back = nn.Permute(tuple(dims)), nn.Permute(tuple(np.argsort(dims).tolist()))
    assert there(x).shape == tuple(x.shape[axis] for axis in dims)
    assert np.array_equal(back(there(x)), x)


def test_logits_of_every_step_are_what_the_loss_takes() -> None:
    logits = Variable(np.random.default_rng(0).normal(size=(5, 7, 3)))
    targets = np.random.default_rng(1).integers(0, 3, (5, 7))
    loss = nn.CrossEntropyLoss()
    by_step = [loss(logits[:, t], targets[:, t]).item() for t in range(7)]
    assert loss(nn.Permute((0, 2, 1))(logits), targets).item() == pytest.approx(np.mean(by_step))


@pytest.mark.parametrize("dims", [(0, 0), (1, 2), (0, -1), (0, 2)])
def test_orders_that_are_none(dims: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="each axis from 0 once"):
        nn.Permute(dims)


def test_inputs_have_as_many_axes_as_the_order() -> None:
    with pytest.raises(ShapeError, match=r"Permute expects 3 axes, got \(5, 7\)"):
        nn.Permute((0, 2, 1))(np.zeros((5, 7)))


def test_it_is_described_and_built_again() -> None:
    layer = nn.Permute((0, 2, 1))
    assert nn.describe(nn.build(nn.describe(layer))) == nn.describe(layer)
