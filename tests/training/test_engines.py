"""The engines: the same training, however its steps are taken."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import neuropil as npl
from neuropil import nn, optim, training
from neuropil.data import ArrayDataset, Augmented, DataLoader, GaussianNoise, Subset
from neuropil.errors import DataError, DivergenceError, FileFormatError, GraphError
from neuropil.training import accuracy, fit
from neuropil.training.checkpoint import Checkpoint

pytestmark = pytest.mark.fast
RNG = np.random.default_rng(0)
X = RNG.normal(size=(50, 6)).astype(np.float32)
T = (X[:, 0] > X[:, 1]).astype(np.int64)


def network(seed: int = 0, dtype: Any = np.float32) -> nn.Sequential:
    return nn.Sequential(
        nn.Flatten(), nn.Linear(6, 8, bias=False, rng=seed), nn.BatchNorm1d(8), nn.ReLU(),
        nn.Dropout(0.3), nn.Linear(8, 2, rng=seed + 1),
    ).astype(dtype)  # fmt: skip


def trained(engine: str, data: Any = None, *, net: Any = None, **settings: Any) -> Any:
    """The parameters, buffers and history of a training."""
    net = network() if net is None else net
    kind = settings.pop("kind", optim.SGD)
    optimizer = kind(net.parameters(), lr=0.05, **settings.pop("optimizing", {}))
    pytest.importorskip("jax")
    history = fit(
        net, (X, T) if data is None else data, loss=settings.pop("loss", nn.CrossEntropyLoss()),
        optimizer=optimizer, engine=engine, progress=False, **{"epochs": 4, "rng": 3} | settings,
    )  # fmt: skip
    return net.state_dict(), history, optimizer.state_dict()


def augmented() -> Augmented:
    return Augmented(ArrayDataset(X.reshape(50, 1, 2, 3), T), GaussianNoise(0.1))


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"batch_size": 50},
        {"batch_size": 10, "metrics": [accuracy]},
        {"batch_size": 16, "validation": 0.2, "metrics": [accuracy]},
        {"kind": optim.Adam, "schedule": optim.CosineDecay(), "clip": optim.ClipNorm(0.5)},
        {"optimizing": {"momentum": 0.9}, "penalty": optim.L2(1e-2), "batch_size": 50},
        {"loss": nn.CrossEntropyLoss(weight=np.array([1.0, 3.0], np.float32))},
        {"data": Subset(ArrayDataset(X, T), list(range(10, 44)))},
        {"data": DataLoader(ArrayDataset(X, T), 8, drop_last=True, shuffle=True, rng=5)},
        {"data": (X, np.where(np.arange(50) % 7 == 0, -100, T))},
        {"data": list(zip(X, T, strict=True))},
        {"data": "augmented"},
    ],
)
def test_both_engines_train_alike(settings: dict[str, Any]) -> None:
    if settings.get("data") == "augmented":
        runs = [trained(e, **{**settings, "data": augmented()}) for e in ("eager", "xla")]
    elif isinstance(settings.get("data"), DataLoader):
        loader = settings["data"]
        start = loader.state_dict()
        runs = []
        for engine in ("eager", "xla"):
            loader.load_state_dict(start)
            runs.append(trained(engine, **settings))
    else:
        runs = [trained(engine, **settings) for engine in ("eager", "xla")]
    (eager, history, optimizer), (xla, other_history, other_optimizer) = runs
    for name, array in eager.items():
        assert np.allclose(array, xla[name], rtol=1e-4, atol=1e-5), name
        assert array.dtype == xla[name].dtype
        assert type(xla[name]) is np.ndarray
    for name, array in optimizer.items():
        assert np.allclose(array, other_optimizer[name], rtol=1e-3, atol=1e-5), name
    for one, other in zip(history, other_history, strict=True):
        assert list(one) == list(other)
        for key in set(one) - {"seconds"}:
            assert other[key] == pytest.approx(one[key], rel=1e-4, abs=1e-5), key


def test_float64_stays_float64() -> None:
    data = X.astype(np.float64), T
    runs = [trained(e, data, net=network(dtype=np.float64)) for e in ("eager", "xla")]
    for name, array in runs[0][0].items():
        assert np.allclose(array, runs[1][0][name], rtol=1e-10, atol=1e-12), name
        assert array.dtype == runs[1][0][name].dtype


def convolutional() -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(1, 4, 3, padding=1, rng=0), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(4, 6, 3, stride=2, rng=1), nn.MaxPool2d(3, stride=1), nn.AvgPool2d(2, stride=1),
        nn.Flatten(), nn.Linear(6, 3, rng=2),
    )  # fmt: skip


def test_engines_agree_on_convolutions() -> None:
    images = RNG.normal(size=(40, 1, 19, 21)).astype(np.float32)
    data = images, np.arange(40) % 3
    settings: dict[str, Any] = {"batch_size": 16, "epochs": 2}
    eager, one, _ = trained("eager", data, net=convolutional(), **settings)
    xla, other, _ = trained("xla", data, net=convolutional(), **settings)
    for name, array in eager.items():
        assert np.allclose(array, xla[name], rtol=1e-3, atol=1e-5), name
    assert other[-1]["loss"] == pytest.approx(one[-1]["loss"], rel=1e-4)


def test_targets_may_be_the_inputs() -> None:
    settings: dict[str, Any] = {"loss": nn.MSELoss(), "batch_size": 16}
    eager, _, _ = trained("eager", (X, X), net=nn.Sequential(nn.Linear(6, 6, rng=0)), **settings)
    xla, _, _ = trained("xla", (X, X), net=nn.Sequential(nn.Linear(6, 6, rng=0)), **settings)
    assert np.allclose(eager["0.weight"], xla["0.weight"], rtol=1e-4, atol=1e-6)


class Stop:
    """Interrupts a training after some steps, without looking at each."""

    def __init__(self, epoch: int) -> None:
        self.epoch = epoch

    def on_epoch(self, run: training.Run) -> None:
        if run.epoch == self.epoch:
            raise RuntimeError("halted")


@pytest.mark.parametrize("batch_size", [10, 16, 50])
@pytest.mark.parametrize("every", [1, 3, 7])
def test_a_resumed_training_ends_with_the_same_bits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, batch_size: int, every: int
) -> None:
    monkeypatch.setattr("neuropil.training.checkpoint.APART", float("inf"))  # only where steps say
    settings: dict[str, Any] = {
        "batch_size": batch_size, "epochs": 8, "metrics": [accuracy],
        "schedule": optim.CosineDecay(), "optimizing": {"momentum": 0.9},
    }  # fmt: skip
    whole, history, _ = trained("xla", **settings)
    path = tmp_path / "run.safetensors"
    keeping = {"checkpoint": path, "checkpoint_every": every}
    with pytest.raises(RuntimeError, match="halted"):
        trained("xla", callbacks=[Stop(5)], **keeping, **settings)
    last = 5 * -(-50 // batch_size) - 1  # before the step whose epoch was the end
    assert Checkpoint.read(path).notes["step"] == last // every * every
    resumed, other, _ = trained("xla", resume=True, **keeping, **settings)
    for name, array in whole.items():
        assert array.tobytes() == resumed[name].tobytes(), name
    assert [{**r, "seconds": 0} for r in history] == [{**r, "seconds": 0} for r in other]


class LookAtSteps:
    def on_step(self, run: training.Run) -> None:
        """Look at each."""


class LookAtEpochs:
    def on_epoch(self, run: training.Run) -> None:
        """Look at each."""


@pytest.mark.parametrize("batch_size", [10, 16, 50, 64])
def test_how_steps_are_divided_among_calls_does_not_change_the_bits(batch_size: int) -> None:
    settings = {"batch_size": batch_size, "epochs": 30, "schedule": optim.CosineDecay()}
    free, history, optimizer = trained("xla", **settings)
    for look in (LookAtSteps(), LookAtEpochs()):
        watched, other, its_optimizer = trained("xla", callbacks=[look], **settings)
        for name, array in free.items():
            assert array.tobytes() == watched[name].tobytes(), name
        assert optimizer.keys() == its_optimizer.keys()
        assert all(np.array_equal(optimizer[name], its_optimizer[name]) for name in optimizer)
        assert [{**r, "seconds": 0} for r in history] == [{**r, "seconds": 0} for r in other]


def test_short_epochs_nobody_looks_at_go_in_one_call(monkeypatch: pytest.MonkeyPatch) -> None:
    repeated = pytest.importorskip("neuropil.xla.repeated")
    calls: list[int] = []
    call = repeated.Repeated.__call__

    def counted(self: Any, count: int, *arrays: Any) -> Any:
        calls.append(count)
        return call(self, count, *arrays)

    monkeypatch.setattr(repeated.Repeated, "__call__", counted)
    monkeypatch.setattr("neuropil.training.engines.compiled.CALL_SECONDS", 1e6)  # no clock decides
    _, history, _ = trained("xla", batch_size=10, epochs=100)
    assert calls == [1, 1, 8, 60, 430]
    seconds = history["seconds"]
    assert min(seconds) > 0.0
    calls.clear()
    trained("xla", batch_size=10, epochs=100, callbacks=[LookAtEpochs()])
    assert len(calls) >= 100


@pytest.mark.parametrize("batch_size", [10, 16, 50])
def test_a_training_that_diverges_after_some_epochs(batch_size: int) -> None:
    found = []
    for engine in ("eager", "xla"):
        seen: list[Any] = []
        net = nn.Sequential(nn.Linear(6, 1, rng=0))
        optimizer = optim.SGD(net.parameters(), lr=5.0)
        with pytest.raises(DivergenceError) as error:
            fit(net, DataLoader(ArrayDataset(X, X[:, :1]), batch_size), loss=nn.MSELoss(),
                optimizer=optimizer, epochs=500, progress=False, engine=engine,
                callbacks=[Start(seen)])  # fmt: skip
        found.append((str(error.value), seen[0]))
    (text, eager), (other_text, xla) = found
    assert re.findall(r"in epoch \d+ after step \d+", text)
    assert text.split("finite")[-1] == other_text.split("finite")[-1]
    assert eager.step == xla.step
    assert eager.epoch == xla.epoch > 1
    assert np.allclose(eager.history["loss"], xla.history["loss"], rtol=1e-3)


class Start:
    """Keeps the run."""

    def __init__(self, runs: list[Any]) -> None:
        self.runs = runs

    def on_start(self, run: training.Run) -> None:
        self.runs.append(run)


def test_callbacks_see_what_the_steps_have_made() -> None:
    seen: list[Any] = []

    class Look:
        def on_epoch(self, run: training.Run) -> None:
            seen.append(run.net.state_dict()["1.weight"])

    final, _, _ = trained("xla", callbacks=[Look()])
    assert len(seen) == 4
    assert np.array_equal(seen[-1], final["1.weight"])
    assert all(not np.array_equal(a, b) for a, b in pairwise(seen))


def test_what_a_callback_changes_is_used() -> None:
    class Halve:
        def on_epoch(self, run: training.Run) -> None:
            dict(run.net.named_parameters())["1.weight"].value *= 0.5
            run.optimizer.lr = float(run.optimizer.lr) / 2

    eager, history, _ = trained("eager", callbacks=[Halve()])
    xla, other, _ = trained("xla", callbacks=[Halve()])
    assert history["lr"] == other["lr"]
    assert np.allclose(eager["1.weight"], xla["1.weight"], rtol=1e-4, atol=1e-6)


def test_a_loss_that_is_not_finite_ends_before_its_step() -> None:
    x = X.copy()
    x[33] = 1e38
    dataset = DataLoader(ArrayDataset(x, X[:, :1]), 10)
    found = []
    for engine in ("eager", "xla"):
        net = nn.Sequential(nn.Linear(6, 1, rng=0))
        optimizer = optim.SGD(net.parameters(), lr=0.01)
        with pytest.raises(DivergenceError) as error:
            fit(net, dataset, loss=nn.MSELoss(), optimizer=optimizer, epochs=2, progress=False,
                engine=engine)  # fmt: skip
        found.append((str(error.value), net.state_dict()))
    assert found[0][0] == found[1][0]
    assert "after step 3" in found[0][0]
    assert np.allclose(found[0][1]["0.weight"], found[1][1]["0.weight"], rtol=1e-5)


def test_what_a_callback_changes_in_the_loss_is_used() -> None:
    class Smooth:
        def __init__(self, loss: nn.CrossEntropyLoss) -> None:
            self.loss = loss

        def on_epoch(self, run: training.Run) -> None:
            self.loss.label_smoothing = 0.1 * run.epoch

    found = []
    for engine in ("eager", "xla"):
        loss = nn.CrossEntropyLoss()
        found.append(trained(engine, loss=loss, callbacks=[Smooth(loss)])[1]["loss"])
    assert found[0] == pytest.approx(found[1], rel=1e-4)


@pytest.mark.parametrize("engine", ["eager", "xla"])
@pytest.mark.parametrize("kind", [optim.SGD, optim.Adam])
def test_the_step_whose_loss_is_not_finite_leaves_no_trace(kind: Any, engine: str) -> None:
    """Parameters, running statistics and the optimizer's state are those of the step before."""

    def state_after(samples: int) -> tuple[dict[str, Any], bool]:
        net = nn.Sequential(nn.BatchNorm1d(6), nn.Dropout(0.2, rng=1), nn.Linear(6, 1, rng=0))
        optimizer = kind(net.parameters(), lr=0.01)
        data = DataLoader(ArrayDataset(X[:samples], targets[:samples]), 10)
        try:
            fit(net, data, loss=nn.MSELoss(), optimizer=optimizer, epochs=1, progress=False,
                engine=engine, rng=0)  # fmt: skip
        except DivergenceError:
            ended = True
        else:
            ended = False
        drawn = {"drawn": np.array(net[1].rng.counter.value)}
        return net.state_dict() | optimizer.state_dict() | drawn, ended

    targets = X[:, :1].copy()
    targets[33] = 1e38
    (three_steps, ended), (four_steps, other_ended) = state_after(30), state_after(50)
    assert (ended, other_ended) == (False, True)
    for name, array in three_steps.items():
        assert np.allclose(four_steps[name], array, rtol=1e-5, atol=1e-7), name


