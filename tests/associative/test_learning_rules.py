"""How patterns become weights."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import neuropil as npl
from neuropil.associative import Hebbian, Hopfield, LearningRule, PseudoInverse, Storkey

RULES = [Hebbian(), PseudoInverse(), Storkey()]


def patterns(count: int, units: int, seed: int = 0) -> Any:
    return 2.0 * npl.Generator(seed).integers(0, 2, (count, units)) - 1.0


def storkey_as_published(x: Any) -> Any:
    """The formula of the paper, sum by sum."""
    n = x.shape[1]
    w = np.zeros((n, n))
    for row in x:
        h = np.array(
            [
                [sum(w[i, k] * row[k] for k in range(n) if k not in {i, j}) for j in range(n)]
                for i in range(n)
            ]
        )
        w = w + (np.outer(row, row) - row[:, None] * h.T - h * row) / n
        np.fill_diagonal(w, 0.0)
    return w


@pytest.mark.parametrize("rule", RULES)
def test_weights_are_symmetric_and_no_neuron_is_connected_to_itself(rule: LearningRule) -> None:
    w = rule.weights(patterns(5, 12))
    np.testing.assert_allclose(w, w.T, atol=1e-12)
    assert np.diag(w).tolist() == [0.0] * 12


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_keeps_the_dtype(rule: LearningRule) -> None:
    x = patterns(3, 8).astype(np.float32)
    assert rule.weights(x).dtype == rule.biases(x).dtype == np.float32


def test_hebbian_weights_are_the_mean_of_outer_products() -> None:
    x = patterns(4, 9)
    expected = np.mean([np.outer(row, row) for row in x], axis=0) - np.eye(9)
    assert Hebbian().weights(x).tolist() == expected.tolist()
    assert Hebbian().biases(x).tolist() == [0.0] * 9
    assert Hebbian(bias=True).biases(x).tolist() == x.mean(axis=0).tolist()


def test_storkey_weights_are_those_of_the_paper() -> None:
    x = patterns(4, 7)
    np.testing.assert_allclose(Storkey().weights(x), storkey_as_published(x), atol=1e-15)


@settings(max_examples=25, deadline=None)
@given(count=st.integers(1, 15), seed=st.integers(0, 99))
def test_pseudo_inverse_leaves_the_patterns_where_they_are(count: int, seed: int) -> None:
    x = patterns(count, 16, seed)
    w = PseudoInverse().weights(x)
    projection = np.linalg.pinv(x) @ x
    np.testing.assert_allclose(w, projection - np.diag(np.diag(projection)), atol=1e-12)
    np.testing.assert_allclose(x @ w, x * (1.0 - np.diag(projection)), atol=1e-12)


def test_pseudo_inverse_takes_patterns_that_depend_on_each_other() -> None:
    x = patterns(3, 16)
    again = np.concatenate([x, x[:2], -x[2:]])
    np.testing.assert_allclose(
        PseudoInverse().weights(again), PseudoInverse().weights(x), atol=1e-12
    )


def test_storkey_holds_more_than_hebb_and_the_pseudo_inverse_more_than_both() -> None:
    x = patterns(30, 100)
    stable = []
    for rule in RULES:
        fields = x @ rule.weights(x)
        stable.append(int(np.sum(np.all(fields * x > 0.0, axis=1))))
    hebbian, pseudo_inverse, storkey = stable
    assert hebbian < storkey <= pseudo_inverse == 30


@pytest.mark.parametrize(("rule", "most"), [(Hebbian(), 138.0), (PseudoInverse(), 999.0)])
def test_capacities(rule: LearningRule, most: float) -> None:
    assert rule.capacity(1000) == pytest.approx(most)


def test_the_capacity_of_storkeys_rule() -> None:
    assert Storkey().capacity(1000) == pytest.approx(269.04, abs=0.01)
    assert [Storkey().capacity(n) for n in (1, 2)] == [0.0, 1.0]


@pytest.mark.parametrize(
    ("rule", "most"), [(Hebbian(), 27.6), (PseudoInverse(), 199), (Storkey(), 61.44)]
)
def test_too_many_patterns_are_told_with_the_capacity(rule: LearningRule, most: float) -> None:
    count = 250
    with pytest.warns(UserWarning, match=f"holds about {most:.4g} .* 200 units, got 250, of which"):
        Hopfield(200).store(patterns(count, 200), rule)


def test_patterns_beyond_the_capacity_that_stay_are_not_complained_about() -> None:
    hadamard = np.array([[1]])
    for _ in range(4):
        hadamard = np.block([[hadamard, hadamard], [hadamard, -hadamard]])
    net = Hopfield(16).store(hadamard[1:5])  # warnings are errors here
    assert net.recall(hadamard[1:5]).steps == 0


def test_learning_is_descent_of_the_energy() -> None:
    x = patterns(1, 6)[0]
    net = Hopfield(6, dtype=np.float64).store(patterns(2, 6, seed=1), Hebbian(bias=True))
    by_weight, by_bias = map(np.asarray, npl.gradients(net.energy(x), [net.weight, net.bias]))
    w, b = net.weight.value, net.bias.value
    net.learn(x, kappa=0.25)
    off = ~np.eye(6, dtype=bool)
    np.testing.assert_allclose((net.weight.value - w)[off], -2 * 0.25 * by_weight[off], atol=1e-15)
    np.testing.assert_allclose(net.bias.value - b, -0.25 * by_bias, atol=1e-15)
    assert np.diag(net.weight.value).tolist() == [0.0] * 6


def test_learning_each_pattern_in_turn_is_hebbs_rule() -> None:
    x = patterns(4, 60)
    learned, stored = (Hopfield(60, dtype=np.float64) for _ in range(2))
    for row in x:
        learned.learn(row, kappa=1 / 4)
    stored.store(x, Hebbian(bias=True))
    at_once = Hopfield(60, dtype=np.float64).learn(x, kappa=1 / 4)
    for net in (learned, at_once):
        np.testing.assert_allclose(net.weight.value, stored.weight.value, atol=1e-15)
        np.testing.assert_allclose(net.bias.value, stored.bias.value, atol=1e-15)
