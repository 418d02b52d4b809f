from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import neuropil as npl
from neuropil.kernels.sending import Ways, sent


def some_ways(rng: np.random.Generator, sources: int, size: int, most: int) -> Ways:
    """Rows of any length, of which some may be empty and some reach a place twice."""
    rows = np.concatenate([[0], np.cumsum(rng.integers(0, most + 1, sources))])
    return Ways.of(rows, rng.integers(0, size, rows[-1]).astype(np.int32), size)


def matrix(ways: Ways, weights: Any) -> Any:
    dense = np.zeros((len(ways.rows) - 1, ways.size))
    np.add.at(dense, (ways.sources, ways.places), weights)
    return dense


@given(
    seed=st.integers(0, 2**32 - 1),
    sources=st.integers(1, 6),
    most=st.integers(0, 4),
    share=st.sampled_from([0.0, 0.3, 1.0]),
)
def test_it_is_the_product_with_the_matrix_of_weights(
    seed: int, sources: int, most: int, share: float
) -> None:
    rng = np.random.default_rng(seed)
    ways = some_ways(rng, sources, 3, most)
    amounts = np.where(rng.random(sources) < share, rng.normal(size=sources), 0.0)
    for weights in (rng.normal(size=len(ways.places)), np.asarray(rng.normal())):
        dense, seed_of_result = matrix(ways, weights), rng.normal(size=3)
        a, w = npl.Variable(amounts), npl.Variable(weights)
        result = sent(a, w, ways)
        np.testing.assert_allclose(result.value, amounts @ dense, atol=1e-12)
        found: Any = npl.gradients(result, [a, w], seed_of_result)
        of_a, of_w = found
        np.testing.assert_allclose(of_a, dense @ seed_of_result, atol=1e-12)
        pairs: Any = amounts[ways.sources] * seed_of_result[ways.places]
        np.testing.assert_allclose(of_w, pairs if weights.ndim else pairs.sum(), atol=1e-12)


def one_source_to_all(rng: np.random.Generator) -> Ways:
    """Rows of such different length that they are not padded."""
    rows = np.concatenate([[0], 40 + np.arange(50)])
    return Ways.of(rows, np.concatenate([np.arange(40), rng.integers(0, 40, 49)]), 40)


@pytest.mark.fast
@pytest.mark.parametrize("one_for_all", [False, True])
@pytest.mark.parametrize("make", [lambda rng: some_ways(rng, 50, 40, 12), one_source_to_all])
def test_in_a_program_it_is_the_same(
    make: Callable[[np.random.Generator], Ways], one_for_all: bool
) -> None:
    rng = np.random.default_rng(0)
    ways, s = make(rng), rng.normal(size=40)
    w = npl.Variable(rng.normal(size=() if one_for_all else len(ways.places)))
    a = npl.Variable(np.where(rng.random(50) < 0.3, 1.0, 0.0))

    def step() -> Any:
        result = sent(a, w, ways)
        return result, npl.gradients(result, [a, w], s)

    (result, eager), (compiled, program) = step(), npl.compile(step, state=(a, w))()
    np.testing.assert_allclose(compiled, result.value, atol=1e-13)
    for x, y in zip(program, eager, strict=True):
        np.testing.assert_allclose(x, y, atol=1e-13)
