"""Dense associative memory."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import neuropil as npl
from neuropil.associative import Asynchronous, DenseMemory, Hopfield, Synchronous


def random_states(shape: tuple[int, ...], seed: int = 0) -> Any:
    return 2.0 * npl.Generator(seed).integers(0, 2, shape) - 1.0


def energy(patterns: Any, x: Any, degree: int) -> Any:
    return -np.sum((x @ patterns.T / x.shape[-1]) ** degree, axis=-1)


def choice(patterns: Any, x: Any, unit: int, degree: int) -> float:
    """Equation 3 of the paper: the sign of the difference of the energies."""
    on, off = x.copy(), x.copy()
    on[unit], off[unit] = 1.0, -1.0
    return 1.0 if energy(patterns, off, degree) >= energy(patterns, on, degree) else -1.0


@settings(max_examples=40, deadline=None)
@given(degree=st.integers(2, 5), seed=st.integers(0, 999))
def test_neurons_choose_the_lower_energy_and_it_never_rises(degree: int, seed: int) -> None:
    patterns, x = random_states((3, 16), seed), random_states((4, 16), seed + 1)
    memory = DenseMemory(16, degree, dtype=np.float64)
    memory.patterns.value = patterns
    together = memory.recall(x, update=Synchronous(), max_steps=1)
    for row, found in zip(x, together.states, strict=True):
        assert found.tolist() == [choice(patterns, row, i, degree) for i in range(16)]
    for unit in range(16):
        one = memory.recall(x, update=Asynchronous([unit]), max_steps=1)
        assert np.all(np.diff(one.energies, axis=0) <= 1e-15)
        np.testing.assert_allclose(one.energies[-1], energy(patterns, one.states, degree))
        x = one.states


def test_a_sweep_is_one_neuron_after_the_other() -> None:
    patterns, x = random_states((4, 20)), random_states((3, 20), 1)
    memory, order = DenseMemory(20, 4).store(patterns), npl.Generator(2).permutation(20)
    expected = x.copy()
    for row in expected:
        for i in order:
            row[i] = choice(patterns, row, i, 4)
    found = memory.recall(x, update=Asynchronous(order), max_steps=1).states
    np.testing.assert_array_equal(found, expected)


def test_of_degree_two_it_is_the_hopfield_network() -> None:
    patterns, x = random_states((4, 64)), random_states((30, 64), 1)
    dense = DenseMemory(64, 2, dtype=np.float64).store(patterns).recall(x, rng=3)
    hopfield = Hopfield(64, dtype=np.float64).store(patterns).recall(x, rng=3)
    np.testing.assert_array_equal(dense.states, hopfield.states)
    m, n = patterns.shape
    np.testing.assert_allclose(dense.energies, (2 * m * hopfield.energies - m * n) / n**2)


def test_a_higher_degree_holds_patterns_that_a_lower_one_mixes_up() -> None:
    patterns = random_states((500, 100))
    probes = np.where(np.arange(100) < 5, -1, 1) * patterns
    shares = []
    for degree in (2, 3, 4):
        memory = DenseMemory(100, degree)
        memory.patterns.value = patterns.astype(np.float32)
        right = np.all(memory.recall(probes[:50], rng=0).states == patterns[:50], axis=1)
        shares.append(float(right.mean()))
    assert shares[0] == 0.0
    assert shares[1] > 0.5
    assert shares[2] == 1.0


def test_the_capacity_of_degree_two_is_that_of_errorless_hebbian_recall() -> None:
    assert DenseMemory(1000, 2).capacity == pytest.approx(1000 / (2 * np.log(1000)))
    assert DenseMemory(100, 4).capacity == pytest.approx(1e6 / (30 * np.log(100)))
