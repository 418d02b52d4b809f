from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import neuropil as npl
from neuropil import nn
from neuropil.training.engines.effort import PER_TURN, eager_seconds


def seconds(layer: nn.Module, length: int) -> float:
    """The estimate for ten steps on sequences of this length."""
    x = np.ones((1, length, 3), np.float32)
    run: Any = SimpleNamespace(loader=SimpleNamespace(batch_size=1, dataset=x), net=layer, steps=10)
    return eager_seconds(run, npl.sum(layer(x)))


def test_each_turn_of_a_loop_takes_time() -> None:
    layer = nn.LastState(nn.LSTM(3, 4, batch_first=True))
    turns = (seconds(layer, 200) - seconds(layer, 100)) / 10
    assert turns == pytest.approx(100 * PER_TURN, rel=0.1)
