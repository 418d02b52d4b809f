"""Derivatives of subthreshold voltages with respect to every parameter, through time."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import neuropil as npl
from neuropil import neurons
from neuropil.neurons.models import traub_miles
from neuropil.neurons.models.channels import Channel
from neuropil.neurons.models.hodgkin_huxley import leak, potassium, sodium

Voltage = Callable[..., Any]


def integrate_and_fire(capacitance: Any, tau: Any, rest: Any, start: Any, current: Any) -> Any:
    cell = neurons.LeakyIntegrateAndFire(capacitance=capacitance, tau=tau, leak=rest)
    run = neurons.simulate(cell, current, duration=8.0, dt=0.5, initial={"v": start})
    return run["v"][-1, 0]


def squid(
    capacitance: Any, g_na: Any, e_na: Any, g_k: Any, e_k: Any, g: Any, e: Any, current: Any
) -> Any:
    channels: dict[str, Channel] = {
        "Na": sodium(g_na, e_na),
        "K": potassium(g_k, e_k),
        "leak": leak(g, e),
    }
    cell = neurons.HodgkinHuxley(capacitance=capacitance, channels=channels)
    run = neurons.simulate(cell, current, duration=2.0, dt=0.1, integrator=neurons.Heun())
    return run["v"][-1, 0]


def synapses(tau: Any, tau_e: Any, tau_i: Any, reversal: Any, e: Any, i: Any) -> Any:
    cell = neurons.WithSynapses(
        neurons.LeakyIntegrateAndFire(tau=tau),
        {
            "e": neurons.Synapse(tau_e, order=2),
            "i": neurons.Synapse(tau_i, current=neurons.Conductance(reversal)),
        },
    )
    run = neurons.simulate(
        cell, duration=6.0, dt=0.25, initial={"e.0": e, "i": i}, integrator=neurons.Heun()
    )
    return run["v"][-1, 0]


def exact_synapse(tau: Any, tau_e: Any, e: Any) -> Any:
    cell = neurons.WithSynapses(
        neurons.LeakyIntegrateAndFire(tau=tau), {"e": neurons.Synapse(tau_e, order=1)}
    )
    return neurons.simulate(cell, duration=6.0, dt=0.5, initial={"e.0": e})["v"][-1, 0]


def adaptive(
    c: Any, g: Any, e: Any, threshold: Any, slope: Any, tau: Any, a: Any, current: Any
) -> Any:
    cell = neurons.AdaptiveExponential(c, g, e, threshold, slope, tau, a)
    return neurons.simulate(cell, current, duration=5.0, dt=0.25)["v"][-1, 0]


def quadratic(a: Any, b: Any, current: Any) -> Any:
    return neurons.simulate(neurons.Izhikevich(a, b), current, duration=4.0, dt=0.2)["v"][-1, 0]


def normalized(tau: Any, current: Any) -> Any:
    cell = neurons.NormalizedLeakyIntegrateAndFire(tau)
    return neurons.simulate(cell, current, duration=5.0, dt=0.5)["v"][-1, 0]


def cortical(c: Any, g_na: Any, g_k: Any, g: Any, e: Any, shift: Any, current: Any) -> Any:
    channels: dict[str, Channel] = {
        "Na": traub_miles.sodium(g_na, shift=shift),
        "K": traub_miles.potassium(g_k, shift=shift),
        "leak": traub_miles.leak(g, e),
    }
    cell = neurons.TraubMiles(c, channels)
    return neurons.simulate(cell, current, duration=2.0, dt=0.1)["v"][-1, 0]


CASES: list[tuple[Voltage, tuple[float, ...]]] = [
    (integrate_and_fire, (250.0, 10.0, -70.0, -65.0, 200.0)),
    (squid, (1.0, 120.0, 50.0, 36.0, -77.0, 0.3, -54.387, 1.5)),
    (synapses, (10.0, 3.0, 6.0, -80.0, 200.0, 5.0)),
    (adaptive, (281.0, 30.0, -70.6, -50.4, 2.0, 144.0, 4.0, 400.0)),
    (quadratic, (0.02, 0.2, 2.0)),
    (normalized, (10.0, 0.9)),
    (cortical, (200.0, 20_000.0, 6_000.0, 10.0, -60.0, -63.0, 30.0)),
    (exact_synapse, (10.0, 10.0, 300.0)),  # where the time constants coincide
]


def differences(function: Voltage, at: tuple[float, ...]) -> list[float]:
    """Central differences of fourth order."""
    found = []
    for i, x in enumerate(at):
        h = 1e-3 * abs(x)

        def shifted(by: float, i: int = i, x: float = x) -> float:
            return float(function(*at[:i], x + by, *at[i + 1 :]))

        near, far = shifted(h) - shifted(-h), shifted(2 * h) - shifted(-2 * h)
        found.append((8.0 * near - far) / (12.0 * h))
    return found


@pytest.mark.parametrize(("function", "at"), CASES, ids=lambda x: getattr(x, "__name__", ""))
def test_gradients_are_finite_differences(function: Voltage, at: tuple[float, ...]) -> None:
    parameters = [npl.Variable(np.asarray(x)) for x in at]
    found = npl.gradients(function(*parameters), parameters)
    np.testing.assert_allclose(np.array(found, dtype=float), differences(function, at), rtol=1e-6)


@pytest.mark.fast
@pytest.mark.parametrize(("function", "at"), CASES, ids=lambda x: getattr(x, "__name__", ""))
def test_gradients_in_a_program_are_those_of_the_graph(
    function: Voltage, at: tuple[float, ...]
) -> None:
    parameters = [npl.Variable(np.asarray(x)) for x in at]

    def step() -> Any:
        return npl.gradients(function(*parameters), parameters)

    eager, program = step(), npl.compile(step, state=parameters)()
    np.testing.assert_allclose(program, np.array(eager, dtype=float), rtol=1e-9)


def test_a_loss_of_all_samples_reaches_what_every_cell_has_of_its_own() -> None:
    tau = npl.Variable(np.array([5.0, 10.0, 20.0]))
    run = neurons.simulate(
        neurons.LeakyIntegrateAndFire(tau=tau), 100.0, cells=3, duration=5.0, dt=0.1, every=1.0
    )
    assert run["v"].shape == (5, 3)
    found: Any
    (found,) = npl.gradients(npl.sum(run["v"]), [tau])
    for i, value in enumerate(tau.value):
        one = neurons.LeakyIntegrateAndFire(tau=npl.Variable(np.asarray(value)))
        alone = neurons.simulate(one, 100.0, duration=5.0, dt=0.1)["v"][9::10]
        expected: Any = npl.gradients(npl.sum(alone), [one.tau])[0]
        assert found[i] == pytest.approx(float(expected))


def test_checkpoints_give_the_same_gradient_in_less_memory() -> None:
    tau = npl.Variable(np.asarray(10.0))
    cell = neurons.LeakyIntegrateAndFire(tau=tau)
    results: list[Any] = []
    peaks = []
    for every in (None, 32):
        tracemalloc.start()
        run = neurons.simulate(
            cell, 100.0, cells=1000, duration=102.4, dt=0.1, record=(), checkpoint_every=every
        )
        results.append(npl.gradients(npl.sum(run.state["v"]), [tau])[0])
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert float(results[0]) == pytest.approx(float(results[1]), rel=1e-12)
    assert peaks[1] < 0.4 * peaks[0]