def test_a_branch_on_a_value_is_an_error_that_changes_nothing() -> None:
    class Branching(nn.Module):
        def __init__(self) -> None:
            self.inner = nn.Linear(6, 2, rng=0)

        def forward(self, x: Any) -> Any:
            y = self.inner(x)
            return y * 2.0 if y.value.sum() > 0 else y

    net = Branching()
    before = net.state_dict()
    with pytest.raises(GraphError, match=r"npl\.where for a choice"):
        trained("xla", net=net)
    assert all(np.array_equal(before[name], array) for name, array in net.state_dict().items())


def test_a_variable_the_training_does_not_know_is_named() -> None:
    forgotten = npl.Variable(np.float32(1.0), name="forgotten")
    loss = nn.CrossEntropyLoss()
    with pytest.raises(GraphError, match="reads the Variable 'forgotten'"):
        trained("xla", loss=lambda output, target: forgotten * loss(output, target))


def test_a_checkpoint_of_another_engine_is_not_gone_on_with(tmp_path: Path) -> None:
    path = tmp_path / "run.safetensors"
    trained("xla", checkpoint=path)
    with pytest.raises(FileFormatError, match="engine = xla, this one has eager"):
        trained("eager", checkpoint=path, resume=True, epochs=8)
    longer, _, _ = trained("auto", checkpoint=path, resume=True, epochs=8)
    assert np.array_equal(longer["1.weight"], trained("xla", epochs=8)[0]["1.weight"])


