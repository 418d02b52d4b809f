from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from neuropil import nn
from neuropil.optim import SGD
from neuropil.training import EarlyStopping, Run, fit
from neuropil.training.early_stopping import best_epoch


class Scripted:
    """Writes given values into the history, as if they had been measured, and marks the weights.

    The weight holds the number of the epoch that made it.
    """

    def __init__(self, name: str, values: list[float]) -> None:
        self.name, self.values = name, values

    def on_epoch(self, run: Run) -> None:
        run.history[-1][self.name] = self.values[run.epoch - 1]
        run.net.load_state_dict({"weight": np.full((1, 1), float(run.epoch))})


def stopped(values: list[float], stopping: EarlyStopping) -> tuple[int, float]:
    """After which epoch training ended, and from which its weight is."""
    net = nn.Linear(1, 1, bias=False, rng=0)
    data = np.zeros((2, 1), np.float32), np.zeros((2, 1), np.float32)
    history = fit(
        net, data, validation=data, loss=nn.MSELoss(), epochs=len(values), rng=0,
        optimizer=SGD(net.parameters(), lr=0.1), progress=False,
        callbacks=[Scripted(stopping.monitor, values), stopping],
    )  # fmt: skip
    return len(history), net.weight.value.item()


@pytest.mark.parametrize(
    ("values", "settings", "expected"),
    [
        ([3, 2, 1, 2, 2, 2, 2], {"patience": 2}, (5, 3)),
        ([3, 2, 1, 2, 2, 2, 2], {"patience": 0}, (4, 3)),
        ([3, 2, 3, 1, 3, 3, 0], {"patience": 2}, (6, 4)),
        ([3, 2, 1], {"patience": 2}, (3, 3)),
        ([1, 2, 3], {"patience": 5}, (3, 1)),
        ([3, 2, 1, 2, 2, 2, 2], {"patience": 2, "restore_best": False}, (5, 5)),
        ([3, 2.9, 2.8, 2.7, 2.6], {"patience": 2, "min_delta": 0.5}, (3, 1)),
        ([math.nan, 2, math.nan, math.nan, 1], {"patience": 2}, (4, 2)),
        ([math.nan] * 5, {"patience": 3}, (3, 3)),
        ([math.inf, 2, 3, 3, 3], {"patience": 2}, (4, 2)),
        ([1, 2, 3, 2, 1, 0, 0], {"patience": 3, "maximize": True}, (6, 3)),
    ],
)
def test_it_waits_as_long_as_it_was_told_and_keeps_the_best(
    values: list[float], settings: dict[str, Any], expected: tuple[int, float]
) -> None:
    assert stopped(values, EarlyStopping("val_loss", **settings)) == expected


def test_best_is_kept_for_reading() -> None:
    stopping = EarlyStopping(patience=1)
    stopped([3, 2, 4, 1], stopping)
    assert (stopping.best, stopping.best_epoch) == (2, 2)


@given(
    st.lists(st.floats(0.0, 4.0, width=16) | st.just(math.nan), min_size=1, max_size=6),
    st.sampled_from([0.0, 0.5]),
    st.booleans(),
)
@example([1.0, 0.95, 0.93], 0.1, False)
def test_the_best_epoch_can_be_told_from_the_values_alone(
    values: list[float], min_delta: float, maximize: bool
) -> None:
    stopping = EarlyStopping(patience=9, min_delta=min_delta, maximize=maximize)
    stopped(values, stopping)
    told = best_epoch(values, min_delta=min_delta, maximize=maximize)
    assert (told or 0) == stopping.best_epoch


def test_a_second_training_begins_anew() -> None:
    stopping = EarlyStopping(patience=1)
    stopped([0, 1, 1], stopping)
    assert stopped([3, 2, 1], stopping) == (3, 3)


def test_its_state_comes_back() -> None:
    stopping, again = EarlyStopping(), EarlyStopping()
    stopped([3, 2, 4, 1], stopping)
    again.load_state_dict(stopping.state_dict())
    assert (again.best, again.best_epoch) == (1, 4)
    first, second = stopping.state_dict(), again.state_dict()
    assert first.keys() == second.keys()
    for name, array in first.items():
        np.testing.assert_array_equal(array, second[name])
    fresh = EarlyStopping()
    fresh.load_state_dict(EarlyStopping().state_dict())
    assert (fresh.best, fresh.best_epoch) == (None, 0)


def test_a_quantity_that_is_not_there_is_found_out_before_the_first_step() -> None:
    net = nn.Linear(1, 1, rng=0)
    before = net.state_dict()
    data = np.ones((2, 1), np.float32), np.zeros((2, 1), np.float32)
    with pytest.raises(ValueError, match=r"'val_loss', .* it has loss \(validation=… gives"):
        fit(
            net, data, loss=nn.MSELoss(), epochs=1, progress=False,
            optimizer=SGD(net.parameters(), lr=0.1), callbacks=[EarlyStopping()],
        )  # fmt: skip
    for name, array in before.items():
        np.testing.assert_array_equal(net.state_dict()[name], array)


def test_settings_that_cannot_be_meant() -> None:
    with pytest.raises(ValueError, match="Say maximize=True or maximize=False"):
        EarlyStopping("val_accuracy")
    with pytest.raises(ValueError, match="at least 0, got patience=-1"):
        EarlyStopping(patience=-1)
    with pytest.raises(ValueError, match="min_delta=-1"):
        EarlyStopping(min_delta=-1)
    with pytest.raises(ValueError, match="min_delta=nan"):
        EarlyStopping(min_delta=math.nan)
