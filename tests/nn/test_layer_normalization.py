"""Layer normalisation: each sample by itself."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuropil import nn
from neuropil.errors import DTypeError, ShapeError

RNG = np.random.default_rng(0)


@given(st.floats(-1e3, 1e3), st.floats(1e-2, 1e3), st.integers(0, 99))
def test_each_sample_gets_mean_0_and_variance_1(mean: float, std: float, seed: int) -> None:
    x = np.random.default_rng(seed).normal(mean, std, (3, 2, 4))
    y = nn.LayerNorm((2, 4), eps=0.0, dtype=np.float64)(x).value
    np.testing.assert_allclose(y.mean(axis=(1, 2)), 0.0, atol=1e-9)
    np.testing.assert_allclose(y.var(axis=(1, 2)), 1.0, rtol=1e-9)


def test_a_sample_does_not_see_the_others_in_either_mode() -> None:
    layer, x = nn.LayerNorm(4, dtype=np.float64), RNG.normal(size=(5, 3, 4))
    whole = layer(x).value
    np.testing.assert_array_equal(layer(x[2]).value, whole[2])
    np.testing.assert_array_equal(layer.eval()(x).value, whole)


def test_it_is_batch_normalisation_of_the_transpose() -> None:
    x = RNG.normal(size=(6, 4))
    layer = nn.LayerNorm(4, dtype=np.float64)
    expected = nn.BatchNorm1d(6, dtype=np.float64)(x.T).value.T
    np.testing.assert_allclose(layer(x).value, expected, rtol=1e-12)


@pytest.mark.parametrize(
    ("settings", "names"),
    [
        ({}, ["weight", "bias"]),
        ({"bias": False}, ["weight"]),
        ({"elementwise_affine": False}, []),
    ],
)
def test_its_settings_say_which_parameters_it_has(
    settings: dict[str, Any], names: list[str]
) -> None:
    layer = nn.LayerNorm(4, **settings)
    assert [name for name, _ in layer.named_parameters()] == names
    again = nn.build(nn.describe(layer))
    assert list(again.state_dict()) == names


def test_what_does_not_fit_is_answered_with_advice() -> None:
    layer = nn.LayerNorm((3, 4))
    with pytest.raises(ShapeError, match=r"LayerNorm expects \(\.\.\., 3, 4\), got \(4,\)"):
        layer(np.zeros(4, np.float32))
    with pytest.raises(ShapeError, match=r"got \(2, 4, 3\): build it for the last axes"):
        layer(np.zeros((2, 4, 3), np.float32))
    with pytest.raises(DTypeError, match="LayerNorm computes in float32, got float64"):
        layer(np.zeros((3, 4)))
    with pytest.raises(ValueError, match="normalized_shape of at least 1"):
        nn.LayerNorm((3, 0))
    with pytest.raises(ValueError, match="one axis at least"):
        nn.LayerNorm(())


def test_float16_does_not_overflow_within() -> None:
    x = RNG.normal(0.0, 1000.0, (4, 8)).astype(np.float16)
    expected = nn.LayerNorm(8)(x.astype(np.float32)).value
    y = nn.LayerNorm(8, dtype=np.float16)(x).value
    assert y.dtype == np.float16
    np.testing.assert_allclose(y, expected, atol=2e-3)


def test_integers_are_normalised_as_numbers() -> None:
    y = nn.functional.layer_norm(np.array([[1, 2, 4]]), (3,))
    np.testing.assert_allclose(y, nn.functional.layer_norm(np.array([[1.0, 2.0, 4.0]]), (3,)))
