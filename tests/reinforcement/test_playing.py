"""Playing side by side, choosing actions, and evaluation."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from neuropil import nn, random
from neuropil.errors import DivergenceError
from neuropil.reinforcement import (
    Box,
    CartPole,
    CartPoles,
    Discrete,
    Greedy,
    Sampled,
    evaluate,
    play,
)

BOUNDS = np.ones(2, np.float32)


class Corridors:
    """``num_envs`` corridors of lengths 1, 2, …, which begin anew by themselves."""

    def __init__(self, num_envs: int = 3) -> None:
        self.num_envs = num_envs
        self.single_observation_space = Box(-BOUNDS, BOUNDS)
        self.single_action_space = Discrete(2, start=5)
        self.lengths, self.at = np.arange(1, num_envs + 1), np.zeros(num_envs, int)
        self.taken: list[Any] = []

    def reset(self, *, seed: int | None = None) -> Any:
        self.at[:] = 0
        return self.seen, {}

    def step(self, actions: Any) -> Any:
        self.taken.append(np.array(actions))
        self.at += 1
        over = self.at == self.lengths
        result: Any = self.seen, np.ones(self.num_envs), over, np.zeros(self.num_envs, bool), {}
        self.at[over] = 0
        return result

    @property
    def seen(self) -> Any:
        return np.column_stack([np.ones(self.num_envs), self.at]).astype(np.float32)


def linear(weight: Any) -> nn.Linear:
    """A policy without a bias, with these rows."""
    net = nn.Linear(np.shape(weight)[1], 2, bias=False, rng=0)
    net.weight.value[:] = weight
    return net


def test_only_the_first_episode_of_each_counts() -> None:
    """Others go on beside it until the last one ends: what they do then is left out."""
    corridors = Corridors()
    played = play(linear([[0, 0], [0, 0]]), corridors, 6, rng=random.Generator(0))
    assert played.lengths.tolist() == [1, 2, 3, 1, 2, 3]
    assert played.returns.tolist() == [1.0, 2.0, 3.0, 1.0, 2.0, 3.0]
    assert played.observations[:, 1].tolist() == [0, 0, 1, 0, 1, 2] * 2
    assert set(np.concatenate(corridors.taken).tolist()) == {5, 6}
    assert set(played.actions.tolist()) == {0, 1}
    with pytest.raises(ValueError, match="3 environments side by side can play in turns, got 4"):
        play(linear([[0, 0], [0, 0]]), corridors, 4, rng=random.Generator(0))


def test_steps_are_those_that_were_taken() -> None:
    """Played again, the actions lead where they led."""
    played = play(linear(np.zeros((2, 4))), CartPole(), 3, rng=random.Generator(1))
    seeds = random.Generator(1)
    ends = np.cumsum(played.lengths)
    for first, last in zip(ends - played.lengths, ends, strict=True):
        cart = CartPole()
        seen, _ = cart.reset(seed=int(seeds.integers(0, 2**31)))
        for step in range(first, last):
            np.testing.assert_array_equal(seen, played.observations[step])
            seen, _, terminated, _, _ = cart.step(int(played.actions[step]))
            assert terminated == (step == last - 1)
            seeds.uniform(1, dtype=np.float64)  # what the action was drawn from


def test_a_seed_repeats() -> None:
    one, other = (
        play(linear(np.zeros((2, 4))), CartPoles(8), 16, rng=random.Generator(4)) for _ in range(2)
    )
    np.testing.assert_array_equal(one.observations, other.observations)
    np.testing.assert_array_equal(one.actions, other.actions)


def test_actions_are_drawn_with_their_probabilities() -> None:
    shares = np.array([0.1, 0.0, 0.6, 0.3])
    with np.errstate(divide="ignore"):
        logits = np.tile(np.log(shares), (40_000, 1)) + 300.0
    drawn = Sampled()(logits, random.Generator(0))
    found = np.bincount(drawn, minlength=4) / 40_000
    assert np.abs(found - shares).max() < 5 * np.sqrt(0.25 / 40_000)
    assert found[1] == 0.0
    assert set(Greedy()(logits, random.Generator(0)).tolist()) == {2}


def test_a_good_policy_is_told_from_a_bad_one() -> None:
    against, along = ([[0, 0, 0, 0], [0, 0, k, k]] for k in (50.0, -50.0))
    good = evaluate(linear(against), CartPoles(50), choice=Greedy(), rng=0)
    bad = evaluate(linear(along), CartPoles(50), choice=Greedy(), rng=0)
    assert len(good.returns) == 100
    assert good.mean > 150.0 > 12.0 * bad.mean
    assert good.mean == good.returns.mean()
    low, high = good.interval()
    assert low < good.mean < high


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_observations_are_of_the_dtype_of_the_policy(dtype: Any) -> None:
    class Other(Corridors):
        @property
        def seen(self) -> Any:
            return super().seen.astype(dtype)

    played = play(linear([[0, 0], [0, 0]]), Other(), 3, rng=random.Generator(0))
    assert played.observations.dtype == np.float32


def test_places_are_looked_up() -> None:
    """Observations that are integers stay integers: an embedding takes them."""

    class Places(Corridors):
        @property
        def seen(self) -> Any:
            return self.at.copy()

    places = Places()
    places.single_observation_space = Box(np.zeros(()), np.ones(()))
    played = play(nn.Embedding(3, 2, rng=0), places, 3, rng=random.Generator(0))
    assert played.observations.tolist() == [0, 0, 1, 0, 1, 2]


def test_answers_are_finite() -> None:
    with pytest.raises(DivergenceError, match="smaller learning rate"):
        play(linear(np.full((2, 4), np.nan)), CartPole(), 1, rng=random.Generator(0))


def test_a_policy_acts_in_eval_mode_and_an_evaluation_leaves_no_trace() -> None:
    rng = random.Generator(0)
    layers = nn.Linear(4, 8, rng=rng), nn.BatchNorm1d(8), nn.Dropout(0.5, rng=rng)
    policy = nn.Sequential(*layers, nn.Linear(8, 2, rng=rng))
    before = {name: array.copy() for name, array in policy.state_dict().items()}
    acting = evaluate(policy, CartPoles(20), episodes=20, choice=Greedy(), rng=1)
    again = evaluate(policy, CartPoles(20), episodes=20, choice=Greedy(), rng=1)
    np.testing.assert_array_equal(acting.returns, again.returns)
    assert policy.training
    for name, array in policy.state_dict().items():
        np.testing.assert_array_equal(array, before[name], err_msg=name)