def test_twenty_thousand_epochs_of_one_batch(tmp_path: Path) -> None:
    path = tmp_path / "run.safetensors"
    net = nn.Sequential(nn.Linear(6, 2, rng=0))
    _, history, _ = trained("xla", net=net, batch_size=50, epochs=20_000, checkpoint=path)
    assert len(history) == 20_000
    assert history[-1]["epoch"] == 20_000
    assert history[-1]["loss"] < 0.1 < history[0]["loss"]
    assert json.loads(history.lines()[123])["epoch"] == 124


def test_auto_compiles_what_takes_long(tmp_path: Path) -> None:
    path = tmp_path / "run.safetensors"
    for epochs, expected in ((4, "eager"), (100_000, "xla")):
        with pytest.raises(RuntimeError, match="halted"):
            trained("auto", callbacks=[Stop(2)], epochs=epochs, checkpoint=path, checkpoint_every=1)
        assert Checkpoint.read(path).notes["settings"]["engine"] == expected


def test_auto_does_without_a_program_where_there_can_be_none() -> None:
    class Branching(nn.Module):
        def __init__(self) -> None:
            self.inner = nn.Linear(6, 2, rng=0)

        def forward(self, x: Any) -> Any:
            y = self.inner(npl.reshape(x, shape=(-1, 6)))
            return y * 2.0 if y.value.sum() > 0 else y

    settings: dict[str, Any] = {"data": augmented(), "callbacks": [Stop(2)], "epochs": 100_000}
    with pytest.warns(UserWarning, match="not compiled"), pytest.raises(RuntimeError):
        trained("auto", net=(tried := Branching()), **settings)
    with pytest.raises(RuntimeError):
        trained("eager", net=(eager := Branching()), **settings)
    assert np.array_equal(tried.inner.weight.value, eager.inner.weight.value)


