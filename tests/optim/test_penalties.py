"""L1 and L2 terms (notes 5.4.1)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import neuropil as npl
from neuropil import Variable, nn, optim


def parameters() -> list[Variable]:
    return [Variable([[1.0, -2.0], [0.0, 3.0]]), Variable([5.0, 0.0])]


def test_their_values_and_gradients() -> None:
    cases: list[tuple[optim.Penalty, float, Any]] = [
        (optim.L1(0.5), 5.5, [[[0.5, -0.5], [0.0, 0.5]], [0.5, 0.0]]),
        (optim.L2(0.5), 9.75, [[[0.5, -1.0], [0.0, 1.5]], [2.5, 0.0]]),
    ]
    for penalty, value, gradients in cases:
        params = parameters()
        term = penalty(params)
        assert term.item() == pytest.approx(value)
        term.backward()
        for parameter, gradient in zip(params, gradients, strict=True):
            np.testing.assert_allclose(parameter.grad, gradient)


def test_biases_can_be_left_alone() -> None:
    params = parameters()
    term = optim.L1(0.5, biases=False)(params)
    assert term.item() == pytest.approx(3.0)
    term.backward()
    assert params[1].grad is None
    with pytest.raises(ValueError, match="L2 has no parameters to act on: with biases=False"):
        optim.L2(0.5, biases=False)([params[1]])


def test_l2_is_the_weight_decay_of_sgd() -> None:
    by_term, by_setting = nn.Linear(3, 2, rng=0), nn.Linear(3, 2, rng=0)
    plain = optim.SGD(by_term.parameters(), lr=0.1, momentum=0.9)
    decaying = optim.SGD(by_setting.parameters(), lr=0.1, momentum=0.9, weight_decay=0.3)
    x = np.random.default_rng(0).normal(size=(5, 3)).astype(np.float32)
    for net, optimizer, penalty in ((by_term, plain, optim.L2(0.3)), (by_setting, decaying, None)):
        for _ in range(10):
            optimizer.zero_grad()
            loss = npl.mean(net(x) ** 2)
            (loss if penalty is None else loss + penalty(optimizer.params)).backward()
            optimizer.step()
    np.testing.assert_allclose(by_term.weight.value, by_setting.weight.value, rtol=1e-5)
    assert by_term.weight.dtype == np.float32


@pytest.mark.parametrize("strength", [-1.0, float("nan"), float("inf")])
def test_an_impossible_strength_is_refused(strength: float) -> None:
    with pytest.raises(ValueError, match="strength is a finite number of at least 0"):
        optim.L1(strength)
