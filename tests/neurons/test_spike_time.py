"""The time of a first spike, and its exact derivative."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import neuropil as npl
from neuropil import neurons
from neuropil.errors import ShapeError


@settings(max_examples=10, deadline=None)
@given(tau=st.floats(5.0, 40.0), current=st.floats(1.05, 6.0), dt=st.sampled_from([0.3, 2.0]))
def test_of_the_leaky_cell_it_is_the_closed_form(tau: float, current: float, dt: float) -> None:
    parameters = [npl.Variable(np.asarray(x)) for x in (tau, current)]
    cell = neurons.NormalizedLeakyIntegrateAndFire(parameters[0])
    time = neurons.spike_time(cell, parameters[1], duration=200.0, dt=dt)
    expected = -tau * np.log1p(-1.0 / current)
    assert time.value == pytest.approx(expected, rel=1e-9)
    found: Any = npl.gradients(npl.sum(time), parameters)
    of_tau, of_current = found
    assert float(of_tau) == pytest.approx(expected / tau, rel=1e-8)
    assert float(of_current) == pytest.approx(-tau / (current * (current - 1.0)), rel=1e-8)


@settings(max_examples=10, deadline=None)
@given(tau=st.floats(5.0, 40.0), current=st.floats(1.2, 6.0))
def test_so_are_its_second_and_third_derivatives(tau: float, current: float) -> None:
    parameters = [npl.Variable(np.asarray(x)) for x in (tau, current)]
    cell = neurons.NormalizedLeakyIntegrateAndFire(parameters[0])
    time = npl.sum(neurons.spike_time(cell, parameters[1], duration=200.0, dt=2.0))
    first: Any = npl.gradients(time, parameters, create_graph=True)
    second: Any = npl.gradients(first[1], parameters, create_graph=True)
    third: Any = npl.gradients(second[1], parameters)
    p = current * (current - 1.0)
    curved = (2.0 * current - 1.0) / p**2
    assert second[0].item() == pytest.approx(-1.0 / p, rel=1e-7)
    assert second[1].item() == pytest.approx(tau * curved, rel=1e-7)
    assert float(third[1]) == pytest.approx(tau * (2.0 / p**2 - 2.0 * p * curved**2), rel=1e-6)


def leaky(capacitance: Any, threshold: Any, leak: Any, start: Any, current: Any) -> Any:
    cell = neurons.LeakyIntegrateAndFire(capacitance, leak=leak, threshold=threshold)
    return neurons.spike_time(cell, current, duration=30.0, dt=0.5, initial={"v": start})[0]


def exponential(capacitance: Any, slope: Any, current: Any) -> Any:
    cell = neurons.AdaptiveExponential(capacitance, slope=slope)
    return neurons.spike_time(cell, current, duration=20.0, dt=0.05)[0]


def squid(current: Any, start: Any) -> Any:
    cell = neurons.HodgkinHuxley()
    return neurons.spike_time(cell, current, duration=5.0, dt=0.05, initial={"v": start})[0]


@pytest.mark.parametrize(
    ("function", "at", "precision"),
    [
        (leaky, (250.0, -55.0, -70.0, -66.0, 500.0), 2e-5),
        (exponential, (281.0, 2.0, 900.0), 2e-3),  # its rise is steeper than steps can follow
        (squid, (12.0, -64.0), 2e-5),
    ],
)
def test_the_derivative_is_that_of_finite_differences(
    function: Any, at: Any, precision: float
) -> None:
    parameters = [npl.Variable(np.asarray(x)) for x in at]
    found: Any = npl.gradients(function(*parameters), parameters)
    for i, x in enumerate(at):
        h = 1e-4 * abs(x)
        near, far = (
            function(*at[:i], x + k * h, *at[i + 1 :]) - function(*at[:i], x - k * h, *at[i + 1 :])
            for k in (1, 2)
        )
        assert float(found[i]) == pytest.approx((8.0 * near - far) / (12.0 * h), rel=precision)


def test_cells_are_on_their_own_and_some_never_spike() -> None:
    current = npl.Variable(np.array([2.0, 0.9, 4.0]))
    cell = neurons.NormalizedLeakyIntegrateAndFire()
    times = neurons.spike_time(cell, current, duration=100.0)
    assert np.isinf(times.value).tolist() == [False, True, False]
    finite = npl.where(np.isfinite(times.value), times, 0.0)
    found: Any = npl.gradients(npl.sum(finite), [current])[0]
    np.testing.assert_allclose(found, [-10.0, 0.0, -20.0 / 12.0], rtol=1e-8)


def test_without_variables_it_is_numbers() -> None:
    cell = neurons.NormalizedLeakyIntegrateAndFire()
    times = neurons.spike_time(cell, 2.0, duration=20.0)
    assert isinstance(times, np.ndarray)
    assert times == pytest.approx([20.0 * np.log(2.0)])


def test_what_cannot_be_is_refused() -> None:
    cell = neurons.NormalizedLeakyIntegrateAndFire()
    with pytest.raises(ShapeError, match="one for each cell"):
        neurons.spike_time(cell, np.ones((2, 2)), duration=1.0)
    with pytest.raises(ValueError, match="dt is a time above 0"):
        neurons.spike_time(cell, 1.0, duration=1.0, dt=0.0)


def test_a_cell_above_threshold_from_the_beginning_spikes_at_once() -> None:
    cell = neurons.NormalizedLeakyIntegrateAndFire(tau=20.0, refractory=0.0)
    v = npl.Variable(np.array([2.0, 0.5]))
    times: Any = neurons.spike_time(cell, np.array([0.0, 2.0]), duration=30.0, initial={"v": v})
    assert times.value == pytest.approx([0.0, 20.0 * np.log(1.5)])
    found: Any = npl.gradients(npl.sum(times), [v])[0]
    np.testing.assert_allclose(found, [0.0, -20.0 / 1.5])


def test_a_list_of_currents_is_taken() -> None:
    cell = neurons.NormalizedLeakyIntegrateAndFire()
    times = neurons.spike_time(cell, [2.0, 0.5], duration=20.0)
    assert times == pytest.approx([20.0 * np.log(2.0), np.inf])


def test_cells_that_begin_refractory_are_refused() -> None:
    cell = neurons.NormalizedLeakyIntegrateAndFire()
    with pytest.raises(ValueError, match="some that are refractory"):
        neurons.spike_time(cell, 2.0, duration=20.0, initial={"refractory": 5.0})
    again = neurons.spike_time(cell, 2.0, duration=20.0, initial={"refractory": 0.0})
    assert again == pytest.approx([20.0 * np.log(2.0)])
