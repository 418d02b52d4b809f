from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from neuropil import Variable, nn, random
from neuropil.data import ArrayDataset, DataLoader, Subset, xor
from neuropil.errors import DataError
from neuropil.optim import SGD, Adam
from neuropil.training import BinaryAccuracy, EarlyStopping, History, Run, accuracy, evaluate, fit

N = 50


def digits_like(n: int = N) -> ArrayDataset:
    """Three classes that overlap."""
    rng = np.random.default_rng(0)
    targets = rng.integers(3, size=n)
    inputs = rng.normal(size=(n, 4)) + 2 * np.eye(3, 4)[targets]
    return ArrayDataset(inputs.astype(np.float32), targets)


def network(dropout: float = 0.0) -> nn.Sequential:
    return nn.Sequential(
        nn.Linear(4, 6, rng=1), nn.Tanh(), nn.Dropout(dropout), nn.Linear(6, 3, rng=2)
    )


def trained(**settings: Any) -> tuple[nn.Sequential, History]:
    net = settings.pop("net", None) or network(settings.pop("dropout", 0.0))
    defaults: dict[str, Any] = {
        "data": digits_like(),
        "loss": nn.CrossEntropyLoss(),
        "epochs": 3,
        "batch_size": 8,
        "rng": 0,
        "progress": False,
    }
    if "optimizer" not in settings:
        settings["optimizer"] = Adam(net.parameters(), lr=0.01)
    return net, fit(net, **(defaults | settings))


def bits(net: nn.Module) -> bytes:
    return b"".join(array.tobytes() for array in net.state_dict().values())


def without_seconds(history: History) -> list[dict[str, Any]]:
    return [{k: v for k, v in record.items() if k != "seconds"} for record in history]


def test_it_learns_exclusive_or() -> None:
    net = nn.Sequential(nn.Linear(2, 8, rng=1), nn.Tanh(), nn.Linear(8, 1, rng=2))
    _, history = trained(
        net=net, data=xor(), loss=nn.BCEWithLogitsLoss(), epochs=150, batch_size=4,
        optimizer=Adam(net.parameters(), lr=0.05),
    )  # fmt: skip
    assert history["loss"][0] > 0.5
    assert history["loss"][-1] < 0.05


def test_it_does_what_a_loop_by_hand_does() -> None:
    by_hand, loss = network(), nn.CrossEntropyLoss()
    optimizer = Adam(by_hand.parameters(), lr=0.01)
    loader = DataLoader(digits_like(), 8, shuffle=True, rng=random.Generator(0))
    for _ in range(3):
        for inputs, targets in loader:
            optimizer.zero_grad()
            loss(by_hand(inputs), targets).backward()
            optimizer.step()
    net, _ = trained()
    assert bits(net) == bits(by_hand)


def test_the_loss_is_a_mean_over_samples_not_over_batches() -> None:
    net = network()
    still = SGD(net.parameters(), lr=1e-30)
    for batch_size in (7, 16, 50):
        _, history = trained(
            net=net, optimizer=still, batch_size=batch_size, epochs=1, metrics=[accuracy]
        )
        expected = evaluate(
            net, digits_like(), loss=nn.CrossEntropyLoss(), metrics=[accuracy], batch_size=N
        )
        assert history[0]["loss"] == pytest.approx(expected["loss"], rel=1e-5)
        assert history[0]["accuracy"] == pytest.approx(expected["accuracy"])


def test_a_seed_repeats_a_training_to_the_bit() -> None:
    (first, one), (second, two), (other, three) = (
        trained(dropout=0.5, validation=0.2, rng=seed) for seed in (5, 5, 6)
    )
    assert bits(first) == bits(second)
    assert without_seconds(one) == without_seconds(two)
    assert bits(first) != bits(other)
    assert without_seconds(one) != without_seconds(three)


def test_without_rng_the_current_generator_is_used() -> None:
    results = []
    for _ in range(2):
        random.manual_seed(3)
        results.append(bits(trained(dropout=0.5, rng=None)[0]))
    results.append(bits(trained(dropout=0.5, rng=None)[0]))
    assert results[0] == results[1] != results[2]


