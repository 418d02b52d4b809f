from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from neuropil import nn
from neuropil.data import ArrayDataset, DataLoader
from neuropil.errors import DataError
from neuropil.training import accuracy, evaluate


def classes(n: int = 40) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    rng = np.random.default_rng(0)
    return rng.normal(size=(n, 4)).astype(np.float32), rng.integers(3, size=n)


def test_the_means_are_over_samples_whatever_the_batches() -> None:
    inputs, targets = classes()
    net, loss = nn.Linear(4, 3, rng=0), nn.CrossEntropyLoss()
    whole = {
        "loss": loss(net(inputs), targets).item(),
        "accuracy": accuracy(net(inputs).value, targets),
    }
    for batch_size in (1, 7, 32, 256):
        result = evaluate(
            net, (inputs, targets), loss=loss, metrics=[accuracy], batch_size=batch_size
        )
        assert result == pytest.approx(whole, rel=1e-5)


def test_every_form_of_data_gives_the_same() -> None:
    inputs, targets = classes()
    net, loss = nn.Linear(4, 3, rng=0), nn.CrossEntropyLoss()
    dataset = ArrayDataset(inputs, targets)
    samples = [(inputs[i], targets[i]) for i in range(len(inputs))]
    loader = DataLoader(dataset, 256)
    forms: list[Any] = [(inputs, targets), dataset, samples, loader]
    results = [evaluate(net, data, loss=loss) for data in forms]
    assert all(result == results[0] for result in results)


def test_it_is_in_eval_mode_and_gives_the_mode_back() -> None:
    net = nn.Sequential(nn.Dropout(0.9), nn.Linear(4, 3, rng=0))
    first, second = (evaluate(net, classes(), loss=nn.CrossEntropyLoss()) for _ in range(2))
    assert first == second
    assert net.training


def test_bad_data_is_refused() -> None:
    net = nn.Linear(4, 3)
    inputs, targets = classes()
    with pytest.raises(DataError, match="no samples"):
        evaluate(net, (inputs[:0], targets[:0]), metrics=[accuracy])
    with pytest.raises(DataError, match="40 inputs and 39 targets"):
        evaluate(net, (inputs, targets[:-1]), metrics=[accuracy])
    with pytest.raises(DataError, match="tuple of 3"):
        evaluate(net, (inputs, targets, targets), metrics=[accuracy])  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="got ndarray"):
        evaluate(net, inputs, metrics=[accuracy])
    with pytest.raises(ValueError, match=r"pass loss=… or metrics=\[…\]"):
        evaluate(net, (inputs, targets))


@pytest.mark.parametrize("reduction", ["sum", "none"])
def test_what_is_no_mean_is_refused_for_it_would_depend_on_the_batches(reduction: Any) -> None:
    loss = nn.CrossEntropyLoss(reduction=reduction)
    with pytest.raises(ValueError, match=rf"needs to be the mean .*\(reduction='{reduction}'\)"):
        evaluate(nn.Linear(4, 3), classes(), loss=loss)
    with pytest.raises(ValueError, match="CrossEntropyLoss needs to be the mean"):
        evaluate(nn.Linear(4, 3), classes(), metrics=[loss])


def test_samples_that_are_dropped_are_not_counted() -> None:
    inputs, labels = np.zeros((10, 2), np.float32), np.zeros(10, int)
    loader = DataLoader(ArrayDataset(inputs, labels), 4, drop_last=True)
    assert evaluate(nn.Linear(2, 2, rng=0), loader, metrics=[accuracy]).samples == 8
