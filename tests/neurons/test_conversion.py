"""Rates of converted cells are what rectified units computed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from neuropil import neurons, nn
from neuropil.errors import DataError, ShapeError
from neuropil.neurons import layers
from neuropil.neurons.layers.tuning_line import rates, tuning_line

X = np.random.default_rng(0).random((40, 1, 6, 6), dtype=np.float32)


def dense() -> nn.Sequential:
    return nn.Sequential(
        nn.Flatten(),
        nn.Linear(36, 30, rng=0),
        nn.ReLU(),
        nn.Dropout(0.5),
        nn.Sequential(nn.Linear(30, 20, bias=False, rng=1), nn.ReLU()),
        nn.Linear(20, 3, rng=2),
    ).eval()


def convolutional() -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(1, 4, 3, rng=0),
        nn.ReLU(),
        nn.AvgPool2d(2),
        nn.Conv2d(4, 6, 2, rng=1),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(6, 3, rng=2),
    )


@pytest.mark.parametrize("network", [dense(), convolutional()], ids=["dense", "convolutional"])
def test_the_longer_it_runs_the_closer_it_comes(network: nn.Sequential) -> None:
    expected = network(X).value
    errors = []
    for steps in (25, 100, 400):
        spiking = layers.convert(network, X, steps=steps, percentile=100.0)
        errors.append(float(np.abs(spiking(X).value - expected).max()))
    spread = float(np.ptp(expected))
    assert errors[2] < 0.03 * spread
    assert errors[2] < 0.5 * errors[1] < 0.5 * errors[0]


def test_the_source_stays_as_it_is() -> None:
    network = dense()
    before = network.state_dict()
    layers.convert(network, X)
    for name, value in network.state_dict().items():
        np.testing.assert_array_equal(value, before[name])


def test_any_cells_can_take_the_place() -> None:
    network = dense()
    lif = neurons.NormalizedLeakyIntegrateAndFire(tau=20.0, refractory=0.0)
    spiking = layers.convert(network, X, cells=layers.Spiking(lif), steps=200, rate=0.3)
    correlation = np.corrcoef(spiking(X).value.ravel(), network(X).value.ravel())[0, 1]
    assert correlation > 0.9


def test_the_curve_of_a_model_is_the_one_that_is_known() -> None:
    cell = neurons.NormalizedLeakyIntegrateAndFire(tau=20.0, refractory=2.0)
    currents = np.array([0.9, 1.5, 4.0])
    found = rates(layers.Spiking(cell, dt=0.1), currents, 10_000)  # steps of 0.1 ms
    np.testing.assert_allclose(1e4 * found, cell.rate(currents), atol=2.0)


def test_the_line_of_cells_that_do_not_leak_is_the_identity() -> None:
    line = tuning_line(layers.Leaky(beta=1.0, threshold=2.0), 500, 0.8)
    assert line.gain == pytest.approx(0.5, rel=1e-2)
    assert abs(line.rheobase) < 0.01


def test_the_loss_of_accuracy_is_counted() -> None:
    network = dense()
    labels = network(X).value.argmax(axis=1)
    labels[:10] = (labels[:10] + 1) % 3
    found = layers.conversion_loss(network, layers.convert(network, X, steps=5), X, labels)
    assert found.source == 0.75
    assert found.loss == pytest.approx(0.75 - found.converted)
    same = layers.conversion_loss(network, network, X, labels, batch_size=7)
    assert (same.agreement, same.loss) == (1.0, 0.0)


def refused(*modules: nn.Module, **settings: Any) -> Any:
    return lambda: layers.convert(nn.Sequential(*modules), X, **settings)


FLAT, IN, OUT = nn.Flatten(), nn.Linear(36, 4), nn.Linear(4, 2)
REFUSED = [
    (refused(FLAT, IN, nn.Sigmoid(), OUT), DataError, "layer 2, Sigmoid, cannot be converted"),
    (refused(FLAT, nn.Sequential(IN, nn.Tanh()), OUT), DataError, "layer 1.1, Tanh"),
    (refused(nn.MaxPool2d(2), FLAT), DataError, "layer 0, MaxPool2d"),
    (
        refused(nn.Conv2d(1, 2, 3), nn.AvgPool2d(2, padding=1), nn.ReLU(), FLAT, nn.Linear(18, 2)),
        DataError,
        "layer 1, AvgPool2d, .* pool behind the ReLU",
    ),
    (refused(FLAT, nn.ReLU(), IN), DataError, "layer 1, ReLU, .* of its own"),
    (refused(FLAT, IN), DataError, "has a ReLU"),
    (refused(FLAT, IN, nn.ReLU()), DataError, "after the last one a Linear"),
    (refused(FLAT, IN, nn.ReLU(), OUT, rate=0.0), ValueError, "rate above 0"),
    (refused(FLAT, IN, nn.ReLU(), OUT, percentile=0.0), ValueError, "percentile above 0"),
    (refused(FLAT, IN, nn.ReLU(), OUT, steps=0), ValueError, "steps of at least 1"),
    (
        refused(FLAT, IN, nn.ReLU(), OUT, cells=layers.Leaky(recurrent=nn.Linear(4, 4))),
        ValueError,
        "recurrent connections",
    ),
    (refused(FLAT, IN, nn.ReLU(), OUT, cells=nn.ReLU()), TypeError, "cells such as layers.Leaky"),
    (refused(FLAT, IN, nn.ReLU(), OUT, steps=1), ValueError, "give more steps"),
    (refused(FLAT, IN, nn.ReLU(), OUT, steps=50, rate=0.01), ValueError, "give more steps"),
    (lambda: layers.convert(dense(), X[:0]), DataError, "needs samples"),
    (
        refused(FLAT, IN, nn.ReLU(), OUT, cells=layers.Spiking(neurons.LeakyIntegrateAndFire())),
        ValueError,
        "ask for a lower rate",
    ),
]


@pytest.mark.parametrize(("call", "error", "words"), REFUSED)
def test_what_cannot_be_converted_is_named(call: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        call()


def test_units_that_are_never_active_are_refused() -> None:
    network = dense()
    network[1].bias.value[...] = -100.0
    with pytest.raises(DataError, match="hardly a unit of ReLU number 1"):
        layers.convert(network, X)


def test_a_class_for_each_sample_is_asked_for() -> None:
    with pytest.raises(ShapeError, match="a class for each sample"):
        layers.conversion_loss(dense(), dense(), X, np.zeros(3, int))
