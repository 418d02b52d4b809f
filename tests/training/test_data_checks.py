from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import neuropil as npl
from neuropil import nn
from neuropil.data import ArrayDataset, DataLoader, Subset
from neuropil.errors import DataError, DTypeError, GraphError, ShapeError
from neuropil.optim import SGD
from neuropil.training import Run, accuracy, fit

N = 12
X = np.random.default_rng(0).normal(size=(N, 4)).astype(np.float32)
CLASSES = np.arange(N) % 3
VALUES = np.random.default_rng(1).uniform(size=(N, 3)).astype(np.float32)


class NoStep:
    """Fails if training begins at all."""

    def on_step(self, run: Run) -> None:
        pytest.fail("a step was taken before the data was refused")


def train(inputs: Any, targets: Any, loss: Any, net: nn.Module | None = None, **kw: Any) -> None:
    net = net or nn.Sequential(nn.Linear(4, 3, rng=0))
    data = kw.pop("data", (inputs, targets))
    fit(
        net, data, loss=loss, optimizer=SGD(net.parameters()), epochs=1, progress=False,
        callbacks=[NoStep()], **kw,
    )  # fmt: skip


CROSS_ENTROPY, SQUARED = nn.CrossEntropyLoss(), nn.MSELoss()


@pytest.mark.parametrize(
    ("inputs", "targets", "loss", "error", "message"),
    [
        (X[:0], CLASSES[:0], CROSS_ENTROPY, DataError, "holds no samples"),
        (X, CLASSES[:-1], CROSS_ENTROPY, DataError, "12 inputs and 11 targets"),
        (X.astype(str), CLASSES, CROSS_ENTROPY, DataError, "numbers"),
        (X.astype("float64"), CLASSES, CROSS_ENTROPY, DTypeError, r"layer 0: .*float32.*astype"),
        (X.reshape(N, 2, 2), CLASSES, CROSS_ENTROPY, ShapeError, r"layer 0: .*Flatten"),
        (X, np.where(CLASSES == 1, 5, CLASSES), CROSS_ENTROPY, DataError,
         r"target 5 of sample 1 .* classes 0 … 2: give the last layer 6 outputs"),
        (X, CLASSES - 1, CROSS_ENTROPY, DataError, "target -1 of sample 0 .* correct the labels"),
        (X, CLASSES + 1, CROSS_ENTROPY, DataError, "counted from 1, take targets - 1"),
        (X, CLASSES.astype("float32"), CROSS_ENTROPY, DTypeError, r"integer labels.*astype"),
        (X, np.eye(3, dtype=int)[CLASSES], CROSS_ENTROPY, ShapeError, r"t\.argmax\(axis=1\)"),
        (X, CLASSES[:, None], CROSS_ENTROPY, ShapeError, r"labels\.reshape\(-1\)"),
        (X, VALUES[:, 0], SQUARED, ShapeError, r"targets of the outputs' shape \(1, 3\), got"),
        (X, VALUES.astype("float64"), SQUARED, DTypeError, r"astype\('float32'\)"),
        (X, np.eye(3, dtype=int)[CLASSES], SQUARED, DTypeError, r"astype\('float32'\)"),
        (X, VALUES + 1, nn.BCEWithLogitsLoss(), DataError, r"probabilities in \[0, 1\]: rescale"),
        (np.where(X > 1.5, np.float32("nan"), X), CLASSES, CROSS_ENTROPY, DataError,
         "the inputs of data hold numbers that are not finite, first in sample"),
        (X, np.where(VALUES > 0.9, np.float32("inf"), VALUES), SQUARED, DataError,
         "the targets of data hold numbers that are not finite"),
    ],
)  # fmt: skip
def test_what_cannot_be_learned_is_refused_before_the_first_step(
    inputs: Any, targets: Any, loss: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        train(inputs, targets, loss)


def test_subsets_loaders_and_validation_are_looked_at_too() -> None:
    wrong = ArrayDataset(X, np.where(CLASSES == 1, 7, CLASSES))
    forms: list[Any] = [wrong, Subset(wrong, range(N)), DataLoader(wrong, 4)]
    for data in forms:
        with pytest.raises(DataError, match="in data is no class"):
            train(None, None, CROSS_ENTROPY, data=data)
        with pytest.raises(DataError, match="in validation is no class"):
            train(X, CLASSES, CROSS_ENTROPY, validation=data)
    with pytest.raises(DataError, match="12 inputs and 3 targets"):
        train(X, CLASSES, CROSS_ENTROPY, validation=(X, CLASSES[:3]))


def test_what_is_right_in_a_subset_may_be_wrong_outside_it() -> None:
    targets = CLASSES.copy()
    targets[-1] = 9
    subset = Subset(ArrayDataset(X, targets), range(N - 1))
    net = nn.Linear(4, 3, rng=0)
    fit(net, subset, loss=CROSS_ENTROPY, optimizer=SGD(net.parameters()), epochs=1, progress=False)


def test_a_metric_that_cannot_take_the_output_is_found_out_first() -> None:
    net = nn.Linear(4, 1, rng=0)
    with pytest.raises(ShapeError, match="BinaryAccuracy"):
        train(X, VALUES[:, :1], nn.BCEWithLogitsLoss(), net, metrics=[accuracy])


def test_a_loss_is_one_number_with_a_derivative() -> None:
    with pytest.raises(ShapeError, match=r"loss gives one number .* shape \(1, 3\)"):
        train(X, VALUES, lambda output, target: (output - target) ** 2)
    with pytest.raises(ShapeError, match=r"loss gives one number .* shape \(1,\)"):
        train(X, VALUES, lambda y, t: npl.mean((y - t) ** 2, axis=1))
    with pytest.raises(
        ValueError, match=r"needs to be the mean over a batch, got MSELoss\(reduction"
    ):
        train(X, VALUES, nn.MSELoss(reduction="sum"))
    with pytest.raises(GraphError, match="has no derivative"):
        train(X, VALUES, lambda output, target: float(npl.mean(output - target).item()))


def test_networks_that_compute_on_their_own_keep_to_one_dtype() -> None:
    class Own(nn.Module):
        def __init__(self) -> None:
            self.weight = nn.Parameter(np.ones((3, 4), np.float32))

        def forward(self, x: Any) -> Any:
            return x @ self.weight.T

    with pytest.raises(DTypeError, match=r"float64, which makes outputs of float64 .*float32"):
        train(X.astype("float64"), CLASSES, CROSS_ENTROPY, Own())


def test_float64_throughout_is_fine() -> None:
    net = nn.Linear(4, 3, rng=0, dtype=np.float64)
    fit(
        net, (X.astype("float64"), VALUES.astype("float64")), loss=SQUARED, epochs=1,
        optimizer=SGD(net.parameters()), progress=False,
    )  # fmt: skip
    assert net.weight.dtype == np.float64


def test_labels_that_the_loss_ignores_may_come_first() -> None:
    targets = CLASSES.copy()
    targets[:3] = -100
    net = nn.Linear(4, 3, rng=0)
    fit(
        net, (X, targets), loss=CROSS_ENTROPY, optimizer=SGD(net.parameters()), epochs=1,
        batch_size=N, progress=False,
    )  # fmt: skip
