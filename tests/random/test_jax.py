"""The same stream under XLA: a Generator whose key and counter are traced."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from neuropil.errors import DTypeError
from neuropil.random import Generator
from neuropil.random.bits import random_words

if TYPE_CHECKING:
    from collections.abc import Callable

    Draw = Callable[[Generator], Any]

jax = pytest.importorskip("jax")
pytestmark = pytest.mark.fast

EXACT: dict[str, Draw] = {
    "uniform float32": lambda rng: rng.uniform((3, 5)),
    "uniform float64": lambda rng: rng.uniform(7, dtype=np.float64),
    "bernoulli": lambda rng: rng.bernoulli(0.3, (4, 5)),
    "never": lambda rng: rng.bernoulli(0.0, 5),
    "always": lambda rng: rng.bernoulli(1.0, 5),
    "integers": lambda rng: rng.integers(-5, 1000, 9),
    "large integers": lambda rng: rng.integers(-(2**62), 2**62, 9),
    "permutation": lambda rng: rng.permutation(23),
    "choice": lambda rng: rng.choice(9, 4, replace=False),
    "weighted choice": lambda rng: rng.choice(3, 50, p=[0.2, 0.5, 0.3]),
    "spawn": lambda rng: rng.spawn().uniform(3),
}
ROUNDED: dict[str, Draw] = {
    "uniform in an interval": lambda rng: rng.uniform((3, 5), -2.0, 3.0),
    "normal float32": lambda rng: rng.normal((3, 5)),
    "normal float64": lambda rng: rng.normal((3, 5), 1.0, 2.0, dtype=np.float64),
    "exponential": lambda rng: rng.exponential(11),
}


def traced(draw: Draw) -> Any:
    """``draw`` compiled by XLA: what it returns, and the counter after it."""

    def step(key: Any, counter: Any) -> tuple[Any, Any]:
        rng = Generator(0)
        rng.key.value, rng.counter.value = key, counter
        return draw(rng), rng.counter.value

    return jax.jit(step)


@pytest.mark.parametrize("counter", [0, 5, 2**32 - 1, 2**64 - 2])
@pytest.mark.parametrize("n", [0, 1, 4, 13])
def test_words_are_equal_to_the_bit(counter: int, n: int) -> None:
    key = np.array([0x452821E638D01377, 0xBE5466CF34E90C6C], np.uint64)
    first = np.array(counter, np.uint64)
    with jax.enable_x64(True):
        words, after = map(np.asarray, jax.jit(random_words, static_argnums=2)(key, first, n))
    expected, expected_after = random_words(key, first, n)
    assert words.dtype == np.uint64
    assert np.array_equal(words, expected)
    assert after == expected_after


@pytest.mark.parametrize("name", [*EXACT, *ROUNDED])
def test_draws_under_xla_are_those_of_numpy(name: str) -> None:
    draw = EXACT.get(name) or ROUNDED[name]
    rng = Generator(11)
    rng.uniform(6)
    state = rng.state_dict()
    with jax.enable_x64(True):
        got, after = map(np.asarray, traced(draw)(state["key"], state["counter"]))
    expected = draw(rng)
    assert after == rng.counter.value
    assert got.dtype == expected.dtype
    if name in EXACT:
        assert np.array_equal(got, expected)
    else:
        epsilon = np.finfo(expected.dtype).eps
        np.testing.assert_allclose(got, expected, rtol=16 * epsilon, atol=16 * epsilon)


def test_a_generator_left_with_jax_arrays_goes_on_in_numpy() -> None:
    rng = Generator(12)
    state = rng.state_dict()
    with jax.enable_x64(True):
        rng.key.value, rng.counter.value = map(jax.numpy.asarray, (state["key"], state["counter"]))
    drawn = rng.uniform(5, dtype=np.float64)
    assert isinstance(drawn, np.ndarray)
    assert drawn.dtype == np.float64
    assert np.array_equal(drawn, Generator(12).uniform(5, dtype=np.float64))
    assert int(rng.counter) == 2


def test_a_step_traced_without_64_bits_is_refused() -> None:
    with pytest.raises(DTypeError, match=r"uint64.*neuropil\.compile"):
        jax.jit(random_words, static_argnums=2)(np.zeros(2, np.uint32), np.uint32(0), 4)
