"""Playing: a policy acts in an environment until its episodes are over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil.errors import DivergenceError, InterfaceError, ShapeError
from neuropil.graph import plain
from neuropil.nn.modes import inference
from neuropil.reinforcement.choosing import Choice, Sampled
from neuropil.reinforcement.episodes import Episodes, joined
from neuropil.reinforcement.interface import SideBySide

if TYPE_CHECKING:
    from jaxtyping import Float, Shaped

    from neuropil.nn import Module
    from neuropil.random import Generator
    from neuropil.reinforcement.environment import Environment, VectorEnvironment

    Numpy = np.ndarray[Any, Any]

LONGEST = 100_000
"""Steps after which an episode is taken for one that never ends."""


def play(
    policy: Module,
    environment: Environment | VectorEnvironment | SideBySide,
    episodes: int,
    *,
    rng: Generator,
    choice: Choice | None = None,
) -> Episodes:
    """Let a policy act, from the first observation of each episode to its end.

    Args:
        policy: A network from observations to the logits z of its actions, π(a|s) = softmax(z)ₐ.
            It acts in eval mode, and keeps the mode that it has.
        environment: One environment, or several side by side, which play as many at a time.
        episodes: How many; where environments are side by side, a multiple of their number.
        rng: What begins each episode, and what actions are drawn from.
        choice: How actions are chosen, by default `Sampled`.

    Raises:
        InterfaceError, ShapeError, DataError: The environment breaks its interface, or has another
            number of actions than the policy.
        DivergenceError: The policy answers with what is not finite.
        ValueError: ``episodes`` is below 1 or no multiple.

    Example:
        >>> from neuropil import nn, random
        >>> from neuropil.reinforcement import CartPoles
        >>> policy = nn.Linear(4, 2, rng=0)
        >>> played = play(policy, CartPoles(4), 8, rng=random.Generator(0))
        >>> len(played), played.observations.shape == (played.lengths.sum(), 4)
        (8, True)
    """
    rows = environment if isinstance(environment, SideBySide) else SideBySide(environment)
    if episodes < 1 or episodes % rows.count:
        raise ValueError(
            f"expected a number of episodes that {rows.count} environments side by side can play "
            f"in turns, got {episodes}"
        )
    choice = choice or Sampled()
    with inference(policy):
        turns = [_turn(policy, rows, choice, rng) for _ in range(episodes // rows.count)]
    return joined(turns)


def check_policy(policy: Module, rows: SideBySide) -> None:
    """Show the policy a first observation of each environment.

    Raises:
        ShapeError, …: It cannot take them, or answers with another number of actions.
    """
    with inference(policy):
        answer(policy, _suited(rows.reset(0), policy), rows.actions)


def _turn(policy: Module, rows: SideBySide, choice: Choice, rng: Generator) -> Episodes:
    """One episode in each environment."""
    seen = _suited(rows.reset(int(rng.integers(0, 2**31))), policy)
    active = np.ones(rows.count, bool)
    steps: list[tuple[Numpy, ...]] = []
    while active.any():
        if len(steps) == LONGEST:
            raise InterfaceError(
                f"an episode has not ended after {LONGEST} steps: limit it, for instance by "
                "gymnasium.wrappers.TimeLimit"
            )
        actions = choice(answer(policy, seen, rows.actions), rng)
        outcome = rows.step(actions, active)
        steps.append((seen, actions, outcome.rewards, active))
        seen, active = _suited(outcome.observations, policy), active & ~outcome.over
    observations, actions, rewards, there = (
        np.stack(part, axis=1) for part in zip(*steps, strict=True)
    )
    return Episodes(observations[there], actions[there], rewards[there], there.sum(axis=1))


def answer(
    policy: Module, seen: Shaped[Numpy, "n *shape"], actions: int
) -> Float[Numpy, "n actions"]:
    """The logits of the policy's actions, nothing else.

    Raises:
        ShapeError: The policy does not fit the environment.
        DivergenceError: It answers with what is not finite.
    """
    logits: Numpy = np.asarray(plain(policy(seen)))
    if logits.shape != (len(seen), actions):
        raise ShapeError(
            f"the policy answers {logits.shape} to {len(seen)} observations, where the environment "
            f"has {actions} actions: expected {(len(seen), actions)}"
        )
    if not np.isfinite(logits).all():
        raise DivergenceError(
            "the policy answers with numbers that are not finite: try a smaller learning rate"
        )
    return logits


def _suited(seen: Shaped[Numpy, "n *shape"], policy: Module) -> Shaped[Numpy, "n *shape"]:
    """Observations as the policy computes: real numbers in its dtype, integers as they are."""
    dtype = next((parameter.value.dtype for parameter in policy.parameters()), seen.dtype)
    return seen.astype(dtype, copy=False) if seen.dtype.kind == "f" else seen
