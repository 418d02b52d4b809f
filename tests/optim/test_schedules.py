"""Laws of schedules, and what they refuse (their numbers: tests/reference)."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuropil import optim

SCHEDULES: list[optim.Schedule] = [
    optim.StepDecay(2),
    optim.MultiStep((1, 3)),
    optim.Exponential(0.9),
    optim.CosineDecay(),
    optim.CosineDecay(0.2),
    optim.Warmup(2),
    optim.Warmup(0.5, then=optim.CosineDecay()),
    optim.Warmup(1, then=optim.Warmup(1, then=optim.StepDecay(1))),
    optim.OneCycle(),
    optim.OneCycle(pct_start=0.0),
    optim.OneCycle(pct_start=1.0),
    optim.OneCycle(pct_start=0.5, three_phase=True, anneal_strategy="linear"),
]


@pytest.mark.parametrize("schedule", SCHEDULES, ids=repr)
@given(epochs=st.integers(1, 6), per_epoch=st.integers(1, 5))
def test_every_factor_is_finite_and_not_negative(
    schedule: optim.Schedule, epochs: int, per_epoch: int
) -> None:
    factors = schedule.factors(epochs * per_epoch, per_epoch)
    assert factors.shape == (epochs * per_epoch,)
    assert (factors >= 0.0).all()
    assert (factors <= 1.0 + 1e-12).all()
    beyond = schedule.factor(epochs * per_epoch + 3, epochs * per_epoch, per_epoch)
    assert 0.0 <= beyond <= 1.0  # a resumed training may have fewer epochs than it was begun with


@given(final=st.floats(0.0, 1.0), steps=st.integers(1, 50))
def test_the_cosine_falls_symmetrically(final: float, steps: int) -> None:
    decay = optim.CosineDecay(final)
    factors = np.array([decay.factor(step, steps, 1) for step in range(steps + 1)])
    assert factors[0] == pytest.approx(1.0)
    assert factors[-1] == pytest.approx(final)
    assert (np.diff(factors) <= 1e-12).all()
    np.testing.assert_allclose(factors + factors[::-1], 1.0 + final)


@given(per_epoch=st.integers(1, 20), rising=st.integers(0, 5))
def test_what_follows_a_warmup_begins_when_that_ends(per_epoch: int, rising: int) -> None:
    then = optim.StepDecay(2, gamma=0.5)
    factors = optim.Warmup(rising, then=then).factors(10 * per_epoch, per_epoch)
    rest = then.factors((10 - rising) * per_epoch, per_epoch)
    np.testing.assert_array_equal(factors[rising * per_epoch :], rest)
    assert (np.diff(factors[: rising * per_epoch + 1]) > 0).all()


def test_equal_settings_are_equal_and_shown() -> None:
    assert optim.CosineDecay(0.1) == optim.CosineDecay(0.1) != optim.CosineDecay()
    assert repr(optim.StepDecay(3)) == "StepDecay(step_size=3, gamma=0.1)"


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: optim.StepDecay(0), ValueError, "step_size is a number of epochs, at least 1"),
        (lambda: optim.StepDecay(cast("Any", float("nan"))), ValueError, "a number of epochs"),
        (lambda: optim.StepDecay(1, gamma=-1.0), ValueError, "gamma is a finite number"),
        (lambda: optim.MultiStep((-1,)), ValueError, "milestones are epochs"),
        (lambda: optim.MultiStep(cast("Any", (float("nan"),))), ValueError, "are epochs"),
        (lambda: optim.Exponential(float("nan")), ValueError, "gamma is a finite number"),
        (lambda: optim.CosineDecay(1.5), ValueError, "final is a share of the learning rate"),
        (lambda: optim.CosineDecay(-0.1), ValueError, "from 0 to 1, got -0.1"),
        (lambda: optim.Warmup(-1), ValueError, "epochs is a finite number"),
        (lambda: optim.Warmup(start_factor=0.0), ValueError, "start_factor is above 0"),
        (lambda: optim.Warmup(then=cast("Any", 3)), TypeError, "then is a schedule such as"),
        (lambda: optim.OneCycle(pct_start=1.5), ValueError, "pct_start is from 0 to 1"),
        (lambda: optim.OneCycle(0.6, three_phase=True), ValueError, "pct_start is from 0 to 0.5"),
        (lambda: optim.OneCycle(div_factor=0.0), ValueError, "div_factor and final_div_factor"),
        (
            lambda: optim.OneCycle(0.3, cast("Any", "sin")),
            ValueError,
            "'cos' or 'linear', got 'sin'",
        ),
        (optim.Schedule, TypeError, "abstract"),
    ],
)
def test_impossible_settings_are_refused(make: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        make()