def test_dropout_draws_from_rng_and_leaves_the_default_alone() -> None:
    random.manual_seed(0)
    before = random.as_generator().state_dict()
    trained(dropout=0.5, rng=1)
    after = random.as_generator().state_dict()
    np.testing.assert_array_equal(before["counter"], after["counter"])


@pytest.mark.parametrize(
    "form",
    [
        lambda d: (d.inputs, d.targets),
        lambda d: (d.inputs.tolist(), d.targets),
        lambda d: d,
        lambda d: list(zip(d.inputs, d.targets, strict=True)),
        lambda d: Subset(d, range(len(d))),
        lambda d: DataLoader(d, 8, shuffle=True, rng=random.Generator(0)),
    ],
    ids=["arrays", "lists", "array data set", "any data set", "subset", "loader"],
)
def test_every_form_of_data_gives_the_same_training(form: Callable[[Any], Any]) -> None:
    data = form(digits_like())
    if isinstance(data, tuple) and isinstance(data[0], list):
        data = np.asarray(data[0], np.float32), data[1]
    assert bits(trained(data=data)[0]) == bits(trained()[0])


def test_a_record_says_everything_about_its_epoch() -> None:
    net, history = trained(validation=digits_like(20), metrics=[accuracy], epochs=2)
    names = ["epoch", "loss", "accuracy", "val_loss", "val_accuracy", "lr", "seconds"]
    assert [list(record) for record in history] == [names, names]
    assert history["epoch"] == [1, 2]
    assert history["lr"] == [0.01, 0.01]
    assert all(seconds > 0 for seconds in history["seconds"])
    measured = evaluate(net, digits_like(20), loss=nn.CrossEntropyLoss(), metrics=[accuracy])
    assert history[-1]["val_loss"] == measured["loss"]
    assert history[-1]["val_accuracy"] == measured["accuracy"]


class Spy:
    """A callback that looks into the run."""

    def __init__(self, look: Callable[[Run], Any]) -> None:
        self.look = look
        self.seen: list[Any] = []

    def on_step(self, run: Run) -> None:
        self.seen.append(self.look(run))


def test_a_fraction_is_held_out_and_never_learned_from() -> None:
    spy = Spy(lambda run: (run.loader.dataset.indices, run.validation.dataset.indices))  # type: ignore[attr-defined, union-attr]
    trained(validation=0.2, callbacks=[spy], epochs=1)
    learned, held_out = spy.seen[0]
    assert (len(learned), len(held_out)) == (40, 10)
    assert sorted([*learned, *held_out]) == list(range(N))


@pytest.mark.parametrize("fraction", [0.0, 1.0, 0.001, -0.5, 1.5])
def test_a_fraction_leaves_samples_on_both_sides(fraction: float) -> None:
    with pytest.raises(DataError, match="leaves at least one sample on either side"):
        trained(validation=fraction)


def test_a_loader_cannot_be_split() -> None:
    with pytest.raises(DataError, match="held out of a DataLoader"):
        trained(data=DataLoader(digits_like(), 8), validation=0.2)


def test_modes_during_and_after() -> None:
    net = network(0.5)
    net[2].eval()
    modes: list[bool] = []
    with nn.observe(lambda module, *_: modes.append(module.training) if module is net else None):
        trained(net=net, validation=digits_like(8), epochs=1, batch_size=25)
    trial = [False, False]  # a sample of either data set
    assert modes == [*trial, True, True, False]
    assert [m.training for m in net.modules()] == [True, True, True, False, True]


