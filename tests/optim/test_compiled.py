"""A training step is made of arrays only: JAX compiles it as it is, and it is the same step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from neuropil import nn, optim

RNG = np.random.default_rng(0)
IMAGES, LABELS = RNG.standard_normal((4, 1, 8, 8)), RNG.integers(0, 5, 4)
STEPS = 3


class Training:
    """A network of most layers with a loss of most settings."""

    def __init__(self, make: Callable[..., optim.Optimizer]) -> None:
        self.net = nn.Sequential(
            nn.Conv2d(1, 4, 3, padding=1, rng=0),
            nn.ReLU(),
            nn.MaxPool2d(3, 2, padding=1),
            nn.Conv2d(4, 4, 2, groups=2, rng=1),
            nn.AvgPool2d(2, 1, padding=1, count_include_pad=False),
            nn.Flatten(),
            nn.Linear(64, 5, rng=2),
        ).astype(np.float64)
        self.optimizer = make(self.net.parameters())
        self.loss = nn.CrossEntropyLoss(np.linspace(0.5, 1.0, 5), label_smoothing=0.1)
        self.penalty = optim.L1(1e-3)
        self.state = [*self.net.parameters(), *self.optimizer.variables().values()]

    def step(self, images: Any, labels: Any) -> Any:
        self.optimizer.zero_grad()
        loss = self.loss(self.net(images), labels)
        (loss + self.penalty(self.optimizer.params)).backward()
        optim.clip_grad_norm_(self.optimizer.params, 0.5)
        optim.clip_grad_value_(self.optimizer.params, 0.1)
        self.optimizer.step()
        return loss.value


@pytest.mark.fast
@pytest.mark.parametrize(
    "make",
    [
        lambda params: optim.SGD(params, lr=0.01, momentum=0.9, dampening=0.2),
        lambda params: optim.Adam(params, lr=0.01, weight_decay=0.1),
        lambda params: optim.AdamW(params, lr=0.01, weight_decay=0.1),
        lambda params: optim.RMSprop(
            params, lr=0.01, weight_decay=0.1, momentum=0.9, centered=True
        ),
        lambda params: optim.Adagrad(params, lr=0.01, lr_decay=0.1),
    ],
    ids=["sgd", "adam", "adamw", "rmsprop", "adagrad"],
)
def test_a_step_compiled_by_jax_is_the_eager_step(make: Callable[..., optim.Optimizer]) -> None:
    jax = pytest.importorskip("jax")
    eager, traced = Training(make), Training(make)

    def pure_step(values: list[Any], images: Any, labels: Any) -> tuple[Any, list[Any]]:
        for variable, value in zip(traced.state, values, strict=True):
            variable.value = value
        return traced.step(images, labels), [variable.value for variable in traced.state]

    with jax.enable_x64(True):
        compiled = jax.jit(pure_step)
        values = [jax.numpy.asarray(variable.value) for variable in traced.state]
        for _ in range(STEPS):
            loss, values = compiled(values, jax.numpy.asarray(IMAGES), jax.numpy.asarray(LABELS))
            np.testing.assert_allclose(loss, eager.step(IMAGES, LABELS), rtol=1e-12)
        for variable, value in zip(eager.state, values, strict=True):
            np.testing.assert_allclose(value, variable.value, rtol=1e-10, atol=1e-14)
