"""Returns: sums of rewards, discounted and not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuropil.errors import ShapeError
from neuropil.reinforcement import Episodes
from neuropil.reinforcement.episodes import joined


def played(rewards: list[list[float]]) -> Episodes:
    flat = np.concatenate([np.asarray(one, float) for one in rewards])
    lengths = np.array([len(one) for one in rewards])
    return Episodes(np.zeros((len(flat), 1)), np.zeros(len(flat), int), flat, lengths)


REWARDS = st.lists(st.lists(st.floats(-10.0, 10.0), min_size=1, max_size=6), min_size=1, max_size=4)


@given(REWARDS, st.floats(0.1, 1.0))
def test_a_return_is_a_reward_and_the_discounted_return_after_it(
    rewards: list[list[float]], discount: float
) -> None:
    episodes = played(rewards)
    to_go = np.split(episodes.returns_to_go(discount), np.cumsum(episodes.lengths)[:-1])
    for of_episode, expected in zip(to_go, rewards, strict=True):
        assert of_episode[-1] == expected[-1]
        np.testing.assert_allclose(
            of_episode[:-1], expected[:-1] + discount * of_episode[1:], atol=1e-12
        )


@given(REWARDS)
def test_what_is_to_come_at_first_is_all_there_is(rewards: list[list[float]]) -> None:
    episodes = played(rewards)
    first = episodes.moments == 0
    np.testing.assert_allclose(episodes.returns_to_go()[first], episodes.returns, atol=1e-12)
    assert episodes.returns == pytest.approx([sum(one) for one in rewards], abs=1e-12)
    assert episodes.moments.tolist() == [i for one in rewards for i in range(len(one))]


def test_episodes_are_joined_in_order() -> None:
    both = joined([played([[1.0, 2.0], [3.0]]), played([[4.0]])])
    assert both.rewards.tolist() == [1.0, 2.0, 3.0, 4.0]
    assert both.lengths.tolist() == [2, 1, 1]
    assert len(both) == 3


@pytest.mark.parametrize("lengths", [[2, 2], [2, 0, 1], [1, 1]])
def test_episodes_have_all_their_steps(lengths: list[int]) -> None:
    with pytest.raises(ShapeError, match="got 3, 3, 3 of these and the lengths"):
        Episodes(np.zeros((3, 1)), np.zeros(3, int), np.ones(3), np.array(lengths))
