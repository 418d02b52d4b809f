"""What breaks the interface of an environment is refused, and told where."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from neuropil import nn, random
from neuropil.errors import DataError, InterfaceError, NeuropilError, ShapeError
from neuropil.reinforcement import Box, CartPole, Discrete, play

BOUNDS = np.ones(2, np.float32)


class Corridor:
    """An episode of ``length`` steps; the reward is the action. What is given breaks it."""

    def __init__(self, length: int = 3, **given: Any) -> None:
        self.observation_space: Any = Box(-BOUNDS, BOUNDS)
        self.action_space: Any = Discrete(2)
        self.length, self.given, self.step_number = length, given, 0

    def reset(self, *, seed: int | None = None) -> Any:
        self.step_number = 0
        return self.given.get("reset", (self.seen, {}))

    def step(self, action: Any) -> Any:
        self.step_number += 1
        if "step" in self.given:
            return self.given["step"]
        return (
            self.given.get("observation", self.seen),
            self.given.get("reward", float(action)),
            self.given.get("terminated", self.step_number == self.length),
            self.given.get("truncated", False),
            self.given.get("info", {}),
        )

    @property
    def seen(self) -> Any:
        return np.array([1.0, self.step_number / self.length], np.float32)


def policy(inputs: int = 2, actions: int = 2) -> nn.Linear:
    return nn.Linear(inputs, actions, rng=0)


def test_one_that_keeps_to_it_is_played() -> None:
    played = play(policy(), Corridor(), 4, rng=random.Generator(0))
    assert played.lengths.tolist() == [3, 3, 3, 3]
    np.testing.assert_array_equal(played.rewards, played.actions)
    np.testing.assert_allclose(played.observations[:3, 1], [0.0, 1 / 3, 2 / 3], rtol=1e-6)


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ({"reset": np.zeros(2)}, InterfaceError, r"reset: expected \(observation, info\).*ndarray"),
        ({"reset": (np.zeros(2),)}, InterfaceError, "reset: expected .*, got 1 values"),
        ({"reset": (np.zeros(2), None)}, InterfaceError, "reset: expected .* info a dict"),
        (
            {"reset": (np.zeros(3), {})},
            ShapeError,
            r"reset: expected observations \(2,\), got \(3,\)",
        ),
        ({"reset": (np.full(2, np.nan), {})}, DataError, "reset: expected finite observations"),
        ({"reset": ("left", {})}, InterfaceError, "an observation of real numbers, got 'left'"),
        ({"reset": ([[1.0], [1.0, 2.0]], {})}, InterfaceError, "an observation of real numbers"),
        (
            {"step": (np.zeros(2), 1.0, False, {})},
            InterfaceError,
            "step 1 of an episode: .* got 4 val",
        ),
        (
            {"step": None},
            InterfaceError,
            "observation, reward, terminated, truncated, info.* NoneType",
        ),
        ({"observation": np.zeros((1, 2))}, ShapeError, r"step 1 .*\(2,\), got \(1, 2\)"),
        ({"observation": np.array([0.0, np.inf])}, DataError, "step 1 .* finite observations"),
        ({"reward": "much"}, InterfaceError, "expected as reward a number, got 'much'"),
        ({"reward": None}, InterfaceError, "expected as reward a number, got None"),
        ({"reward": [1.0, 2.0]}, InterfaceError, "expected as reward a number"),
        ({"reward": [1.0, [2.0]]}, InterfaceError, "expected as reward a number"),
        ({"reward": np.nan}, DataError, "step 1 .* finite rewards"),
        ({"terminated": 0}, InterfaceError, "expected as terminated a truth value, got 0"),
        ({"truncated": None}, InterfaceError, "expected as truncated a truth value, got None"),
        ({"info": None}, InterfaceError, "expected info as a dict, got None"),
    ],
)
def test_what_breaks_it_is_named(
    given: dict[str, Any], error: type[NeuropilError], message: str
) -> None:
    with pytest.raises(error, match=message):
        play(policy(), Corridor(**given), 1, rng=random.Generator(0))


def test_the_step_is_counted_within_its_episode() -> None:
    class Late(Corridor):
        def step(self, action: Any) -> Any:
            seen, reward, *rest = super().step(action)
            return seen, np.nan if self.step_number == 3 else reward, *rest

    with pytest.raises(DataError, match="Late, step 3 of an episode"):
        play(policy(), Late(), 2, rng=random.Generator(0))


def test_rows_are_as_many_as_the_environments() -> None:
    class Ragged:
        num_envs = 3
        single_observation_space, single_action_space = Box(-BOUNDS, BOUNDS), Discrete(2)

        def reset(self, *, seed: int | None = None) -> Any:
            return np.zeros((3, 2), np.float32), {}

        def step(self, actions: Any) -> Any:
            return np.zeros((3, 2)), np.ones(2), np.ones(3, bool), np.ones(3, bool), {}

    with pytest.raises(InterfaceError, match="as reward a number for each of 3 environments"):
        play(policy(), Ragged(), 3, rng=random.Generator(0))


def test_a_policy_has_the_actions_of_the_environment() -> None:
    with pytest.raises(ShapeError, match=r"answers \(1, 3\) .* has 2 actions: expected \(1, 2\)"):
        play(policy(4, 3), CartPole(), 1, rng=random.Generator(0))
    with pytest.raises(ShapeError, match="Linear expects"):
        play(policy(3), CartPole(), 1, rng=random.Generator(0))


@pytest.mark.parametrize(
    ("space", "place", "message"),
    [
        (Box(-BOUNDS, BOUNDS), "action_space", "n actions to choose from .Discrete., got Box"),
        (None, "action_space", "n actions"),
        (Discrete(0), "action_space", "n actions"),
        (None, "observation_space", "an observation_space with the shape of an array, got None"),
        (Discrete(16), "observation_space", "FlattenObservation"),
    ],
)
def test_spaces_say_what_is_seen_and_done(space: Any, place: str, message: str) -> None:
    environment = Corridor()
    setattr(environment, place, space)
    with pytest.raises(InterfaceError, match=message):
        play(policy(), environment, 1, rng=random.Generator(0))


@pytest.mark.parametrize("thing", [CartPole, None, object(), "CartPole-v1"])
def test_what_is_no_environment_is_refused(thing: Any) -> None:
    with pytest.raises(InterfaceError, match=r"an object with reset\(seed=…\) and step\(action\)"):
        play(policy(), thing, 1, rng=random.Generator(0))


def test_an_episode_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("neuropil.reinforcement.playing.LONGEST", 50)
    with pytest.raises(InterfaceError, match=r"not ended after 50 steps.*TimeLimit"):
        play(policy(), Corridor(length=1000), 1, rng=random.Generator(0))
