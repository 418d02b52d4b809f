"""Clipping of gradients (numbers within a training: tests/reference)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuropil import Variable, optim
from neuropil.errors import DivergenceError


def with_gradients(*gradients: Any) -> list[Variable]:
    parameters = []
    for gradient in gradients:
        parameter = Variable(np.zeros(np.shape(gradient), np.asarray(gradient).dtype))
        parameter.grad = np.array(gradient)
        parameters.append(parameter)
    return [*parameters, Variable([1.0])]  # one without gradient


@given(
    seed=st.integers(0, 2**32),
    bound=st.floats(1e-3, 1e3),
    p=st.sampled_from([1.0, 2.0, 3.5, np.inf]),
)
def test_the_norm_ends_at_its_bound_and_the_direction_stays(
    seed: int, bound: float, p: float
) -> None:
    rng = np.random.default_rng(seed)
    before = [rng.normal(size=(3, 2)), rng.normal(size=4)]
    parameters = with_gradients(*before)
    flat = np.concatenate([g.ravel() for g in before])
    norm = optim.clip_grad_norm_(parameters, bound, p)
    assert norm == pytest.approx(np.linalg.norm(flat, p))
    after = np.concatenate([np.ravel(v.grad) for v in parameters[:2]])
    assert np.linalg.norm(after, p) == pytest.approx(min(norm, bound), rel=1e-2)
    assert np.linalg.norm(after, p) <= bound
    np.testing.assert_allclose(after / np.linalg.norm(after), flat / np.linalg.norm(flat))
    assert parameters[2].grad is None


def test_values_are_cut_and_float32_stays() -> None:
    parameters = with_gradients(np.array([3.0, -0.5, -9.0], np.float32))
    optim.clip_grad_value_(parameters, 1.0)
    assert parameters[0].grad.tolist() == [1.0, -0.5, -1.0]
    assert parameters[0].grad.dtype == np.float32
    optim.clip_grad_norm_(parameters, 0.1)
    assert parameters[0].grad.dtype == np.float32


def test_one_variable_and_none_are_taken_too() -> None:
    parameter = with_gradients([3.0, 4.0])[0]
    assert optim.clip_grad_norm_(parameter, 1.0) == 5.0
    assert optim.clip_grad_norm_([], 1.0) == 0.0


def test_a_norm_that_is_not_finite_is_told_if_wanted() -> None:
    with pytest.raises(DivergenceError, match="norm of the gradients is nan"):
        optim.clip_grad_norm_(with_gradients([np.nan]), 1.0, error_if_nonfinite=True)
    parameters = with_gradients([np.nan, 1.0])
    assert np.isnan(optim.clip_grad_norm_(parameters, 1.0))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: optim.ClipNorm(0.0), "max_norm is above 0, got 0.0: no gradient"),
        (lambda: optim.ClipNorm(float("nan")), "max_norm is a finite number"),
        (lambda: optim.ClipNorm(1.0, norm_type=0.0), "norm_type is a number above 0"),
        (lambda: optim.ClipValue(-1.0), "clip_value is a finite number"),
        (lambda: optim.clip_grad_norm_([], -1.0), "max_norm is a finite number"),
        (lambda: optim.clip_grad_norm_([], 1.0, -2.0), "norm_type is a number above 0"),
        (lambda: optim.clip_grad_value_([], -1.0), "clip_value is a finite number"),
    ],
)
def test_impossible_bounds_are_refused(make: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()


def test_the_objects_do_what_the_functions_do() -> None:
    ours, theirs = with_gradients([3.0, 4.0]), with_gradients([3.0, 4.0])
    optim.ClipNorm(2.0, 1.0)(ours)
    optim.clip_grad_norm_(theirs, 2.0, 1.0)
    np.testing.assert_array_equal(ours[0].grad, theirs[0].grad)
    optim.ClipValue(0.5)(ours)
    optim.clip_grad_value_(theirs, 0.5)
    np.testing.assert_array_equal(ours[0].grad, theirs[0].grad)
