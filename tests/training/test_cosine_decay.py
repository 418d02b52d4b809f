from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuropil import nn, optim, training
from neuropil.training import CosineDecay

POINTS = np.zeros((6, 2), np.float32), np.zeros((6, 1), np.float32)


class Rates:
    """Notes the learning rate each step was taken with."""

    def __init__(self) -> None:
        self.found: list[float] = []

    def on_start(self, run: training.Run) -> None:
        self.found.append(run.learning_rate)

    def on_step(self, run: training.Run) -> None:
        self.found.append(run.learning_rate)


def rates(initial: float, final: float, epochs: int, batch_size: int) -> np.ndarray:
    net = nn.Linear(2, 1, rng=0)
    optimizer = optim.SGD(net.parameters(), lr=initial)
    seen = Rates()
    training.fit(
        net,
        POINTS,
        loss=nn.MSELoss(),
        optimizer=optimizer,
        epochs=epochs,
        batch_size=batch_size,
        callbacks=[CosineDecay(optimizer, final), seen],
        progress=False,
        rng=0,
    )
    return np.array(seen.found)


@given(
    initial=st.floats(1e-3, 1.0),
    share=st.floats(0.0, 1.0),
    epochs=st.integers(1, 4),
    batch_size=st.integers(1, 6),
)
def test_it_falls_from_the_first_rate_to_the_last_symmetrically(
    initial: float, share: float, epochs: int, batch_size: int
) -> None:
    final = share * initial
    found = rates(initial, final, epochs, batch_size)
    assert found[0] == pytest.approx(initial)
    assert found[-1] == pytest.approx(final)
    assert (np.diff(found) <= 1e-12).all()
    assert found + found[::-1] == pytest.approx(initial + final)


@pytest.mark.parametrize("final", [-0.1, 0.2])
def test_an_impossible_end_is_refused(final: float) -> None:
    optimizer = optim.SGD(nn.Linear(2, 1, rng=0).parameters(), lr=0.1)
    with pytest.raises(ValueError, match=r"final is expected from 0 to 0\.1"):
        CosineDecay(optimizer, final)


def test_it_goes_on_with_an_optimizer_whose_rate_has_fallen(tmp_path: Path) -> None:
    def train(optimizer: optim.Optimizer, net: nn.Module, **settings: Any) -> list[float]:
        decay = CosineDecay(optimizer)
        history = training.fit(
            net, POINTS, loss=nn.MSELoss(), optimizer=optimizer, rng=0, batch_size=2,
            callbacks=[decay], progress=False, **settings,
        )  # fmt: skip
        return history["lr"]

    net = nn.Linear(2, 1, rng=0)
    optimizer = optim.SGD(net.parameters(), lr=0.1)
    path = tmp_path / "run"
    train(optimizer, net, epochs=2, checkpoint=path)
    assert optimizer.lr.item() == pytest.approx(0.0)
    found = train(optimizer, net, epochs=4, checkpoint=path, resume=True)
    other = nn.Linear(2, 1, rng=0)
    assert found[2:] == train(optim.SGD(other.parameters(), lr=0.1), other, epochs=4)[2:]
    with pytest.raises(ValueError, match=r"learning rate is 0: .*set optimizer\.lr"):
        train(optimizer, net, epochs=2)
