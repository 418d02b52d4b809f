"""The cart-pole: its mechanics, where episodes end, and Gymnasium's beside it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuropil.reinforcement import CartPole, CartPoles
from neuropil.reinforcement.cart_pole import CART, DT, GRAVITY, HALF_LENGTH, POLE, moved

MASS = CART + POLE


def accelerations(state: Any, force: float) -> tuple[Any, Any]:
    after = moved(np.asarray(state), force)
    return (after[1] - state[1]) / DT, (after[3] - state[3]) / DT


@given(st.lists(st.floats(-1.0, 1.0), min_size=4, max_size=4), st.floats(-10.0, 10.0))
def test_the_equations_of_motion_hold(state: list[float], force: float) -> None:
    """Lagrange's equations of a cart and a rod, whose moment about its middle is m l²/3."""
    _, _, angle, omega = state
    a, turning = accelerations(state, force)
    cos, sin, moment = np.cos(angle), np.sin(angle), POLE * HALF_LENGTH
    assert force == pytest.approx(MASS * a + moment * (turning * cos - omega**2 * sin), abs=1e-9)
    inertia = 4.0 / 3.0 * moment * HALF_LENGTH
    assert moment * GRAVITY * sin == pytest.approx(inertia * turning + moment * a * cos, abs=1e-9)


@given(st.lists(st.floats(-1.0, 1.0), min_size=4, max_size=4), st.floats(-10.0, 10.0))
def test_left_and_right_are_alike(state: list[float], force: float) -> None:
    there = moved(np.asarray(state), force)
    np.testing.assert_array_equal(moved(-np.asarray(state), -force), -there)


def test_what_is_upright_stays_upright_unpushed() -> None:
    np.testing.assert_array_equal(moved(np.zeros(4), 0.0), np.zeros(4))


def test_a_seed_repeats_and_starts_are_near_rest() -> None:
    carts = CartPoles(1000)
    first, info = carts.reset(seed=3)
    assert info == {}
    assert first.dtype == np.float32
    assert 0.049 < np.abs(first).max() <= 0.05
    assert np.abs(first.mean(axis=0)).max() < 0.005
    again, _ = CartPoles(1000).reset(seed=3)
    np.testing.assert_array_equal(first, again)
    following, _ = carts.reset()
    assert not np.array_equal(first, following)


def test_one_cart_is_the_first_of_many() -> None:
    one, many = CartPole(), CartPoles(1)
    np.testing.assert_array_equal(one.reset(seed=5)[0], many.reset(seed=5)[0][0])
    for action in (0, 1, 1, 0, 1):
        seen, reward, terminated, truncated, _ = one.step(action)
        rows, rewards, *ends, _ = many.step(np.array([action]))
        np.testing.assert_array_equal(seen, rows[0])
        assert (reward, terminated, truncated) == (rewards[0], ends[0][0], ends[1][0])


def test_an_episode_terminates_where_the_pole_falls() -> None:
    carts = CartPoles(2)
    carts.reset(seed=0)
    steps = 0
    while True:
        seen, rewards, terminated, truncated, _ = carts.step(np.array([1, steps % 2]))
        steps += 1
        assert rewards.tolist() == [1.0, 1.0]
        assert not truncated.any()
        if terminated[0]:
            break
    assert 5 < steps < 20
    assert abs(seen[0, 2]) > np.deg2rad(12.0) > abs(seen[1, 2])
    waiting = seen[0]
    seen, rewards, terminated, _, _ = carts.step(np.array([0, steps % 2]))
    assert rewards.tolist() == [0.0, 1.0]
    assert terminated.tolist() == [True, False]
    np.testing.assert_array_equal(seen[0], waiting)


def test_an_episode_terminates_where_the_track_ends() -> None:
    carts = CartPoles(3)
    carts.reset(seed=0)
    carts.state[:] = 0.0
    carts.state[0] = [2.39, -2.39, 2.39]
    carts.state[1] = [1.0, -1.0, -1.0]
    *_, terminated, _, _ = carts.step(np.array([1, 0, 1]))
    assert terminated.tolist() == [True, True, False]


def test_an_episode_is_truncated_after_so_many_steps() -> None:
    cart = CartPole(max_steps=3)
    cart.reset(seed=0)
    assert [cart.step(k % 2)[3] for k in range(3)] == [False, False, True]
    cart.reset()
    assert not cart.step(0)[3]


@pytest.mark.parametrize("action", [2, -1, 0.5])
def test_a_push_is_to_the_left_or_to_the_right(action: Any) -> None:
    cart = CartPole()
    cart.reset(seed=0)
    with pytest.raises(ValueError, match=r"each 0 \(left\) or 1 \(right\)"):
        cart.step(action)
    with pytest.raises(ValueError, match="carts take 2 actions"):
        CartPoles(2).step(np.array([0]))


def test_there_is_a_cart_and_time() -> None:
    for wrong in ((0, 500), (1, 0)):
        with pytest.raises(ValueError, match="at least 1"):
            CartPoles(wrong[0], max_steps=wrong[1])


@pytest.mark.peer
def test_gymnasium_moves_to_the_same_bits() -> None:
    gymnasium = pytest.importorskip("gymnasium")
    peer, ours = gymnasium.make("CartPole-v1"), CartPole()
    assert peer.action_space.n == ours.action_space.n
    np.testing.assert_array_equal(peer.observation_space.low, ours.observation_space.low)
    np.testing.assert_array_equal(peer.observation_space.high, ours.observation_space.high)
    rng, lengths = np.random.default_rng(0), []
    for seed in range(20):
        peer.reset(seed=seed)
        ours.reset(seed=seed)
        peer.unwrapped.state = ours.state
        over, length = False, 0
        while not over:
            _, _, angle, omega = ours.state
            noise = 0.1 * (seed % 3) * rng.normal()  # without noise the pole stays up
            action = int(angle + 0.3 * omega + noise > 0.0)
            theirs, mine = peer.step(action), ours.step(action)
            np.testing.assert_array_equal(theirs[0], mine[0])
            assert theirs[1:4] == mine[1:4]
            over, length = mine[2] or mine[3], length + 1
        lengths.append(length)
    assert max(lengths) == 500
    assert min(lengths) < 500
