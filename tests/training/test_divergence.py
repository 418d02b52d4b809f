from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import neuropil as npl
from neuropil import nn, random
from neuropil.errors import DivergenceError
from neuropil.optim import SGD
from neuropil.training import Checkpoint, Run, fit

if TYPE_CHECKING:
    from pathlib import Path

X = np.random.default_rng(0).normal(size=(16, 3)).astype(np.float32)
Y = np.random.default_rng(1).normal(size=(16, 2)).astype(np.float32)


def train(net: nn.Module, lr: float = 0.01, data: Any = (X, Y), **settings: Any) -> Any:
    defaults: dict[str, Any] = {"loss": nn.MSELoss(), "epochs": 4, "batch_size": 4}
    return fit(
        net, data, optimizer=SGD(net.parameters(), lr=lr), rng=0, progress=False,
        **(defaults | settings),
    )  # fmt: skip


class FromStep(nn.Module):
    """Lets everything pass until it has been called so often, then gives NaN."""

    def __init__(self, calls: int) -> None:
        self.calls_left = calls

    def forward(self, x: Any) -> Any:
        self.calls_left -= 1
        return x if self.calls_left > 0 else x * np.float32("nan")


def test_the_innermost_layer_where_it_began_is_named() -> None:
    inner = nn.Sequential(nn.Linear(3, 4, rng=0), FromStep(8), nn.ReLU())
    net = nn.Sequential(inner, nn.Linear(4, 2, rng=1))
    with pytest.raises(DivergenceError) as caught:
        train(net)
    message = str(caught.value)
    assert message.startswith("layer 0.1: FromStep gave the first numbers that are not finite")
    assert "the loss is nan; training stopped in epoch 2 after step 6." in message
    assert "Try a smaller learning rate (it is 0.01)" in message
    assert caught.value.layer_path == ("0", "1")


def test_what_a_module_does_between_its_layers_is_its_own() -> None:
    class Between(nn.Module):
        def __init__(self) -> None:
            self.first, self.second = nn.Linear(3, 3, rng=0), nn.Linear(3, 2, rng=1)

        def forward(self, x: Any) -> Any:
            return self.second(self.first(x) * scale)

    scale = np.ones((), np.float32)

    class Later:
        def on_step(self, run: Run) -> None:
            if run.step == 5:
                scale[...] = np.inf

    with pytest.raises(DivergenceError, match=r"^layer 0: Between gave the first"):
        train(nn.Sequential(Between()), callbacks=[Later()])


def test_a_learning_rate_that_is_too_large(tmp_path: Path) -> None:
    net = nn.Sequential(nn.Linear(3, 8, rng=0), nn.ReLU(), nn.Linear(8, 2, rng=1))
    path = tmp_path / "run.safetensors"
    with pytest.raises(DivergenceError, match=r"^layer ") as caught:
        train(net, lr=1e30, checkpoint=path, checkpoint_every=1, epochs=50)
    saved = Checkpoint.read(path)
    assert f"{path} holds the state after step {saved.notes['step']}" in str(caught.value)
    for array in saved.part("network").values():
        assert np.isfinite(array).all()


class Break:
    """Puts a number that is not finite into a parameter."""

    def __init__(self, step: int, epoch: bool = False) -> None:
        self.step = step

    def on_step(self, run: Run) -> None:
        if run.step == self.step:
            dict(run.net.named_parameters())["0.bias"].value[0] = np.inf


@pytest.mark.parametrize(("step", "kept"), [(2, 0), (4, 0), (6, 4), (16, 12)])
def test_parameters_are_looked_at_and_never_saved_broken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int, kept: int
) -> None:
    monkeypatch.setattr("neuropil.training.checkpoint.APART", 0.0)  # one each epoch
    net = nn.Sequential(nn.Linear(3, 2, rng=0))
    path = tmp_path / "run.safetensors"
    with pytest.raises(DivergenceError, match=r"^layer 0: the last update left .* in bias"):
        train(net, callbacks=[Break(step)], checkpoint=path)
    saved = Checkpoint.read(path)
    assert saved.notes["step"] == kept
    assert np.isfinite(saved.part("network")["0.bias"]).all()


def test_a_last_step_that_breaks_is_found_without_a_checkpoint_too() -> None:
    with pytest.raises(DivergenceError, match=r"in bias; .*\(checkpoint=PATH keeps one\)"):
        train(nn.Sequential(nn.Linear(3, 2, rng=0)), callbacks=[Break(16)])


def test_data_that_is_not_finite_is_blamed() -> None:
    samples = [(x, y) for x, y in zip(X.copy(), Y, strict=True)]
    samples[7] = (np.full(3, np.nan, np.float32), Y[7])
    with pytest.raises(DivergenceError, match="the inputs of a batch hold numbers"):
        train(nn.Linear(3, 2, rng=0), data=samples)


def test_a_loss_without_limits_is_blamed() -> None:
    def log_loss(output: Any, target: Any) -> Any:
        return npl.mean(npl.log(output * np.float32(0.0)))

    net = nn.Sequential(nn.Linear(3, 2, rng=0), nn.Sigmoid())
    with pytest.raises(DivergenceError, match=r"outputs are finite .* but their loss is not"):
        train(net, loss=log_loss)


def test_the_pass_is_repeated_with_the_same_random_numbers() -> None:
    class Rarely(nn.Module):
        """NaN once in many draws: with other numbers the repeated pass would find nothing."""

        def forward(self, x: Any) -> Any:
            unlucky = self.training and random.as_generator().uniform() < 0.02
            return x * np.float32(np.nan if unlucky else 1)

    net = nn.Sequential(nn.Linear(3, 2, rng=0), Rarely())
    with pytest.raises(DivergenceError, match=r"^layer 1: Rarely gave the first"):
        train(net, epochs=500)


def test_a_loss_that_overflows_is_blamed() -> None:
    net = nn.Sequential(nn.Linear(3, 8, rng=0), nn.ReLU(), nn.Linear(8, 2, rng=1))
    with pytest.raises(
        DivergenceError, match=r"outputs are finite \(from -.*e\+22 to .* overflows"
    ):
        train(net, lr=1e12)


def test_finite_numbers_may_be_large() -> None:
    def large(output: Any, target: Any) -> Any:
        return npl.mean(output * np.float32(0.0)) + np.float32(3e38)

    assert len(train(nn.Linear(3, 2, rng=0), loss=large)) == 4


def test_a_batch_that_weighs_nothing_is_blamed() -> None:
    net = nn.Linear(2, 2, rng=0)
    loss = nn.CrossEntropyLoss(weight=np.array([0.0, 1.0], np.float32))
    samples = np.ones((2, 2), np.float32), np.array([0, 0])
    with pytest.raises(DivergenceError, match="classes of weight 0, or labels that are ignored"):
        fit(net, samples, loss=loss, optimizer=SGD(net.parameters()), epochs=1, progress=False)
