"""Damaged inputs: how much, when, and the same numbers under both engines."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

import neuropil as npl
from neuropil import nn
from neuropil.nn import Corruption

N = 40_000
MAKERS: list[Callable[..., Corruption]] = [nn.GaussianNoise, nn.MaskingNoise, nn.BitFlip]
kinds = pytest.mark.parametrize("kind", MAKERS)


def test_gaussian_noise_adds_what_it_says() -> None:
    noise = nn.GaussianNoise(0.3, rng=0)(np.full(N, 2.0)) - 2.0
    assert abs(noise.mean()) < 4 * 0.3 / np.sqrt(N)
    assert noise.std() == pytest.approx(0.3, rel=4 / np.sqrt(2 * N))


@pytest.mark.parametrize("p", [0.0, 0.25, 1.0])
def test_masking_noise_takes_away_a_share_and_leaves_the_rest(p: float) -> None:
    left = nn.MaskingNoise(p, rng=0)(np.full(N, 0.7))
    assert set(np.unique(left)) <= {0.0, 0.7}
    assert np.mean(left == 0.0) == pytest.approx(p, abs=4 * np.sqrt(p * (1 - p) / N))


@pytest.mark.parametrize("p", [0.0, 0.25, 1.0])
def test_bits_are_flipped_whatever_they_are(p: float) -> None:
    bits = np.arange(N) % 2.0
    flipped = nn.BitFlip(p, rng=0)(bits) != bits
    for value in (0.0, 1.0):
        share = np.mean(flipped[bits == value])
        assert share == pytest.approx(p, abs=4 * np.sqrt(p * (1 - p) / (N / 2)))


@kinds
def test_nothing_is_damaged_in_eval_mode(kind: Callable[..., Corruption]) -> None:
    layer, x = kind(rng=0).eval(), np.linspace(0.0, 1.0, 50)
    assert layer(x) is x
    assert (layer.damaged(x, 0) != x).any()  # unless it is asked for


@kinds
def test_each_call_draws_anew_and_a_seed_repeats(kind: Callable[..., Corruption]) -> None:
    x = np.linspace(0.1, 0.9, 200, dtype=np.float32)
    layer, again = kind(rng=3), kind(rng=3)
    first, second = layer(x), layer(x)
    assert first.dtype == x.dtype
    assert (first != second).any()
    np.testing.assert_array_equal(first, again(x))
    with npl.random.use(npl.Generator(3)):
        np.testing.assert_array_equal(kind()(x), first)


@kinds
def test_gradients_go_through_what_is_left(kind: Callable[..., Corruption]) -> None:
    x = npl.Variable(np.linspace(0.1, 0.9, 40))
    y = kind(rng=1)(x)
    npl.sum(y).backward()
    slopes = {
        "GaussianNoise": np.ones(40),
        "MaskingNoise": np.where(y.value == 0.0, 0.0, 1.0),
        "BitFlip": np.where(y.value == x.value, 1.0, -1.0),
    }
    np.testing.assert_array_equal(x.grad, slopes[kind.__name__])


@pytest.mark.fast
@kinds
def test_a_program_draws_the_same_numbers(kind: Callable[..., Corruption]) -> None:
    pytest.importorskip("jax")
    x = np.linspace(0.1, 0.9, 200)
    layer, again = kind(rng=5), kind(rng=5)
    compiled = npl.compile(layer, state=(layer,))
    for _ in range(2):
        np.testing.assert_allclose(compiled(x), again(x), rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: nn.GaussianNoise(-0.1), r"finite std >= 0, got -0\.1"),
        (lambda: nn.GaussianNoise(float("nan")), "finite std >= 0, got nan"),
        (lambda: nn.MaskingNoise(1.5), r"probability p between 0 and 1, got 1\.5"),
        (lambda: nn.BitFlip(-1.0), r"probability p between 0 and 1, got -1\.0"),
    ],
)
def test_settings_that_mean_nothing(make: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()
