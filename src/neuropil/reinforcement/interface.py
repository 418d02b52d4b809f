"""Environments as rows, one or many, and a close look at all they give."""

from __future__ import annotations

from collections.abc import Mapping
from operator import index
from typing import TYPE_CHECKING, Any, NamedTuple, final

import numpy as np

from neuropil.errors import DataError, InterfaceError, ShapeError
from neuropil.reinforcement.environment import Environment, VectorEnvironment

if TYPE_CHECKING:
    from jaxtyping import Bool, Float, Int, Shaped

    Numpy = np.ndarray[Any, Any]

_STEP = ("observation", "reward", "terminated", "truncated", "info")


class Outcome(NamedTuple):
    """What came of a step, a row for each environment."""

    observations: Shaped[Numpy, "environments *shape"]
    rewards: Float[Numpy, " environments"]
    over: Bool[Numpy, " environments"]


@final
class SideBySide:
    """An environment, or several in one object, by one interface: rows in, rows out.

    What breaks the interface of Gymnasium is refused, with the number of the step.

    Args:
        environment: An `Environment` or a `VectorEnvironment`.

    Attributes:
        count: How many there are.
        shape: Of an observation.
        actions: How many actions there are to choose from.

    Raises:
        InterfaceError: It lacks a method or a space, or its actions cannot be counted.
    """

    def __init__(self, environment: Environment | VectorEnvironment) -> None:
        if isinstance(environment, type) or not isinstance(environment, Environment):
            raise InterfaceError(
                "an environment is an object with reset(seed=…) and step(action), as "
                f"gymnasium.make gives it, got {_named(environment)}"
            )
        self._environment = environment
        self._is_vector = isinstance(environment, VectorEnvironment)
        self._step = 0
        prefix = "single_" if self._is_vector else ""
        self.count = index(getattr(environment, "num_envs", 1))
        self.shape = _shape(getattr(environment, f"{prefix}observation_space", None), environment)
        space = getattr(environment, f"{prefix}action_space", None)
        self.actions = _actions(space, environment)
        self._first = index(getattr(space, "start", 0))

    def reset(self, seed: int) -> Shaped[Numpy, "environments *shape"]:
        """Begin an episode in each: the first observations."""
        self._step = 0
        given = self._environment.reset(seed=seed)
        if not _is_tuple(given, 2) or not isinstance(given[1], Mapping):
            raise InterfaceError(
                f"{self._where('reset')}: expected (observation, info), info a dict, got "
                f"{_form(given)}"
            )
        return self._observations(given[0], "reset", np.ones(self.count, bool))

    def step(
        self, actions: Int[Numpy, " environments"], active: Bool[Numpy, " environments"]
    ) -> Outcome:
        """Act in each.

        Args:
            actions: Which of the actions, counted from 0.
            active: Which episodes are not over; what others give is not looked at.
        """
        self._step += 1
        chosen = actions + self._first
        given = self._environment.step(chosen if self._is_vector else int(chosen[0]))
        if not _is_tuple(given, 5):
            raise InterfaceError(
                f"{self._where('step')}: expected ({', '.join(_STEP)}), got {_form(given)}"
            )
        observation, reward, *ends, info = given
        if not isinstance(info, Mapping):
            raise InterfaceError(f"{self._where('step')}: expected info as a dict, got {info!r}")
        over = [self._row(end, name, "b") for end, name in zip(ends, _STEP[2:4], strict=True)]
        rewards = self._row(reward, "reward", "biuf").astype(np.float64)
        if not np.isfinite(rewards[active]).all():
            raise DataError(f"{self._where('step')}: expected finite rewards, got {rewards}")
        seen = self._observations(observation, "step", active & ~(over[0] | over[1]))
        return Outcome(seen, rewards, over[0] | over[1])

    def _row(self, given: Any, name: str, kinds: str) -> Numpy:
        """A number or truth value for each environment."""
        row = _array(given)
        shape = (self.count,) if self._is_vector else ()
        if row.dtype.kind not in kinds or row.shape != shape:
            what = "a truth value" if kinds == "b" else "a number"
            each = f" for each of {self.count} environments" if self._is_vector else ""
            raise InterfaceError(
                f"{self._where('step')}: expected as {name} {what}{each}, got {given!r}"
            )
        return row.reshape(self.count)

    def _observations(self, given: Any, method: str, active: Bool[Numpy, " n"]) -> Numpy:
        seen = _array(given)
        if seen.dtype.kind not in "biuf":
            raise InterfaceError(
                f"{self._where(method)}: expected an observation of real numbers, got {given!r}"
            )
        rows = seen if self._is_vector else seen[None]
        if rows.shape != (self.count, *self.shape):
            raise ShapeError(
                f"{self._where(method)}: expected observations "
                f"{(self.count, *self.shape)[not self._is_vector :]}, got {seen.shape}"
            )
        if not np.isfinite(rows[active]).all():
            raise DataError(f"{self._where(method)}: expected finite observations, got {given!r}")
        return rows.copy()  # an environment may use its array again

    def _where(self, method: str) -> str:
        place = f" {self._step} of an episode" if method == "step" else ""
        return f"{_named(self._environment)}, {method}{place}"


def _actions(space: Any, environment: object) -> int:
    n = getattr(space, "n", None)
    if not isinstance(n, int | np.integer) or n < 1:
        raise InterfaceError(
            f"{_named(environment)}: expected an action_space with n actions to choose from "
            f"(Discrete), got {space!r}"
        )
    return int(n)


def _shape(space: Any, environment: object) -> tuple[int, ...]:
    shape = getattr(space, "shape", None)
    if not isinstance(shape, tuple):
        raise InterfaceError(
            f"{_named(environment)}: expected an observation_space with the shape of an array, got "
            f"{space!r}: gymnasium.wrappers.FlattenObservation makes one of several"
        )
    return shape


def _array(given: Any) -> Numpy:
    """What was given; one of objects where it is no array."""
    try:
        return np.asarray(given)
    except ValueError:  # rows of different lengths
        return np.empty(0, object)


def _is_tuple(given: Any, length: int) -> bool:
    return isinstance(given, tuple) and len(given) == length


def _form(given: Any) -> str:
    return f"{len(given)} values" if isinstance(given, tuple) else type(given).__name__


def _named(thing: object) -> str:
    return f"the class {thing.__name__}" if isinstance(thing, type) else type(thing).__name__
