"""Recall, energy and descent of a Hopfield network."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import neuropil as npl
from neuropil.associative import Asynchronous, Hebbian, Hopfield, Synchronous


def random_states(shape: tuple[int, ...], seed: int = 0) -> Any:
    return 2.0 * npl.Generator(seed).integers(0, 2, shape) - 1.0


def energy(net: Hopfield, x: Any) -> Any:
    """−½ xᵀWx − bᵀx as it is written."""
    w, b = net.weight.value, net.bias.value
    return np.array([-0.5 * row @ w @ row - b @ row for row in np.atleast_2d(x)])


def network(n: int, seed: int, states: tuple[int, int] = (-1, 1)) -> Hopfield:
    """Whole numbers as weights and biases, so that there are ties and all sums are exact."""
    rng, net = npl.Generator(seed), Hopfield(n, states, dtype=np.float64)
    upper = np.triu(rng.integers(-2, 3, (n, n)).astype(float), 1)
    net.weight.value, net.bias.value = upper + upper.T, rng.integers(-2, 3, n).astype(float)
    return net


def step_by_step(net: Hopfield, x: Any, order: Any) -> Any:
    """A sweep as the notes write it: x_j from all others, one after the other."""
    x, (low, high) = x.copy(), net.states
    for j in order:
        x[j] = high if x @ net.weight.value[:, j] + net.bias.value[j] >= 0.0 else low
    return x


@settings(max_examples=100, deadline=None)
@given(n=st.integers(1, 80), seed=st.integers(0, 10_000), states=st.sampled_from([(-1, 1), (0, 1)]))
def test_the_energy_never_rises_whatever_neuron_is_updated(
    n: int, seed: int, states: tuple[int, int]
) -> None:
    net, rng = network(n, seed, states), npl.Generator(seed)
    x = np.asarray(states, float)[rng.integers(0, 2, (3, n))]
    for unit in rng.integers(0, n, 20):
        recalled = net.recall(x, update=Asynchronous([unit]), max_steps=1)
        assert np.all(np.diff(recalled.energies, axis=0) <= 0.0)
        np.testing.assert_array_equal(recalled.energies[-1], energy(net, recalled.states))
        x = recalled.states


@settings(max_examples=50, deadline=None)
@given(
    w=arrays(np.float64, (6, 6), elements=st.floats(-1, 1)),
    b=arrays(np.float64, 6, elements=st.floats(-1, 1)),
    seed=st.integers(0, 99),
)
def test_whatever_the_weights_it_settles_in_a_minimum_of_the_energy(
    w: Any, b: Any, seed: int
) -> None:
    net = Hopfield(6, dtype=np.float64)
    net.weight.value, net.bias.value = (w + w.T) * (1 - np.eye(6)), b
    recalled = net.recall(random_states((4, 6), seed), rng=seed, max_steps=200)
    assert recalled.settled.all()
    assert np.all(np.diff(recalled.energies, axis=0) <= 1e-12)
    here = energy(net, recalled.states)
    for unit in range(6):
        other = recalled.states.copy()
        other[:, unit] *= -1
        assert np.all(energy(net, other) >= here - 1e-12)


@settings(max_examples=30, deadline=None)
@given(n=st.integers(1, 200), seed=st.integers(0, 1000))
def test_a_sweep_is_the_rule_of_the_notes_neuron_by_neuron(n: int, seed: int) -> None:
    net, x = network(n, seed), random_states((3, n), seed)
    order = npl.Generator(seed).permutation(n)
    found = net.recall(x, update=Asynchronous(order), max_steps=1).states
    np.testing.assert_array_equal(found, [step_by_step(net, row, order) for row in x])


def test_a_synchronous_step_is_the_rule_for_all_neurons_at_once() -> None:
    net, x = network(30, 0), random_states((5, 30))
    expected = np.where(x @ net.weight.value + net.bias.value >= 0.0, 1.0, -1.0)
    found = net.recall(x, update=Synchronous(), max_steps=1).states
    np.testing.assert_array_equal(found, expected)


def test_a_tie_switches_a_neuron_on() -> None:
    for states in ((-1, 1), (0, 1)):
        net = Hopfield(5, states)
        off = np.full(5, states[0])
        for update in (Synchronous(), Asynchronous()):
            assert net.recall(off, update=update).states.tolist() == [1.0] * 5


def test_two_neurons_that_want_to_differ_swap_for_ever_in_step() -> None:
    net = Hopfield(2).store([[1, -1]])
    recalled = net.recall([1, 1], update=Synchronous(), max_steps=7, trajectory=True)
    assert recalled.steps == 7
    assert not recalled.settled
    assert recalled.trajectory is not None
    assert recalled.trajectory[:3].tolist() == [[1, 1], [-1, -1], [1, 1]]


def test_a_probe_gives_the_same_alone_as_among_others() -> None:
    net = Hopfield(100).store(random_states((8, 100)))
    probes = random_states((2, 7, 100), seed=1)
    together = net.recall(probes, rng=3, trajectory=True)
    assert together.states.shape == (2, 7, 100)
    assert together.settled.shape == (2, 7)
    assert together.energies.shape == (together.steps + 1, 2, 7)
    assert together.trajectory is not None
    assert together.trajectory.shape == (together.steps + 1, 2, 7, 100)
    alone = net.recall(probes[1, 4], rng=3)
    np.testing.assert_array_equal(alone.states, together.states[1, 4])
    np.testing.assert_allclose(
        alone.energies, together.energies[: alone.steps + 1, 1, 4], rtol=1e-5
    )


def test_the_probes_are_left_alone_and_the_path_begins_with_them() -> None:
    net, probes = Hopfield(50).store(random_states((3, 50))), random_states((4, 50), 1)
    before = probes.copy()
    recalled = net.recall(probes, trajectory=True, rng=0)
    np.testing.assert_array_equal(probes, before)
    assert recalled.trajectory is not None
    np.testing.assert_array_equal(recalled.trajectory[0], before)
    np.testing.assert_array_equal(recalled.trajectory[-1], recalled.states)
    for x, energies in zip(recalled.trajectory, recalled.energies, strict=True):
        np.testing.assert_allclose(energies, energy(net, x), rtol=1e-5, atol=1e-4)


def test_of_no_probes_nothing_is_recalled() -> None:
    net = Hopfield(5).store(np.ones(5))
    assert net.recall(np.zeros((0, 5))).states.shape == (0, 5)


def test_calling_the_memory_is_recall() -> None:
    net = Hopfield(20).store(random_states((1, 20)))
    np.testing.assert_array_equal(net(random_states((1, 20))), random_states((1, 20)))


def test_zeros_and_ones_are_the_same_network_in_other_words() -> None:
    x = random_states((4, 40))
    signs = Hopfield(40, dtype=np.float64).store(x, Hebbian(bias=True))
    bits = Hopfield(40, (0, 1), dtype=np.float64).store((x + 1) / 2, Hebbian(bias=True))
    probes = random_states((20, 40), seed=1)
    a = signs.recall(probes, rng=5, trajectory=True)
    b = bits.recall((probes + 1) / 2 > 0, rng=5, trajectory=True)
    assert a.trajectory is not None
    assert b.trajectory is not None
    np.testing.assert_array_equal((a.trajectory + 1) / 2, b.trajectory)
    np.testing.assert_allclose(np.ptp(a.energies - b.energies), 0.0, atol=1e-12)


def test_ten_thousand_units_recall_many_probes_at_once() -> None:
    rng = npl.Generator(0)
    x = (2 * rng.integers(0, 2, (50, 10_000)) - 1).astype(np.float32)
    net = Hopfield(10_000).store(x)
    assert net.weight.value.nbytes == 400_000_000
    probes = np.where(rng.bernoulli(0.2, (10, 10_000)), -x[:10], x[:10])
    recalled = net.recall(probes, rng=0)
    np.testing.assert_array_equal(recalled.states, x[:10])
    assert recalled.settled.all()


# ---------------------------------------------------------------------- energy and its descent


def test_the_energy_is_a_graph() -> None:
    net = network(7, 0)
    npl.check_gradients(net.energy, random_states((7,)) * 0.7)
    x = npl.Variable(random_states((3, 7)) * 0.3)
    (gradient,) = npl.gradients(npl.sum(net.energy(x)), [x])
    np.testing.assert_allclose(np.asarray(gradient), -net.derivative(x).value, atol=1e-14)
    np.testing.assert_allclose(net.energy(x).value, energy(net, x.value), atol=1e-14)


def test_descent_lowers_the_energy_and_ends_in_what_recall_holds_for_a_memory() -> None:
    x = random_states((2, 30))
    net = Hopfield(30, dtype=np.float64).store(x)
    largest = np.linalg.eigvalsh(net.weight.value)[-1]
    path = net.descend(0.3 * x[0] + 0.1, duration=20.0, dt=1.0 / largest).value
    assert np.all(np.diff(net.energy(path).value) <= 1e-12)
    np.testing.assert_array_equal(path[-1], x[0])
    assert np.abs(path).max() <= 1.0


def test_descent_of_zeros_and_ones_stays_between_them() -> None:
    net = Hopfield(12, (0, 1), dtype=np.float64).store(random_states((1, 12)) > 0)
    path = net.descend(0.5 + 0.01 * random_states((12,)), duration=9.0, dt=0.01).value
    assert (path.min(), path.max()) == (0.0, 1.0)


def test_the_end_of_a_descent_is_differentiable() -> None:
    net = network(4, 3)
    x = np.array([0.1, -0.2, 0.05, 0.3])

    def end(start: Any) -> Any:
        return npl.sum(net.descend(start, duration=0.05, dt=0.01)[-1] ** 2)

    npl.check_gradients(end, x)
    by_weight, _ = npl.gradients(end(x), [net.weight, net.bias])
    assert np.abs(np.asarray(by_weight)).max() > 0.0


@pytest.mark.fast
def test_descent_is_compiled_to_the_same_path() -> None:
    pytest.importorskip("jax")
    net, x = network(6, 2), random_states((3, 6)) * 0.2

    def end(start: Any) -> Any:
        return net.descend(start, duration=0.5, dt=0.05)

    found = np.asarray(npl.compile(end, state=(net,))(x))
    assert found.shape == (11, 3, 6)
    np.testing.assert_allclose(found, end(x).value, rtol=1e-6)


def test_kappa_is_the_speed() -> None:
    net, x = network(5, 1), np.full(5, 0.1)
    slow = net.descend(x, duration=0.2, dt=0.02, kappa=0.5).value
    fast = net.descend(x, duration=0.1, dt=0.01, kappa=1.0).value
    np.testing.assert_allclose(slow, fast, atol=1e-14)


def test_what_was_stored_is_saved_and_loaded(tmp_path: Any) -> None:
    net = Hopfield(9).store(random_states((1, 9)), Hebbian(bias=True))
    npl.save(net, tmp_path / "memory.safetensors")
    loaded = npl.load(tmp_path / "memory.safetensors", Hopfield(9))
    np.testing.assert_array_equal(loaded(random_states((9,), 1)), net(random_states((9,), 1)))
