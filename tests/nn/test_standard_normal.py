"""The divergence against the integral it stands for, and samples that let gradients through."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import neuropil as npl
from neuropil import check_gradients
from neuropil.errors import ShapeError
from neuropil.nn.functional import kl_standard_normal, reparametrize

means, log_variances = st.floats(-3.0, 3.0), st.floats(-4.0, 2.0)
RNG = np.random.default_rng(0)
MEAN, LOG_VARIANCE = RNG.standard_normal((5, 3)), RNG.standard_normal((5, 3))


def normal_density(x: np.ndarray, mean: float, variance: float) -> np.ndarray:
    density: np.ndarray = np.exp(-((x - mean) ** 2) / (2 * variance)) / np.sqrt(
        2 * np.pi * variance
    )
    return density


@given(means, log_variances)
def test_it_is_the_integral(mean: float, log_variance: float) -> None:
    """∫ q ln(q/p), by the trapezoidal rule, which is exact here but for rounding."""
    deviation = np.exp(0.5 * log_variance)
    x, dx = np.linspace(mean - 12 * deviation, mean + 12 * deviation, 2001, retstep=True)
    q = normal_density(x, mean, deviation**2)
    log_ratio = -0.5 * ((x - mean) ** 2 / deviation**2 + log_variance - x**2)
    found = kl_standard_normal(np.array([[mean]]), np.array([[log_variance]]))
    assert found == pytest.approx(float(np.sum(q * log_ratio) * dx), rel=1e-10, abs=1e-12)


@given(means, log_variances)
def test_it_is_never_negative(mean: float, log_variance: float) -> None:
    assert kl_standard_normal(np.array([mean]), np.array([log_variance]), reduction="sum") >= 0.0


def test_it_is_exact_near_zero() -> None:
    """½(σ² − 1 − ln σ²) is a quarter of the square of a small ln σ²; naively it is rounding."""
    tiny = np.array([[1e-7]])
    assert kl_standard_normal(np.zeros((1, 1)), tiny) == pytest.approx(2.5e-15, rel=1e-6)


def test_reductions_belong_together() -> None:
    each = kl_standard_normal(MEAN, LOG_VARIANCE, reduction="none")
    assert each.shape == (5,)
    assert kl_standard_normal(MEAN, LOG_VARIANCE, reduction="sum") == pytest.approx(each.sum())
    assert kl_standard_normal(MEAN, LOG_VARIANCE) == pytest.approx(each.mean())


def test_gradients_are_finite_differences() -> None:
    check_gradients(lambda m, v: kl_standard_normal(m, v), MEAN, LOG_VARIANCE)
    check_gradients(lambda m, v: npl.sum(reparametrize(m, v, rng=0) ** 2), MEAN, LOG_VARIANCE)


def test_samples_have_mean_and_variance() -> None:
    n, mean, variance = 100_000, -1.5, 0.49
    z = reparametrize(np.full(n, mean), np.full(n, np.log(variance)), rng=0)
    assert z.mean() == pytest.approx(mean, abs=4 * np.sqrt(variance / n))
    assert z.var() == pytest.approx(variance, rel=4 * np.sqrt(2 / n))


def test_the_gradient_of_an_expectation() -> None:
    """∂E[z²]/∂μ = 2μ and ∂E[z²]/∂(ln σ²) = σ², for z² = (μ + εσ)²."""
    n = 200_000
    mean, log_variance = npl.Variable(np.full(n, 0.7)), npl.Variable(np.full(n, np.log(0.25)))
    npl.sum(reparametrize(mean, log_variance, rng=0) ** 2).backward()
    assert np.mean(mean.grad) == pytest.approx(1.4, abs=4 * 2 * 0.5 / np.sqrt(n))
    assert np.mean(log_variance.grad) == pytest.approx(0.25, abs=4 * 0.6 / np.sqrt(n))


@pytest.mark.fast
def test_a_program_draws_the_same_numbers() -> None:
    pytest.importorskip("jax")
    ours, theirs = npl.Generator(2), npl.Generator(2)
    compiled = npl.compile(lambda m, v: reparametrize(m, v, rng=ours), state=(ours,))
    for _ in range(2):
        np.testing.assert_allclose(
            compiled(MEAN, LOG_VARIANCE), reparametrize(MEAN, LOG_VARIANCE, rng=theirs), rtol=1e-13
        )


@pytest.mark.parametrize("function", [kl_standard_normal, reparametrize])
def test_unlike_shapes(function: object) -> None:
    with pytest.raises(ShapeError, match=r"shape \(5, 3\), got \(5, 2\)"):
        function(MEAN, LOG_VARIANCE[:, :2])  # type: ignore[operator]