def test_engines_are_named() -> None:
    with pytest.raises(ValueError, match="engine is one of 'auto', 'eager', 'xla', got 'jax'"):
        trained("jax")


class Freezing:
    """Freezes the first layer after two epochs."""

    def on_epoch(self, run: training.Run) -> None:
        for name, parameter in run.net.named_parameters():
            parameter.requires_grad = not (run.epoch >= 2 and name.startswith("1."))


def test_what_is_frozen_stays() -> None:
    eager, _, _ = trained("eager", callbacks=[Freezing()])
    xla, _, _ = trained("xla", callbacks=[Freezing()])
    for name, array in eager.items():
        assert np.allclose(array, xla[name], rtol=1e-4, atol=1e-6), name


class Fading(nn.Module):
    def __init__(self, factor: Any) -> None:
        self.layer, self.factor = nn.Linear(6, 2, rng=0), factor

    def forward(self, x: Any) -> Any:
        if isinstance(self.factor, np.random.Generator):
            return self.layer(x) * np.float32(self.factor.normal())
        if self.training:
            self.factor = self.factor * np.float32(0.9)
        return self.layer(x) * self.factor


@pytest.mark.parametrize("factor", [np.float32(1), np.ones(2, "f4"), np.random.default_rng(0)])
def test_what_changes_outside_of_variables_is_named(factor: Any) -> None:
    with pytest.raises(GraphError, match=r"changes the attribute 0\.factor"):
        trained("xla", net=Fading(factor))


