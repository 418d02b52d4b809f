from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from neuropil import Variable, data, nn, optim, random
from neuropil.data import ArrayDataset, DataLoader
from neuropil.errors import DataError, DivergenceError
from neuropil.training import LearningRateCurve, find_learning_rate

X = np.random.default_rng(0).normal(size=(40, 3)).astype(np.float32)
Y = (X @ np.array([[1.0], [-2.0], [0.5]])).astype(np.float32)


def found(net: Any = None, **settings: Any) -> LearningRateCurve:
    net = net or nn.Linear(3, 1, rng=0)
    settings.setdefault("optimizer", optim.SGD(net.parameters(), lr=0.1))
    defaults: dict[str, Any] = {"data": (X, Y), "loss": nn.MSELoss(), "batch_size": 8}
    return find_learning_rate(net, **(defaults | settings))


def test_it_finds_where_a_linear_problem_is_learned() -> None:
    curve = found(highest=100.0)
    assert len(curve.rates) == len(curve.losses) == len(curve.smoothed) < 200  # it diverges
    assert np.isfinite(curve.losses).all()
    assert (np.diff(curve.rates) > 0).all()
    limit = 1.0 / np.linalg.eigvalsh(X.T @ X / len(X))[-1]  # of stability, for full batches
    assert curve.suggestion is not None
    assert 0.01 * limit < curve.suggestion < 3.0 * limit


@pytest.mark.parametrize("lr", [1e-5, 0.3])
def test_the_optimizers_own_rate_does_not_matter(lr: float) -> None:
    net = nn.Linear(3, 1, rng=0)
    curve = found(net, optimizer=optim.SGD(net.parameters(), lr=lr))
    np.testing.assert_array_equal(curve.losses, found().losses)


class Fails(nn.Module):
    """Lets the third call fail."""

    def __init__(self) -> None:
        self.calls = 0

    def forward(self, x: Any) -> Any:
        self.calls += 1
        if self.calls == 5:
            raise RuntimeError("in the middle")
        return x


@pytest.mark.parametrize("fails", [False, True])
def test_everything_is_as_it_was(fails: bool) -> None:
    middle: list[nn.Module] = [Fails()] if fails else []
    net = nn.Sequential(nn.Linear(3, 4, rng=0), nn.Dropout(0.5, rng=3), *middle, nn.Dropout(0.2))
    net.append(nn.Linear(4, 1, rng=1))
    net[0].eval()
    optimizer = optim.Adam(net.parameters(), lr=0.1)
    generator = random.Generator(7)
    for parameter in net.parameters():
        parameter.grad = np.ones_like(parameter.value)
    optimizer.step()
    loader = DataLoader(ArrayDataset(X, Y), 8, shuffle=True, rng=5)

    def everything() -> list[Any]:
        arrays = [*net.state_dict().values(), *optimizer.state_dict().values()]
        arrays += [parameter.grad for parameter in net.parameters()]
        for state in (generator.state_dict(), net[1].rng.state_dict(), loader.state_dict()):
            arrays += state.values()
        arrays += random.default.as_generator().state_dict().values()
        modes = [module.training for module in net.modules()]
        return [array.tobytes() for array in arrays] + modes

    before, held = everything(), [id(p.value) for p in net.parameters()]
    if fails:
        with pytest.raises(RuntimeError, match="in the middle"):
            found(net, data=loader, optimizer=optimizer, rng=generator)
    else:
        found(net, data=loader, optimizer=optimizer, rng=generator)
    assert everything() == before
    assert [id(p.value) for p in net.parameters()] == held


def test_a_seed_repeats_it() -> None:
    np.testing.assert_array_equal(found(rng=1).losses, found(rng=1).losses)
    assert found(rng=1).losses.tolist() != found(rng=2).losses.tolist()


