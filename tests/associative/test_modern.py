"""The modern Hopfield network: attention."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import neuropil as npl
from neuropil.associative import ModernHopfield
from neuropil.nn.functional import scaled_dot_product_attention


def attention(query: Any, keys: Any, values: Any, scale: float) -> Any:
    """softmax(scale · Q Kᵀ) V, as it is written."""
    scores = scale * query @ keys.T
    shares = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return shares / shares.sum(axis=-1, keepdims=True) @ values


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 999),
    units=st.integers(1, 64),
    beta=st.one_of(st.none(), st.floats(0.01, 20.0)),
)
def test_recall_is_scaled_dot_product_attention(seed: int, units: int, beta: float | None) -> None:
    rng = npl.Generator(seed)
    x = rng.normal((9, units), dtype=np.float64)
    probes = rng.normal((2, 5, units), dtype=np.float64)
    memory = ModernHopfield(units, beta, dtype=np.float64).store(x)
    expected = attention(probes, x, x, units**-0.5 if beta is None else beta)
    assert np.abs(memory(probes).value - expected).max() <= 1e-12
    assert np.abs(memory.recall(probes).states - expected).max() <= 1e-12
    ours = scaled_dot_product_attention(probes, x, x, scale=beta)
    assert np.abs(memory(probes).value - ours).max() <= 1e-12


@pytest.mark.peer
def test_recall_is_the_attention_of_pytorch() -> None:
    torch = pytest.importorskip("torch")
    rng = npl.Generator(0)
    x, probes = rng.normal((9, 16), dtype=np.float64), rng.normal((5, 16), dtype=np.float64)
    for scale in (None, 0.1, 3.0):
        found = ModernHopfield(16, scale, dtype=np.float64).store(x).recall(probes).states
        query, keys = torch.from_numpy(probes), torch.from_numpy(x)
        expected = torch.nn.functional.scaled_dot_product_attention(query, keys, keys, scale=scale)
        assert np.abs(found - expected.numpy()).max() <= 1e-12


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 999), beta=st.floats(0.05, 10.0))
def test_the_energy_never_rises_and_is_never_negative(seed: int, beta: float) -> None:
    rng = npl.Generator(seed)
    memory = ModernHopfield(6, beta, dtype=np.float64).store(rng.normal((8, 6), dtype=np.float64))
    energies = memory.recall(rng.normal((5, 6)), max_steps=30).energies
    assert np.all(np.diff(energies, axis=0) <= 1e-12)
    assert energies.min() >= -1e-12


def test_the_energy_as_published_and_its_gradient() -> None:
    rng = npl.Generator(0)
    x, probe = rng.normal((7, 5), dtype=np.float64), rng.normal(5, dtype=np.float64)
    memory = ModernHopfield(5, 1.7, dtype=np.float64).store(x)
    expected = (
        -np.log(np.sum(np.exp(1.7 * x @ probe))) / 1.7
        + probe @ probe / 2
        + np.log(7) / 1.7
        + np.max(np.sum(x**2, axis=1)) / 2
    )
    variable = npl.Variable(probe)
    e = memory.energy(variable)
    assert e.item() == pytest.approx(expected, abs=1e-13)
    (gradient,) = npl.gradients(e, [variable])
    np.testing.assert_allclose(np.asarray(gradient), probe - memory(probe).value, atol=1e-13)
    npl.check_gradients(memory.energy, probe)


def test_ten_thousand_patterns_of_64_units_are_recalled_in_one_step() -> None:
    """Bits drawn at random; noise with a standard deviation of 0.5 on each of them."""
    rng = npl.Generator(0)
    x = (2 * rng.integers(0, 2, (10_000, 64)) - 1).astype(np.float32)
    memory = ModernHopfield(64, beta=2.0).store(x)
    probes = x + rng.normal(x.shape, std=0.5)
    states = np.concatenate([memory(part).value for part in np.split(probes, 20)])
    np.testing.assert_array_equal(np.sign(states), x)
    assert np.abs(states - x).max() < 0.01


def test_a_small_beta_recalls_the_mean() -> None:
    x = npl.Generator(0).normal((6, 4), dtype=np.float64)
    states = ModernHopfield(4, 1e-9, dtype=np.float64).store(x).recall(x[0]).states
    np.testing.assert_allclose(states, x.mean(axis=0), atol=1e-8)


def test_recall_goes_on_until_it_has_settled() -> None:
    memory = ModernHopfield(2, beta=4.0).store([[1.0, 0.0], [0.0, 1.0]])
    recalled = memory.recall([[0.6, 0.3], [1.0, 0.1]], max_steps=50, trajectory=True)
    assert recalled.settled.all()
    assert recalled.steps < 50
    assert recalled.trajectory is not None
    assert recalled.trajectory.shape == (recalled.steps + 1, 2, 2)
    one_more = memory(recalled.states).value
    assert np.abs(one_more - recalled.states).max() <= 1e-5
    assert not memory.recall([0.6, 0.3]).settled
    assert (
        memory.recall([0.6, 0.3], max_steps=0).states.tolist()
        == np.array([0.6, 0.3], np.float32).tolist()
    )


def test_large_batches_are_recalled_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = npl.Generator(0)
    memory = ModernHopfield(3).store(rng.normal((10, 3)))
    probes = rng.normal((23, 3))
    whole = memory.recall(probes)
    monkeypatch.setattr("neuropil.associative.modern.AT_ONCE", 50)
    parts = memory.recall(probes)
    np.testing.assert_allclose(parts.states, whole.states, rtol=1e-6)
    np.testing.assert_allclose(parts.energies, whole.energies, rtol=1e-6)


def test_it_is_a_layer_whose_input_is_differentiated() -> None:
    memory = ModernHopfield(3, dtype=np.float64).store(np.eye(3))
    npl.check_gradients(lambda x: npl.sum(memory(x) ** 2), np.array([0.3, -0.2, 0.7]))
    assert list(memory.parameters()) == []
