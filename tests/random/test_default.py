"""The default Generator: per thread, replaceable for a while."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pytest

from neuropil import random
from neuropil.random import Generator

if TYPE_CHECKING:
    Array = np.ndarray[Any, Any]


def test_a_generator_is_itself_and_a_seed_makes_one() -> None:
    rng = Generator(1)
    assert random.as_generator(rng) is rng
    assert np.array_equal(random.as_generator(1).key.value, rng.key.value)
    assert np.array_equal(random.as_generator(cast("int", np.int32(1))).key.value, rng.key.value)


def test_without_an_argument_it_is_always_the_same() -> None:
    assert random.as_generator() is random.as_generator(None)


@pytest.mark.parametrize("wrong", ["0", 1.0, True, np.random.default_rng(0)])
def test_anything_else_is_refused(wrong: Any) -> None:
    with pytest.raises(TypeError, match="a seed is an integer >= 0 or None, got"):
        random.as_generator(wrong)


def test_manual_seed_begins_the_stream_of_the_default_anew() -> None:
    default = random.as_generator()
    assert random.manual_seed(7) is default
    first = random.as_generator().uniform(5)
    random.manual_seed(7)
    assert np.array_equal(random.as_generator().uniform(5), first)
    assert np.array_equal(Generator(7).uniform(5), first)


def _fail_unless_default(rng: Generator) -> None:
    raise KeyError if random.as_generator() is rng else AssertionError


def test_use_replaces_the_default_and_brings_it_back_after_errors() -> None:
    default = random.as_generator()
    with random.use(1) as outer:
        assert random.as_generator() is outer
        with pytest.raises(KeyError), random.use(Generator(2)) as inner:
            _fail_unless_default(inner)
        assert random.as_generator() is outer
    assert random.as_generator() is default


def test_every_thread_has_a_default_of_its_own() -> None:
    with random.use(3) as mine, ThreadPoolExecutor(1) as pool:
        theirs = pool.submit(random.as_generator).result()
        assert theirs is not mine
        assert random.as_generator() is mine


def test_threads_draw_the_streams_of_their_generators() -> None:
    def draw(seed: int) -> Array:
        rng = Generator(seed)
        return np.concatenate([rng.uniform(97) for _ in range(200)])

    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(draw, range(8)))
    for seed, drawn in enumerate(together):
        assert np.array_equal(drawn, draw(seed))