def test_samples_of_an_epoch_come_once_each() -> None:
    spy = Spy(lambda run: (run.step, run.epoch, run.averages.samples))
    trained(callbacks=[spy], epochs=2, batch_size=20)
    assert spy.seen == [(1, 0, 20), (2, 0, 40), (3, 0, 50), (4, 1, 20), (5, 1, 40), (6, 1, 50)]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"epochs": 0}, "epochs is at least 1"),
        ({"checkpoint_every": 0, "checkpoint": "x"}, "at least 1, got 0"),
        ({"checkpoint_every": 5}, "checkpoint_every needs a file"),
        ({"resume": True}, "resume=True needs a file"),
        ({"net": nn.Sequential(nn.Tanh()), "optimizer": None}, "nothing to train"),
        ({"optimizer": SGD(nn.Linear(4, 3).parameters())}, "none of the network's parameters"),
    ],
)
def test_settings_that_cannot_be_meant(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        trained(**settings)


def test_it_shows_nothing_when_asked_not_to(capfd: pytest.CaptureFixture[str]) -> None:
    trained(progress=False)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    "kind",
    [np.float32, np.float64, np.int64, lambda x: np.array([x]), Variable],
    ids=["float32", "float64", "int64", "array", "Variable"],
)
def test_a_metric_may_return_any_kind_of_number(tmp_path: Path, kind: Callable[..., Any]) -> None:
    def share(output: Any, target: Any) -> Any:
        return kind(0.0 if target[0] else 1.0)

    files = {"checkpoint": tmp_path / "run", "checkpoint_every": 1}
    _, history = trained(metrics=[share], validation=0.2, **files)
    assert {type(value) for value in history["share"] + history["val_share"]} == {float}


def test_a_metric_is_averaged_in_double_precision() -> None:
    def far(output: Any, target: Any) -> Any:
        return np.float32(2**24) if target[0] else np.float32(1.0)

    inputs = np.zeros((3, 4), np.float32)
    _, history = trained(
        data=DataLoader(ArrayDataset(inputs, np.array([1, 0, 0])), 1), metrics=[far], epochs=1
    )
    assert history["far"] == [(2**24 + 2) / 3]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"loss": "mse"}, r"loss is a function .*nn\.CrossEntropyLoss\(\), got 'mse'"),
        ({"loss": nn.CrossEntropyLoss}, "got the class CrossEntropyLoss: make one"),
        ({"metrics": [BinaryAccuracy]}, "got the class BinaryAccuracy: make one"),
        ({"optimizer": "adam"}, r"optim\.Adam\(net\.parameters\(\)\), got 'adam'"),
        ({"optimizer": Adam}, "got the class Adam: make one"),
        ({"epochs": 1.5}, "epochs is a whole number, got 1.5"),
        ({"validation": 1}, "validation is a pair .* or a fraction"),
        ({"validation": np.nan}, "validation=nan of 50 samples"),
        ({"data": {"x": 1}}, "data is a pair .*got dict"),
    ],
)
def test_what_something_else_was_meant_for_is_refused(
    settings: dict[str, Any], message: str
) -> None:
    with pytest.raises((TypeError, DataError), match=message):
        trained(**settings)


def test_a_setting_that_is_refused_costs_no_checkpoint(tmp_path: Path) -> None:
    path = tmp_path / "run"
    trained(checkpoint=path)
    before = path.read_bytes()
    for callback, error in ((3, TypeError), (EarlyStopping("validation_loss"), ValueError)):
        with pytest.raises(error):
            trained(checkpoint=path, callbacks=[callback])
        assert path.read_bytes() == before


def test_a_network_may_have_several_outputs_for_a_loss_that_takes_them() -> None:
    class Twins(nn.Module):
        def __init__(self) -> None:
            self.first, self.second = nn.Linear(4, 3, rng=0), nn.Linear(4, 3, rng=1)

        def forward(self, x: Any) -> Any:
            return self.first(x), self.second(x)

    entropy = nn.CrossEntropyLoss()
    net = Twins()
    _, history = trained(
        net=net,
        loss=lambda outputs, target: entropy(outputs[0], target) + entropy(outputs[1], target),
        validation=0.2,
    )
    assert history["loss"][-1] < history["loss"][0]
    assert history["val_loss"][-1] < history["val_loss"][0]
