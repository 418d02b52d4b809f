from __future__ import annotations

import json
import math

import pytest

from neuropil import data, nn, optim
from neuropil.plot.learning_curves import PREFIX
from neuropil.training import BinaryAccuracy, History, fit
from neuropil.training.history import BOOKKEEPING, VALIDATION, quantities

RECORDS = [
    {"epoch": 1, "loss": 0.75, "val_loss": math.nan, "lr": 1e-5, "seconds": 0.1},
    {"epoch": 2, "loss": 123456.0, "val_loss": 0.0, "lr": 1e-5, "seconds": 0.2},
]


def test_records_by_number_columns_by_name() -> None:
    history = History(RECORDS)
    assert len(history) == 2
    assert history[-1] == RECORDS[1]
    assert history[:1] == RECORDS[:1]
    assert history["loss"] == [0.75, 123456.0]
    assert list(history) == RECORDS


def test_an_unknown_column_is_an_error_that_lists_the_known_ones() -> None:
    with pytest.raises(KeyError, match="'accuracy' in this history: it holds epoch, loss"):
        History(RECORDS)["accuracy"]


def test_it_does_not_share_its_records() -> None:
    record = {"epoch": 1, "loss": 1.0}
    history = History([record])
    history.append(record)
    record["loss"] = 2.0
    assert history["loss"] == [1.0, 1.0]


def test_it_prints_as_a_table() -> None:
    assert str(History(RECORDS)).splitlines() == [
        "epoch       loss  val_loss         lr  seconds",
        "    1     0.7500       nan  1.000e-05   0.1000",
        "    2  1.235e+05    0.0000  1.000e-05   0.2000",
    ]
    assert repr(History()) == "<History of 0 epochs>"
    assert repr(History(RECORDS)).startswith("<History of 2 epochs>\nepoch ")


def test_lines_are_strict_json() -> None:
    first, second = History(RECORDS).lines()
    assert json.loads(first) == {**RECORDS[0], "val_loss": None}
    assert json.loads(second) == RECORDS[1]


def test_histories_compare_by_what_they_hold() -> None:
    assert History(RECORDS[1:]) == History(RECORDS[1:])
    assert History(RECORDS[1:]) == RECORDS[1:]
    assert History(RECORDS) != History(RECORDS[1:])


def test_a_record_holds_the_quantities_and_the_bookkeeping_and_plots_know_the_prefix() -> None:
    net = nn.Linear(2, 1, rng=0)
    history = fit(
        net,
        data.xor(),
        loss=nn.BCEWithLogitsLoss(),
        optimizer=optim.SGD(net.parameters()),
        epochs=1,
        validation=data.xor(),
        metrics=[BinaryAccuracy(0.0)],
        progress=False,
        rng=0,
    )
    measured = quantities(["loss", "accuracy"], validated=True)
    assert set(history[0]) == {*measured, *BOOKKEEPING}
    assert PREFIX == VALIDATION
