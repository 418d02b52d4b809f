"""The Generator as a stream: reproducible, never overlapping, saved and resumed exactly."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuropil.errors import DataError, DTypeError, ShapeError
from neuropil.graph import Variable
from neuropil.random import Generator

if TYPE_CHECKING:
    from collections.abc import Callable

    Array = np.ndarray[Any, Any]
    Plan = list[tuple[str, int]]

DRAWS: dict[str, Callable[[Generator, int], Array]] = {
    "uniform float32": lambda rng, n: rng.uniform(n),
    "uniform float64": lambda rng, n: rng.uniform(n, dtype=np.float64),
    "normal": lambda rng, n: rng.normal(n),
    "normal float64": lambda rng, n: rng.normal(n, dtype="float64"),
    "exponential": lambda rng, n: rng.exponential(n),
    "bernoulli": lambda rng, n: rng.bernoulli(0.5, n),
    "integers": lambda rng, n: rng.integers(0, 100, n),
    "permutation": lambda rng, n: rng.permutation(n),
    "choice": lambda rng, n: rng.choice(9, n),
    "weighted choice": lambda rng, n: rng.choice(2, n, p=[0.5, 0.5]),
    "spawn": lambda rng, n: rng.spawn().key.value,
}
draws = st.lists(st.tuples(st.sampled_from(sorted(DRAWS)), st.integers(0, 30)), max_size=8)


def take(rng: Generator, plan: Plan) -> list[Array]:
    return [DRAWS[name](rng, n) for name, n in plan]


def same(first: list[Array], second: list[Array]) -> bool:
    return all(
        a.dtype == b.dtype and np.array_equal(a, b) for a, b in zip(first, second, strict=True)
    )


@given(st.integers(0, 2**130), draws)
def test_one_seed_gives_one_stream(seed: int, plan: Plan) -> None:
    assert same(take(Generator(seed), plan), take(Generator(seed), plan))


@given(draws, draws)
def test_a_restored_generator_continues_exactly(before: Plan, after: Plan) -> None:
    rng = Generator(3)
    take(rng, before)
    state = rng.state_dict()
    restored = Generator()
    restored.load_state_dict(state)
    assert same(take(restored, after), take(rng, after))
    assert restored.counter.value == rng.counter.value


def test_the_stream_is_the_one_committed() -> None:
    rng = Generator(2024)
    assert rng.key.value.tolist() == [5514401882974304769, 18299549282331608904]
    assert rng.integers(0, 1000, 6).tolist() == [982, 183, 29, 301, 368, 843]
    assert (rng.uniform(4) * 2**24).tolist() == [7498249, 10859358, 32449, 7012680]
    assert rng.permutation(8).tolist() == [0, 1, 7, 4, 3, 5, 2, 6]
    assert np.flatnonzero(rng.bernoulli(0.5, 8)).tolist() == [0, 2, 3]
    normal = rng.normal(3, dtype=np.float64)
    assert normal == pytest.approx([0.07972152547885218, 2.384122254131443, -0.025072108672122905])
    assert int(rng.counter) == 7


@given(st.lists(st.sampled_from(sorted(DRAWS)), min_size=1, max_size=4), st.integers(1, 9))
def test_every_draw_moves_the_counter_past_what_it_used(names: list[str], n: int) -> None:
    rng = Generator(1)
    for name in names:
        before = int(rng.counter)
        DRAWS[name](rng, n)
        assert int(rng.counter) > before


def test_successive_draws_share_no_words() -> None:
    rng = Generator(4)
    words = np.concatenate([rng.integers(0, 2**63, n) for n in (1, 3, 4, 5, 1000, 2)])
    assert len(np.unique(words)) == len(words)


def test_a_draw_replaces_the_counter_and_leaves_the_old_array_alone() -> None:
    rng = Generator(0)
    before = rng.counter.value
    rng.uniform(100)
    assert before == 0
    assert rng.counter.value is not before


def test_key_and_counter_are_variables_without_gradient() -> None:
    rng = Generator(0)
    for variable, shape in ((rng.key, (2,)), (rng.counter, ())):
        assert isinstance(variable, Variable)
        assert (variable.dtype, variable.shape, variable.requires_grad) == (np.uint64, shape, False)


def test_without_a_seed_every_generator_is_another() -> None:
    assert not np.array_equal(Generator().key.value, Generator().key.value)


def test_different_seeds_give_unrelated_streams() -> None:
    x = np.stack([Generator(seed).normal(1000, dtype=np.float64) for seed in range(20)])
    correlations = np.corrcoef(x)[np.triu_indices(20, 1)]
    assert np.abs(correlations).max() < 5.0 / np.sqrt(1000)


def test_children_differ_from_one_another_and_from_their_parent() -> None:
    parent = Generator(5)
    family = [parent.spawn(), parent.spawn(), parent]
    x = np.stack([rng.normal(1000, dtype=np.float64) for rng in family])
    assert np.abs(np.corrcoef(x)[np.triu_indices(3, 1)]).max() < 5.0 / np.sqrt(1000)
    again = Generator(5)
    assert np.array_equal(again.spawn().key.value, family[0].key.value)


def test_a_deep_copy_goes_its_own_way_from_the_same_place() -> None:
    rng = Generator(6)
    rng.uniform(3)
    other = copy.deepcopy(rng)
    assert np.array_equal(rng.uniform(5), other.uniform(5))
    rng.uniform(5)
    assert rng.counter.value != other.counter.value


def test_a_state_is_a_copy() -> None:
    rng = Generator(7)
    state = rng.state_dict()
    rng.load_state_dict(state)
    state["key"][:] = 0
    assert not np.array_equal(rng.key.value, state["key"])
    assert {name: array.dtype for name, array in state.items()} == {
        "key": np.uint64,
        "counter": np.uint64,
    }


@pytest.mark.parametrize("shape", [(), 0, 1, 7, (2, 3), (0, 4), (2, 1, 5)])
@pytest.mark.parametrize("draw", ["uniform", "normal", "exponential"])
def test_shapes_are_what_was_asked_for(draw: str, shape: int | tuple[int, ...]) -> None:
    x = getattr(Generator(0), draw)(shape)
    assert isinstance(x, np.ndarray)
    assert x.shape == (shape if isinstance(shape, tuple) else (shape,))


def test_numbers_of_one_draw_may_be_changed_without_touching_the_next() -> None:
    rng, same_stream = Generator(8), Generator(8)
    rng.uniform(8)[:] = 0.0
    same_stream.uniform(8)
    assert np.array_equal(rng.uniform(8), same_stream.uniform(8))


def test_repr_tells_key_and_counter() -> None:
    rng = Generator(0)
    rng.uniform(9)
    assert repr(rng) == f"Generator(key={rng.key.value}, counter=2)"


@pytest.mark.parametrize(
    ("error", "match", "call"),
    [
        (ValueError, "integer >= 0, got -1", lambda rng: Generator(-1)),
        (
            TypeError,
            "integer >= 0 or None, got builtins.float",
            lambda rng: Generator(cast("int", 1.5)),
        ),
        (TypeError, "builtins.bool", lambda rng: Generator(True)),
        (ValueError, "low < high, got low=1.0, high=1.0", lambda rng: rng.uniform(3, 1.0, 1.0)),
        (ValueError, "finite", lambda rng: rng.uniform(3, 0.0, float("inf"))),
        (ValueError, "finite", lambda rng: rng.uniform(3, float("nan"), 1.0)),
        (ShapeError, "no negative lengths, got \\(2, -1\\)", lambda rng: rng.uniform((2, -1))),
        (ShapeError, "tuple of integers", lambda rng: rng.uniform(cast("Any", (2.0,)))),
        (DTypeError, "float32 or float64, got int64", lambda rng: rng.uniform(3, dtype=np.int64)),
        (ValueError, "std >= 0, got -1", lambda rng: rng.normal(3, std=-1)),
        (ValueError, "std >= 0, got nan", lambda rng: rng.normal(3, std=float("nan"))),
        (ValueError, "scale > 0", lambda rng: rng.exponential(3, scale=0.0)),
        (ValueError, r"\[0, 1\], got 1.5", lambda rng: rng.bernoulli(1.5, 3)),
        (ValueError, r"\[0, 1\], got nan", lambda rng: rng.bernoulli(float("nan"), 3)),
        (ValueError, "low < high", lambda rng: rng.integers(3, 3)),
        (ValueError, "int64", lambda rng: rng.integers(0, 2**64)),
        (TypeError, "float", lambda rng: rng.integers(0, cast("int", 3.5))),
        (ShapeError, "negative", lambda rng: rng.permutation(-1)),
        (
            TypeError,
            "got ndarray: to shuffle",
            lambda rng: rng.permutation(cast("int", np.ones(2))),
        ),
        (ValueError, "at least one option", lambda rng: rng.choice([])),
        (ValueError, "4 of 3", lambda rng: rng.choice(3, 4, replace=False)),
        (ValueError, "replace=True", lambda rng: rng.choice(2, replace=False, p=[0.5, 0.5])),
        (ValueError, "sum 1", lambda rng: rng.choice(2, p=[0.5, 0.6])),
        (ValueError, "2 probabilities", lambda rng: rng.choice(2, p=[0.5, 0.5, 0.0])),
        (ValueError, ">= 0", lambda rng: rng.choice(2, p=[1.5, -0.5])),
    ],
)
def test_bad_arguments_are_refused_and_use_up_nothing(
    error: type[Exception], match: str, call: Callable[[Generator], object]
) -> None:
    rng = Generator(0)
    with pytest.raises(error, match=match):
        call(rng)
    assert rng.counter.value == 0


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"key": np.zeros(2, np.uint64)},
        {"key": np.zeros(2, np.int64), "counter": np.array(0, np.uint64)},
        {"key": np.zeros(3, np.uint64), "counter": np.array(0, np.uint64)},
        {"key": np.zeros(2, np.uint64), "counter": np.array(0, np.uint64), "position": 3},
    ],
)
def test_a_foreign_state_is_refused_and_changes_nothing(broken: dict[str, Array]) -> None:
    rng = Generator(9)
    before = rng.state_dict()
    with pytest.raises(DataError, match=r"Generator's state holds .*state_dict\(\)"):
        rng.load_state_dict(broken)
    assert same(list(rng.state_dict().values()), list(before.values()))


@given(st.integers(0, 9), st.integers(0, 9), st.integers(0, 11), st.sampled_from(["f4", "f8"]))
def test_rows_are_the_same_whatever_they_are_drawn_with(m: int, n: int, k: int, dtype: str) -> None:
    table, rng = Generator(5).normal_rows(m + n, k, dtype=dtype), Generator(5)
    pieces = rng.normal_rows(m, k, dtype=dtype), rng.normal_rows(n, k, dtype=dtype)
    np.testing.assert_array_equal(np.concatenate(pieces), table)
    beyond = Generator(5).normal_rows(n, k, first=m, dtype=dtype)
    np.testing.assert_array_equal(beyond, table[m:])
    assert table.dtype == dtype


@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_rows_are_normal_within_and_across(dtype: str) -> None:
    x = Generator(0).normal_rows(20_000, 5, dtype=dtype)
    np.testing.assert_allclose(np.cov(x.T), np.eye(5), atol=0.04)  # 4 / √20,000 is 0.028
    np.testing.assert_allclose(x.mean(axis=0), 0.0, atol=0.03)
    np.testing.assert_allclose((x**4).mean(axis=0), 3.0, atol=0.3)
    assert abs(np.corrcoef(x[1:].ravel(), x[:-1].ravel())[0, 1]) < 0.015
