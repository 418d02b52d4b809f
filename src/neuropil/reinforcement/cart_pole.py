"""A pole on a cart, to be balanced by pushing the cart to the left or to the right."""

from __future__ import annotations

from math import pi
from typing import TYPE_CHECKING, Any, final

import numpy as np

from neuropil.random import Generator
from neuropil.reinforcement.spaces import Box, Discrete

if TYPE_CHECKING:
    from jaxtyping import Bool, Float, Int

    Numpy = np.ndarray[Any, Any]

GRAVITY = 9.8  # m/s²
CART, POLE = 1.0, 0.1  # kg
HALF_LENGTH = 0.5  # m, of the pole
FORCE = 10.0  # N
DT = 0.02  # s
FARTHEST, STEEPEST = 2.4, 12.0 * 2.0 * pi / 360.0  # m, rad
"""Where an episode ends: the cart leaves the track, the pole falls."""
START = 0.05
"""How far from 0 each variable is at most as an episode begins."""

_BOUNDS = np.array([2.0 * FARTHEST, np.inf, 2.0 * STEEPEST, np.inf], np.float32)


def moved(
    state: Float[Numpy, "4 *carts"], force: float | Float[Numpy, "*carts"]
) -> Float[Numpy, "4 *carts"]:
    """One step of Euler's method, Δt = 0.02 s, without friction.

    With the place x of the cart, the angle θ of the pole, their masses m_c and m_p, M = m_c + m_p
    and the pole's length 2l,

        f = (F + m_p l θ̇² sin θ)/M,
        θ̈ = (g sin θ − f cos θ)/(l (4/3 − m_p cos² θ/M)),
        ẍ = f − m_p l θ̈ cos θ/M.

    Args:
        state: x (m), ẋ (m/s), θ (rad), θ̇ (rad/s); of many carts, each an array.
        force: F on the cart (N).

    References:
        A. G. Barto, R. S. Sutton and C. W. Anderson, Neuronlike adaptive elements that can solve
        difficult learning control problems, 1983.

    Example:
        >>> moved(np.zeros(4), FORCE).round(4).tolist()  # the cart goes right, the pole falls left
        [0.0, 0.1951, 0.0, -0.2927]
    """
    x, v, angle, omega = state
    mass, moment = CART + POLE, POLE * HALF_LENGTH
    cos, sin = np.cos(angle), np.sin(angle)
    push = (force + moment * np.square(omega) * sin) / mass
    turning = (GRAVITY * sin - cos * push) / (
        HALF_LENGTH * (4.0 / 3.0 - POLE * np.square(cos) / mass)
    )
    acceleration = push - moment * turning * cos / mass
    return np.stack((x + DT * v, v + DT * acceleration, angle + DT * omega, omega + DT * turning))


@final
class CartPoles:
    """Carts side by side, as arrays. A cart whose episode is over waits for the next `reset`.

    Each step of an episode gives a reward of 1. It terminates when the pole is 12° from upright or
    the cart 2.4 m from the middle, and is truncated after ``max_steps``: this is CartPole-v1 of
    Gymnasium.

    Args:
        num_envs: How many.
        max_steps: How long an episode can be.

    Raises:
        ValueError: One of them is below 1.

    Example:
        >>> carts = CartPoles(3)
        >>> observations, _ = carts.reset(seed=0)
        >>> observations.shape, bool(np.all(np.abs(observations) <= 0.05))
        ((3, 4), True)
        >>> _, rewards, terminated, truncated, _ = carts.step(np.array([0, 1, 1]))
        >>> rewards.tolist(), terminated.tolist(), truncated.tolist()
        ([1.0, 1.0, 1.0], [False, False, False], [False, False, False])
    """

    def __init__(self, num_envs: int, *, max_steps: int = 500) -> None:
        if num_envs < 1 or max_steps < 1:
            raise ValueError(
                f"carts need num_envs and max_steps of at least 1, got {num_envs} and {max_steps}"
            )
        self.num_envs, self.max_steps = num_envs, max_steps
        self.single_observation_space = Box(-_BOUNDS, _BOUNDS)
        self.single_action_space = Discrete(2)
        self.state: Float[Numpy, "4 carts"] = np.zeros((4, num_envs))
        self._steps = 0
        self._rng = Generator()
        self._over: Bool[Numpy, " carts"] = np.ones(num_envs, bool)

    def reset(self, *, seed: int | None = None) -> tuple[Float[Numpy, "carts 4"], dict[str, Any]]:
        """Begin an episode with each cart, uniformly within ±0.05 of rest; ``seed`` says which."""
        if seed is not None:
            self._rng = Generator(seed)
        shape = (4, self.num_envs)
        self.state = np.asarray(self._rng.uniform(shape, -START, START, dtype=np.float64))
        self._steps, self._over = 0, np.zeros(self.num_envs, bool)
        return self._observed(), {}

    def step(
        self, actions: Int[Numpy, " carts"]
    ) -> tuple[
        Float[Numpy, "carts 4"],
        Float[Numpy, " carts"],
        Bool[Numpy, " carts"],
        Bool[Numpy, " carts"],
        dict[str, Any],
    ]:
        """Push each cart, to the left (0) or to the right (1).

        Raises:
            ValueError: An action is neither, or they are not as many as the carts.
        """
        actions = np.asarray(actions)
        if actions.shape != (self.num_envs,) or not np.isin(actions, (0, 1)).all():
            raise ValueError(
                f"carts take {self.num_envs} actions, each 0 (left) or 1 (right), got {actions}"
            )
        waits = self._over
        after = moved(self.state, np.where(actions == 1, FORCE, -FORCE))
        self.state = np.where(waits, self.state, after)
        self._steps += 1
        terminated = (np.abs(self.state[0]) > FARTHEST) | (np.abs(self.state[2]) > STEEPEST)
        truncated = np.full(self.num_envs, self._steps >= self.max_steps)
        self._over = waits | terminated | truncated
        return self._observed(), np.where(waits, 0.0, 1.0), terminated, truncated, {}

    def _observed(self) -> Float[Numpy, "carts 4"]:
        return self.state.T.astype(np.float32)


@final
class CartPole:
    """One cart, with the interface of Gymnasium's CartPole-v1; see `CartPoles`.

    Example:
        >>> cart = CartPole()
        >>> observation, info = cart.reset(seed=0)
        >>> observation, reward, terminated, truncated, info = cart.step(1)
        >>> observation.shape, reward, terminated, truncated
        ((4,), 1.0, False, False)
    """

    def __init__(self, *, max_steps: int = 500) -> None:
        self._carts = CartPoles(1, max_steps=max_steps)
        self.observation_space = self._carts.single_observation_space
        self.action_space = self._carts.single_action_space

    @property
    def state(self) -> Float[Numpy, " 4"]:
        """x (m), ẋ (m/s), θ (rad), θ̇ (rad/s)."""
        return self._carts.state[:, 0]

    def reset(self, *, seed: int | None = None) -> tuple[Float[Numpy, " 4"], dict[str, Any]]:
        """Begin an episode."""
        observations, info = self._carts.reset(seed=seed)
        return observations[0], info

    def step(self, action: int) -> tuple[Float[Numpy, " 4"], float, bool, bool, dict[str, Any]]:
        """Push to the left (0) or to the right (1).

        Raises:
            ValueError: The action is neither.
        """
        seen, reward, terminated, truncated, info = self._carts.step(np.array([action]))
        return seen[0], float(reward[0]), bool(terminated[0]), bool(truncated[0]), info
