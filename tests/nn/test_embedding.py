"""Vectors for symbols: looked up, trained, padded; integer inputs all the way through fit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import neuropil as npl
from neuropil import Variable, data, nn, optim
from neuropil.errors import DataError, DTypeError

RNG = np.random.default_rng(0)
SYMBOLS = RNG.integers(0, 6, (5, 3))


def test_it_is_the_product_of_one_hot_rows_and_the_weight() -> None:
    layer = nn.Embedding(6, 4, rng=0, dtype=np.float64)
    rows = nn.functional.one_hot(SYMBOLS, 6).astype(np.float64)
    np.testing.assert_array_equal(layer(SYMBOLS).value, layer(SYMBOLS.astype(np.uint8)).value)
    seed = RNG.normal(size=(5, 3, 4))
    layer(SYMBOLS).backward(seed)
    looked_up = layer.weight.grad
    layer.zero_grad()
    product = rows @ layer.weight
    np.testing.assert_allclose(product.value, layer(SYMBOLS).value, rtol=1e-15)
    product.backward(seed)
    np.testing.assert_allclose(looked_up, layer.weight.grad, rtol=1e-12, atol=1e-15)


def test_initial_vectors_are_standard_normal() -> None:
    weight = nn.Embedding(500, 40, rng=0).weight.value
    assert weight.dtype == np.float32
    assert abs(weight.mean()) < 4 / np.sqrt(weight.size)
    assert abs(weight.var() - 1.0) < 4 * np.sqrt(2 / weight.size)


@pytest.mark.parametrize("padding_idx", [2, -4])
def test_padding_is_zero_and_stays_so(padding_idx: int) -> None:
    layer = nn.Embedding(6, 4, padding_idx=padding_idx, rng=0)
    assert layer.padding_idx == 2
    assert not layer.weight.value[2].any()
    layer(np.arange(6)).backward(np.ones((6, 4)))
    expected = np.array([1, 1, 0, 1, 1, 1])
    np.testing.assert_array_equal(layer.weight.grad, expected[:, None] * np.ones(4))


@pytest.mark.parametrize("wrong", [6, -1])
def test_an_index_without_a_row_is_named(wrong: int) -> None:
    with pytest.raises(DataError, match=rf"indices 0 to 5, got {wrong}: give it a row for each"):
        nn.Embedding(6, 4)(np.array([[0, 5], [wrong, 1]]))


def test_what_does_not_fit_is_refused() -> None:
    layer = nn.Embedding(6, 4)
    with pytest.raises(DTypeError, match=r"expects integers, got float32: .*x\.astype\(np\.int64"):
        layer(np.zeros(3, np.float32))
    with pytest.raises(DTypeError, match="Embedding expects an array, got list"):
        layer([0, 1])
    with pytest.raises(ValueError, match="padding_idx from -6 to 5, or None, got 6"):
        nn.Embedding(6, 4, padding_idx=6)
    with pytest.raises(ValueError, match="num_embeddings of at least 1"):
        nn.Embedding(0, 4)
    assert layer(np.zeros((0, 3), np.int64)).shape == (0, 3, 4)


def test_the_middle_of_three_symbols_is_learned() -> None:
    net = nn.Sequential(nn.Embedding(6, 8, rng=1), nn.Flatten(), nn.Linear(24, 6, rng=2))
    summary = net.summary((3,), dtype=np.int64)
    assert [row.output for row in summary.rows] == ["(N, 3, 8)", "(N, 24)", "(N, 6)"]
    inputs = np.stack(np.meshgrid(*[np.arange(6)] * 3), axis=-1).reshape(-1, 3)
    samples = data.ArrayDataset(inputs, inputs[:, 1])
    npl.fit(
        net,
        samples,
        loss=nn.CrossEntropyLoss(),
        optimizer=optim.Adam(net.parameters(), lr=0.05),
        epochs=5,
        progress=False,
        rng=0,
    )
    accuracy = npl.predict(net, inputs).argmax(axis=1) == inputs[:, 1]
    assert accuracy.all()


@pytest.mark.fast
def test_a_compiled_step_looks_up_and_scatters() -> None:
    jax = pytest.importorskip("jax")
    layer = nn.Embedding(6, 4, padding_idx=2, rng=0)

    def step(symbols: Any) -> Any:
        y = layer(symbols)
        layer.zero_grad()
        npl.sum(y * y).backward()
        return y.value, layer.weight.grad

    y, gradient = jax.jit(step)(SYMBOLS)
    expected = step(SYMBOLS)
    np.testing.assert_allclose(y, expected[0], rtol=1e-6)
    np.testing.assert_allclose(gradient, expected[1], rtol=1e-6, atol=1e-6)


def test_one_hot_rows_are_pytorchs() -> None:
    one_hot = nn.functional.one_hot
    rows = one_hot(np.array([[0, 2], [1, 0]]))
    assert rows.dtype == np.int64
    np.testing.assert_array_equal(rows, np.eye(3)[[[0, 2], [1, 0]]])
    assert one_hot(np.array([0, 1]), 5).shape == (2, 5)
    with pytest.raises(DataError, match="indices 0 to 2, got 3"):
        one_hot(np.array([0, 3]), 3)
    with pytest.raises(DataError, match="got -1"):
        one_hot(np.array([-1]))
    with pytest.raises(DataError, match="give num_classes"):
        one_hot(np.zeros(0, np.int64))
    with pytest.raises(DTypeError, match="one_hot expects integers, got float64"):
        one_hot(np.zeros(2))


def test_a_padding_counted_from_the_end_gets_no_gradient_from_the_function() -> None:
    weight = Variable(np.ones((3, 2)))
    nn.functional.embedding(np.array([0, 2]), weight, padding_idx=-1).sum().backward()
    assert weight.grad is not None
    assert weight.grad.tolist() == [[1.0, 1.0], [0.0, 0.0], [0.0, 0.0]]