@pytest.mark.parametrize("samples", [1, 2])
def test_tiny_data_is_gone_through_again_and_again(samples: int) -> None:
    curve = found(data=(X[:samples], Y[:samples]), steps=50)
    assert curve.suggestion is not None


def test_a_loss_that_turns_nan_ends_the_curve() -> None:
    class Fragile(nn.Module):
        def __init__(self) -> None:
            self.weight = nn.Parameter(np.array([1.0], np.float32))

        def forward(self, x: Any) -> Any:
            return x[:, :1] * 0.0 + self.weight**0.5

    curve = found(Fragile(), data=(X, 0.0 * Y), highest=1e4)
    assert 10 < len(curve.losses) < 200
    assert np.isfinite(curve.losses).all()


def test_where_nothing_falls_nothing_is_suggested() -> None:
    rates = np.geomspace(1e-5, 1.0, 50)
    assert LearningRateCurve.of(rates, np.linspace(1.0, 3.0, 50)).suggestion is None
    assert LearningRateCurve.of(rates[:3], np.array([3.0, 2.0, 1.0])).suggestion is None


def test_a_network_that_is_broken_before_the_first_step_is_told() -> None:
    net = nn.Linear(3, 1, rng=0)
    net.weight.value[0, 0] = np.nan
    with pytest.raises(DivergenceError, match="before the first step"):
        found(net)


def test_clipping_and_penalties_take_part() -> None:
    clipped = found(clip=optim.ClipNorm(1e-3), steps=50)
    assert len(clipped.losses) == 50  # steps this short diverge nowhere
    assert found(penalty=optim.L2(10.0)).losses.tolist() != found().losses.tolist()


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"lowest": 0.0}, ValueError, "both finite and above 0, got lowest=0.0"),
        ({"lowest": 1.0, "highest": 0.1}, ValueError, "rise from lowest to highest"),
        ({"highest": float("nan")}, ValueError, "highest=nan"),
        ({"highest": float("inf")}, ValueError, "highest=inf"),
        ({"steps": 5}, ValueError, "at least 10 steps, got 5"),
        ({"data": (X[:0], Y[:0])}, DataError, "no samples"),
        ({"optimizer": optim.SGD([Variable([1.0])])}, ValueError, "none of the network's"),
        ({"optimizer": None}, TypeError, "optimizer is an optimizer such as"),
        ({"clip": 1.0}, TypeError, r"clip is an object such as optim\.ClipNorm"),
    ],
)
def test_what_cannot_be_searched_is_refused(
    settings: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        found(**settings)


def test_the_curve_is_drawn_with_its_suggestion() -> None:
    curve = found()
    figure = curve.plot()
    assert len(figure.axes[0].lines) == 3
    without = LearningRateCurve.of(curve.rates, np.ones(len(curve.rates))).plot()
    assert len(without.axes[0].lines) == 2


def test_it_serves_the_lecture_data() -> None:
    net = nn.Sequential(nn.Linear(2, 8, rng=1), nn.Tanh(), nn.Linear(8, 1, rng=2))
    curve = found(net, data=data.xor(), loss=nn.BCEWithLogitsLoss(), batch_size=4,
                  optimizer=optim.Adam(net.parameters()))  # fmt: skip
    assert curve.suggestion is not None
    assert 1e-3 < curve.suggestion < 1.0


@pytest.mark.parametrize("steps", [10, 30, 200])
def test_noise_alone_is_no_fall(steps: int) -> None:
    """Nine of ten times at least; a fall of ten times the noise is found as often."""
    rng, rates = np.random.default_rng(0), np.geomspace(1e-7, 10.0, steps)

    def suggested(fall: float) -> float:
        losses = 2.3 - fall / (1.0 + (1e-3 / rates) ** 2)
        curves = (LearningRateCurve.of(rates, rng.normal(losses, 0.05)) for _ in range(300))
        return float(np.mean([curve.suggestion is not None for curve in curves]))

    assert suggested(0.0) < 0.1
    assert suggested(0.5) > 0.9
