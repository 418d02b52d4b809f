"""What would end in wrong numbers is refused, or warned of, where it is said."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from neuropil import neurons
from neuropil.errors import DataError, DivergenceError

CELL = neurons.LeakyIntegrateAndFire()


def recording(indices: list[int], every: float) -> Any:
    net = neurons.Network(0.1, rng=0)
    cells = net.population("cells", CELL, 10)
    net.inject(cells, np.linspace(380.0, 800.0, 10))
    net.record(cells, "v", indices=indices, every=every)
    return net


@pytest.mark.parametrize(("indices", "every"), [([0, 1], 1.0), ([5, 6], 0.5), ([0, 1, 2], 0.5)])
def test_a_state_with_other_recorders_is_refused(indices: list[int], every: float) -> None:
    one = recording([0, 1], 0.5)
    one.run(20.0)
    with pytest.raises(DataError, match="another wiring"):
        recording(indices, every).load_state_dict(one.state_dict())


def test_a_state_before_the_beginning_is_refused() -> None:
    one = recording([0, 1], 0.5)
    with pytest.raises(DataError, match="after -5 steps"):
        one.load_state_dict({**one.state_dict(), "step": np.asarray(-5)})


def test_a_network_looks_at_its_step() -> None:
    net = neurons.Network(1.0, rng=0)
    fast = neurons.WithSynapses(CELL, {"e": neurons.Synapse(0.3)})
    with pytest.raises(ValueError, match="needs dt below"):
        net.population("fast", fast, 1, integrator=neurons.RK4())
    with pytest.warns(UserWarning, match="less than half a step"):
        net.population("short", neurons.LeakyIntegrateAndFire(refractory=0.3), 1)
    cells = net.population("cells", CELL, 2)
    with pytest.raises(ValueError, match="would leave some out"):
        net.inject(cells, neurons.WhiteNoise(100.0, dt=0.01, cells=2, rng=0))


def test_what_is_injected_does_not_change_with_the_array() -> None:
    current = np.array([300.0, 300.0])
    net = neurons.Network(0.1, rng=0)
    cells = net.population("cells", CELL, 2)
    net.inject(cells, current)
    record = net.record(cells, "v")
    net.run(5.0)
    current[:] = 0.0
    net.run(5.0)
    assert (np.diff(record.values, axis=0) > 0.0).all()


@pytest.mark.parametrize("model", [neurons.LeakyIntegrateAndFire, neurons.AdaptiveExponential])
def test_parameters_are_numbers(model: Any) -> None:
    with pytest.raises(ValueError, match="got nan"):
        model(threshold=float("nan"))


def test_a_delay_can_be_counted_in_steps() -> None:
    net = neurons.Network(0.001, rng=0)
    cells = net.population("cells", CELL, 1)
    with pytest.raises(ValueError, match="a delay is from 0"):
        net.connect(cells, cells, "v", weight=1.0, delay=np.array([3e6]))


@pytest.mark.fast
def test_a_sampled_current_flows_in_a_program_too() -> None:
    pytest.importorskip("jax")
    current = neurons.Sampled(np.linspace(0.0, 600.0, 200), 0.1)
    eager, program = (
        neurons.simulate(CELL, current, duration=20.0, dt=0.1, engine=engine)["v"]
        for engine in ("eager", "xla")
    )
    np.testing.assert_allclose(eager, program, rtol=1e-10)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"sources": -3}, "at least one source"),
        ({"weight": np.ones(3)}, r"got shape \(3,\)"),
        ({"rate": np.ones(3)}, r"got shape \(3,\)"),
        ({"weight": float("nan")}, "is a number, got nan"),
    ],
)
def test_random_spikes_are_described_for_each_cell(settings: dict[str, Any], message: str) -> None:
    net = neurons.Network(0.1, rng=0)
    cells = net.population("cells", CELL, 5)
    with pytest.raises(ValueError, match=message):
        net.poisson_input(cells, "v", **{"rate": 10.0, "weight": 1.0, **settings})


def test_more_random_spikes_than_can_be_drawn_end_a_run() -> None:
    net = neurons.Network(0.1, rng=0)
    cells = net.population("cells", CELL, 5)
    net.poisson_input(cells, "v", rate=neurons.Sine(0.0, 1.0, mean=2e6), weight=1.0)
    with pytest.raises(DivergenceError, match="v"):
        net.run(10.0)


def test_cells_of_a_larger_network_are_foreign() -> None:
    small, large = neurons.Network(rng=0), neurons.Network(rng=0)
    cells, others = small.population("a", CELL, 5), large.population("a", CELL, 10)
    with pytest.raises(ValueError, match="another network"):
        small.connect(others, cells, "v", weight=1.0)
