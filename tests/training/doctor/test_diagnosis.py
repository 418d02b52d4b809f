from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from neuropil import data, nn, optim, random
from neuropil.errors import DataError, DivergenceError
from neuropil.training import diagnose

DIGITS = data.digits("validation")


def net_of_all_kinds() -> nn.Sequential:
    return nn.Sequential(
        nn.Flatten(), nn.Linear(64, 16, rng=0), nn.BatchNorm1d(16), nn.ReLU(),
        nn.Dropout(0.3, rng=1), nn.Dropout(0.1), nn.Linear(16, 10, rng=2),
    )  # fmt: skip


@pytest.mark.parametrize("make", [optim.Adam, lambda p: optim.SGD(p, lr=0.1, momentum=0.9)])
def test_everything_is_as_it_was(make: Any) -> None:
    net = net_of_all_kinds()
    optimizer = make(net.parameters())
    loader = data.DataLoader(DIGITS, 16, shuffle=True, rng=4)
    random.manual_seed(0)
    nn.CrossEntropyLoss()(net(DIGITS.inputs), DIGITS.targets).backward()
    optimizer.step()
    net[5].training = False
    parts = [net, optimizer, loader, random.as_generator(), net[4].rng]
    before = [part.state_dict() for part in parts]
    arrays = {name: parameter.value for name, parameter in net.named_parameters()}
    gradients = {name: parameter.grad for name, parameter in net.named_parameters()}
    modes = [module.training for module in net.modules()]
    report = diagnose(net, loader, loss=nn.CrossEntropyLoss(), optimizer=optimizer, steps=30)
    assert report.record.last.step >= 30
    assert report.record.first.loss > report.record.last.loss
    for part, state in zip(parts, before, strict=True):
        after = part.state_dict()
        for name, array in state.items():
            np.testing.assert_array_equal(after[name], array, err_msg=name)
    for name, parameter in net.named_parameters():
        assert parameter.value is arrays[name]
        assert parameter.grad is gradients[name]
    assert [module.training for module in net.modules()] == modes


def test_it_says_the_same_twice() -> None:
    net = net_of_all_kinds()
    optimizer = optim.Adam(net.parameters())
    first, second = (
        diagnose(net, DIGITS, loss=nn.CrossEntropyLoss(), optimizer=optimizer, steps=20)
        for _ in range(2)
    )
    assert str(first) == str(second)


def test_a_failure_leaves_everything_as_it_was_too() -> None:
    net = nn.Sequential(nn.Linear(2, 1, rng=0))
    before = net.state_dict()
    x = np.ones((40, 2), np.float32)
    optimizer = optim.SGD(net.parameters(), lr=1e30)
    report = diagnose(net, (x, x[:, :1]), loss=nn.MSELoss(), optimizer=optimizer)
    assert report.record.failure is not None
    for name, array in before.items():
        np.testing.assert_array_equal(net.state_dict()[name], array)


def test_data_that_does_not_fit_and_no_steps_are_refused() -> None:
    net = nn.Sequential(nn.Linear(2, 3, rng=0))
    optimizer = optim.SGD(net.parameters(), lr=0.1)
    x = np.ones((4, 2), np.float32)
    settings: dict[str, Any] = {"loss": nn.CrossEntropyLoss(), "optimizer": optimizer}
    with pytest.raises(DataError, match="is no class of this network"):
        diagnose(net, (x, np.array([0, 1, 2, 3])), **settings)
    with pytest.raises(ValueError, match="at least one step"):
        diagnose(net, (x, np.zeros(4, int)), steps=0, **settings)
    with pytest.raises(ValueError, match="at least one sample, got batch_size=0"):
        diagnose(net, (x, np.zeros(4, int)), batch_size=0, **settings)


def test_what_was_broken_before_any_step_is_an_error_and_no_finding() -> None:
    x = np.random.default_rng(0).normal(size=(40, 2)).astype(np.float32)
    x[7, 0] = np.nan
    net = nn.Sequential(nn.Linear(2, 1, rng=0))
    optimizer = optim.SGD(net.parameters(), lr=0.1)
    with pytest.raises(DivergenceError, match="inputs of a batch hold numbers that are not finite"):
        diagnose(net, (x, x[:, 1:]), loss=nn.MSELoss(), optimizer=optimizer)
