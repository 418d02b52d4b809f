"""Masks of lengths, and losses weighted along time."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import neuropil as npl
from neuropil import Variable, nn
from neuropil.errors import DataError, DTypeError, ShapeError
from neuropil.nn.functional import over_time, sequence_mask

RNG = np.random.default_rng(0)


@given(st.lists(st.integers(0, 9), min_size=1, max_size=5), st.integers(0, 3))
def test_a_mask_counts_up_to_the_length(lengths: list[int], more: int) -> None:
    mask = sequence_mask(np.array(lengths), max(lengths) + more)
    assert mask.shape == (len(lengths), max(lengths) + more)
    assert mask.sum(axis=1).tolist() == lengths
    assert not (np.diff(mask.astype(int), axis=1) > 0).any()


def test_lengths_that_cannot_be_are_refused() -> None:
    with pytest.raises(DataError, match="from 0 to 2, got 1 to 3: pass a larger maximum"):
        sequence_mask(np.array([1, 3]), 2)
    with pytest.raises(DataError, match="got -1 to 3"):
        sequence_mask(np.array([-1, 3]))
    with pytest.raises(DTypeError, match="integers"):
        sequence_mask(np.array([1.0]))


@pytest.mark.fast
def test_lengths_may_be_known_to_a_program_only() -> None:
    pytest.importorskip("jax")
    program = npl.compile(lambda lengths: sequence_mask(lengths, 4), state=())
    lengths = np.array([3, 0, 4])
    np.testing.assert_array_equal(np.asarray(program(lengths)), sequence_mask(lengths, 4))
    with pytest.raises(DataError, match="pass maximum"):
        npl.compile(sequence_mask, state=())(lengths)


def test_weighted_losses_are_the_sum_of_the_notes() -> None:
    losses, weights = Variable(RNG.normal(size=(3, 4))), np.array([0.0, 0.5, 1.0, 2.0])
    total = over_time(losses, weights)
    assert total.value == pytest.approx(np.mean(losses.value @ weights), rel=1e-14)
    gradient: Any = npl.gradients(total, [losses])[0]
    np.testing.assert_allclose(gradient, np.tile(weights / 3.0, (3, 1)), rtol=1e-14)


def test_equal_weights_give_the_mean_and_a_mask_leaves_padding_out() -> None:
    logits, labels = RNG.normal(size=(3, 5, 4)), RNG.integers(0, 5, (3, 4))
    losses = nn.functional.cross_entropy(logits, labels, reduction="none")
    expected = nn.functional.cross_entropy(logits, labels)
    assert over_time(losses, np.full(4, 0.25)) == pytest.approx(expected, rel=1e-12)
    lengths = np.array([4, 1, 2])
    mask = sequence_mask(lengths)
    alone = [losses[i, :length].mean() for i, length in enumerate(lengths)]
    assert over_time(losses, mask / lengths[:, None]) == pytest.approx(np.mean(alone), rel=1e-12)


def test_weights_that_fit_no_step_are_refused() -> None:
    with pytest.raises(ShapeError, match=r"\(N, T\) and weights .* got \(3, 4\) and \(3,\)"):
        over_time(np.ones((3, 4)), np.ones(3))
    with pytest.raises(ShapeError, match="reduction='none'"):
        over_time(np.float64(1.0), np.ones(3))
    with pytest.raises(ShapeError, match="over_time averages over samples, and got none"):
        over_time(np.ones((0, 4)), np.ones(4))
