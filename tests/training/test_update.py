"""fit with a schedule, clipping and a penalty."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from neuropil import nn, optim
from neuropil.errors import FileFormatError
from neuropil.training import Checkpoint, History, Run, fit

RNG = np.random.default_rng(0)
DATA = RNG.normal(size=(30, 3)).astype(np.float32), RNG.integers(2, size=30)


class Halt(Exception):
    """Stands for whatever stops a training in the middle."""


class Rates:
    """Notes the learning rate of each step, and may halt after one."""

    def __init__(self, halt: int = 0) -> None:
        self.found: list[float] = []
        self.halt = halt

    def on_step(self, run: Run) -> None:
        self.found.append(run.learning_rate)
        if run.step == self.halt:
            raise Halt


def made(lr: float = 0.1) -> tuple[nn.Module, optim.SGD]:
    net = nn.Sequential(nn.Linear(3, 4, rng=0), nn.Dropout(0.5), nn.Linear(4, 2, rng=1))
    return net, optim.SGD(net.parameters(), lr=lr, momentum=0.9)


def train(net: nn.Module, optimizer: optim.Optimizer, **settings: Any) -> History:
    defaults: dict[str, Any] = {"epochs": 4, "batch_size": 4, "rng": 0, "progress": False}
    return fit(net, DATA, loss=nn.CrossEntropyLoss(), optimizer=optimizer, **(defaults | settings))


SCHEDULES = [
    optim.CosineDecay(0.1),
    optim.Warmup(0.7, then=optim.StepDecay(1)),
    optim.OneCycle(),
]


@pytest.mark.parametrize("schedule", SCHEDULES, ids=repr)
def test_each_step_has_the_rate_of_the_schedule(schedule: optim.Schedule) -> None:
    net, optimizer = made()
    rates = Rates()
    history = train(net, optimizer, schedule=schedule, callbacks=[rates])
    np.testing.assert_allclose(rates.found, 0.1 * schedule.factors(32, 8))
    assert history["lr"] == rates.found[7::8]
    assert optimizer.lr.item() == 0.1


def test_a_second_training_begins_with_the_rate_again() -> None:
    net, optimizer = made()
    once, again = Rates(), Rates()
    train(net, optimizer, schedule=optim.CosineDecay(), callbacks=[once])
    train(net, optimizer, schedule=optim.CosineDecay(), callbacks=[again])
    assert once.found == again.found


def test_whatever_ends_the_training_the_rate_comes_back() -> None:
    net, optimizer = made()
    with pytest.raises(Halt):
        train(net, optimizer, schedule=optim.CosineDecay(), callbacks=[Rates(halt=20)])
    assert optimizer.lr.item() == 0.1


def bits(net: nn.Module, optimizer: optim.Optimizer) -> list[bytes]:
    return [a.tobytes() for a in (*net.state_dict().values(), *optimizer.state_dict().values())]


@pytest.mark.parametrize("schedule", SCHEDULES, ids=repr)
@pytest.mark.parametrize("halt", [1, 8, 19])
def test_resumed_it_ends_with_the_same_bits(
    tmp_path: Path, schedule: optim.Schedule, halt: int
) -> None:
    settings: dict[str, Any] = {
        "schedule": schedule,
        "clip": optim.ClipNorm(0.5),
        "penalty": optim.L1(1e-3),
        "checkpoint": tmp_path / "run",
        "checkpoint_every": 3,
        "resume": True,
    }
    whole = made()
    train(*whole, **settings | {"checkpoint": tmp_path / "whole"})
    with pytest.raises(Halt):
        train(*made(), **settings, callbacks=[Rates(halt)])
    resumed = made(lr=0.7)  # the rate the training was begun with counts
    train(*resumed, **settings)
    assert bits(*resumed) == bits(*whole)
    finished = made(lr=0.7)
    train(*finished, **settings)
    assert bits(*finished) == bits(*whole)
    assert finished[1].lr.item() == 0.1


def test_more_epochs_go_on_with_the_schedule_of_all_of_them(tmp_path: Path) -> None:
    def rates(epochs: int) -> list[float]:
        seen = Rates()
        train(*made(), schedule=optim.CosineDecay(), epochs=epochs, callbacks=[seen],
              checkpoint=tmp_path / "run", resume=True)  # fmt: skip
        return seen.found

    assert len(rates(2)) == 16
    np.testing.assert_allclose(rates(4), 0.1 * optim.CosineDecay().factors(32)[16:])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"schedule": optim.CosineDecay(0.5)}, r"schedule = CosineDecay\(final=0.0\), this one"),
        ({"schedule": None}, "this one has None"),
        ({"penalty": optim.L2(1.0)}, r"penalty = None, this one has L2\(strength=1.0"),
        ({"clip": optim.ClipValue(1.0)}, "clip = None, this one has ClipValue"),
    ],
)
def test_another_update_is_refused_on_resuming(
    tmp_path: Path, change: dict[str, Any], message: str
) -> None:
    settings: dict[str, Any] = {"schedule": optim.CosineDecay(), "checkpoint": tmp_path / "run"}
    with pytest.raises(Halt):
        train(*made(), callbacks=[Rates(9)], **settings)
    with pytest.raises(FileFormatError, match=message):
        train(*made(), resume=True, **(settings | change))


def test_a_schedule_of_the_users_own_is_known_by_what_it_was_made_with(tmp_path: Path) -> None:
    class Alternating(optim.Schedule):
        def __init__(self, low: float) -> None:
            self.low = low

        def factor(self, step: int, steps: int, steps_per_epoch: int) -> float:
            return self.low if step % 2 else 1.0

    train(*made(), schedule=Alternating(0.5), checkpoint=tmp_path / "run")
    assert Checkpoint.read(tmp_path / "run").notes["settings"]["schedule"] == "Alternating(low=0.5)"


def test_the_penalty_acts_but_does_not_count_as_loss() -> None:
    (net, optimizer), (decayed, decaying) = made(), made()
    decaying.weight_decay = 0.5
    history = train(net, optimizer, penalty=optim.L2(0.5))
    expected = train(decayed, decaying)
    np.testing.assert_allclose(history["loss"], expected["loss"], rtol=1e-5)
    for ours, theirs in zip(net.parameters(), decayed.parameters(), strict=True):
        np.testing.assert_allclose(ours.value, theirs.value, rtol=1e-4, atol=1e-6)
    assert train(*made(), penalty=optim.L2(0.5))["loss"] != train(*made())["loss"]


def test_clipping_limits_what_a_step_moves() -> None:
    net, _ = made()
    optimizer = optim.SGD(net.parameters(), lr=1.0)
    before = np.concatenate([np.ravel(p.value) for p in net.parameters()])
    train(net, optimizer, clip=optim.ClipNorm(1e-3), epochs=1)
    after = np.concatenate([np.ravel(p.value) for p in net.parameters()])
    assert 0.0 < np.linalg.norm(after - before) <= 8 * 1e-3


@pytest.mark.parametrize("rate", [0.0, np.nan, np.inf, -0.1])
def test_a_rate_that_teaches_nothing_is_refused(rate: float) -> None:
    net, optimizer = made()
    optimizer.lr.value = np.asarray(rate)
    message = r"learning rate is (0, .*set optimizer\.lr|a finite number above 0, got)"
    with pytest.raises(ValueError, match=message):
        train(net, optimizer)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"schedule": optim.CosineDecay}, r"schedule is an object such as optim\.CosineDecay\(\)"),
        ({"schedule": 0.1}, "schedule is an object .* got 0.1"),
        ({"clip": 1.0}, r"clip is an object such as optim\.ClipNorm"),
        ({"penalty": 1e-4}, r"penalty is an object such as optim\.L2"),
    ],
)
def test_what_is_no_such_object_is_refused(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(TypeError, match=message):
        train(*made(), **settings)


def test_l_bfgs_is_refused_with_advice() -> None:
    net, _ = made()
    with pytest.raises(
        ValueError, match=r"LBFGS needs the same loss .* optimizer\.step\(closure\)"
    ):
        train(net, optim.LBFGS(net.parameters()))