def test_validation_keeps_the_dtype_of_targets() -> None:
    def shifted(output: Any, target: Any) -> Any:
        return npl.mean((output + 1e6 - target) ** 2)

    data = X, X[:, :1].astype(np.float64) + 1e6
    settings: dict[str, Any] = {"loss": shifted, "validation": 0.3}
    one, other = (
        trained(e, data, net=nn.Sequential(nn.Linear(6, 1, rng=0)), **settings)[1]
        for e in ("eager", "xla")
    )
    assert other[-1]["val_loss"] == pytest.approx(one[-1]["val_loss"], rel=1e-5)


def test_labels_of_a_stream_are_looked_at() -> None:
    labels = T.copy()
    labels[30] = 7
    with pytest.raises(DataError, match="the target 7"):
        trained("xla", list(zip(X, labels, strict=True)))


def test_a_loader_may_stand_within_an_epoch() -> None:
    first, second = (DataLoader(ArrayDataset(X, T), 10, shuffle=True, rng=0) for _ in range(2))
    batches = iter(first)
    next(batches)
    next(batches)
    second.load_state_dict(first.state_dict())
    assert len(trained("xla", second)[1]) == 4


class Choosing(nn.Module):
    """Branches on a value for what only the smaller last batch, or only validation, brings."""

    def __init__(self, when: str) -> None:
        self.layer, self.dropout, self.when = nn.Linear(6, 2, rng=0), nn.Dropout(0.3, rng=1), when

    def forward(self, x: Any) -> Any:
        y = self.dropout(self.layer(x))
        if len(x) < 16 if self.when == "last" else not self.training:
            y = y if float(npl.sum(y).detach()) < 1e9 else 2.0 * y
        return y


@pytest.mark.parametrize("when", ["last", "validation"])
def test_auto_goes_on_eagerly_wherever_a_program_ends(
    when: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("neuropil.training.engines.choice.WORTH_COMPILING", 0.0)
    settings: dict[str, Any] = {"batch_size": 16, "validation": 0.2}
    eager, one, _ = trained("eager", net=Choosing(when), **settings)
    with pytest.warns(UserWarning, match="not compiled"):
        auto, other, _ = trained("auto", net=Choosing(when), **settings)
    for name, array in eager.items():
        assert np.allclose(array, auto[name], rtol=1e-4, atol=1e-6), name
    assert other[-1]["val_loss"] == pytest.approx(one[-1]["val_loss"], rel=1e-4)
