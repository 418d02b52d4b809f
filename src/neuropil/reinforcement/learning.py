"""The loop: episodes are played, the policy learns from them, until it is good enough."""

from __future__ import annotations

from math import isfinite
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from neuropil.console import listening
from neuropil.random import Generator, as_generator, use
from neuropil.reinforcement.baseline import MeanReturn
from neuropil.reinforcement.checkpoints import Checkpoints
from neuropil.reinforcement.course import WINDOW, Course
from neuropil.reinforcement.interface import SideBySide
from neuropil.reinforcement.playing import play
from neuropil.reinforcement.progress import shown
from neuropil.training.divergence import diverged_parameters
from neuropil.training.fit_checks import check_optimizer, check_rate
from neuropil.training.in_words import in_words

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Sequence

    from neuropil.reinforcement.environment import Environment, VectorEnvironment
    from neuropil.reinforcement.reinforce import Reinforce


def learn(
    learner: Reinforce,
    environment: Environment | VectorEnvironment,
    *,
    episodes: int,
    batch: int = 5,
    goal: float | None = None,
    rng: int | Generator | None = None,
    callbacks: Sequence[Callable[[Course], None]] = (),
    checkpoint: str | os.PathLike[str] | None = None,
    resume: bool = False,
    progress: bool = True,
) -> Course:
    """Play some episodes, learn from them, and so on.

    What begins an episode and what actions are drawn from comes from ``rng``, so that a seed
    repeats everything to the bit, where the environment's own numbers follow from the seed it is
    reset with. Learning that is killed, or interrupted by Ctrl-C (which takes effect between two
    batches), goes on from its checkpoint and ends with the bits it would have had.

    Args:
        learner: The policy, and how it learns.
        environment: One environment, or several side by side.
        episodes: How many to play at most. Every episode that is learned from counts, and no
            others are played.
        batch: How many to play before each step: a multiple of the environments side by side, and
            2 at least under `MeanReturn`, the baseline that compares them.
        goal: Stop when the mean return of the last 100 episodes is at least that.
        rng: A seed or a Generator; by default the current one (`neuropil.random.manual_seed`).
        callbacks: Called with the course so far, before the first batch and after each.
        checkpoint: The file that holds the state, written before the first batch, at most once a
            second and at the end.
        resume: Go on from ``checkpoint`` if that file exists; begin if it does not.
        progress: Whether to show it on standard error.

    Returns:
        What each batch brought, with the return of every episode.

    Raises:
        InterfaceError, ShapeError, DataError: The environment breaks its interface, or does not
            fit the policy.
        DivergenceError: A parameter is not finite any more; names the layer.
        ValueError: Settings with which nothing could be learned.
        FileFormatError: ``checkpoint`` cannot be read, or belongs to something else.
        WriteError: It cannot be written; the one before stays.
        KeyboardInterrupt: Ctrl-C; the checkpoint is written.

    Example:
        >>> from neuropil import nn, optim
        >>> from neuropil.reinforcement import CartPoles, Reinforce
        >>> policy = nn.Sequential(nn.Linear(4, 16, rng=0), nn.Tanh(), nn.Linear(16, 2, rng=1))
        >>> learner = Reinforce(policy, optim.Adam(policy.parameters(), lr=0.03))
        >>> course = learn(learner, CartPoles(5), episodes=100, rng=0, progress=False)
        >>> early, late = course.returns[:20].mean(), course.returns[-20:].mean()
        >>> len(course.returns), bool(late > 2 * early)
        (100, True)
    """
    rows, rng = SideBySide(environment), as_generator(rng)
    check_learning(learner, rows, episodes=episodes, batch=batch, goal=goal)
    if checkpoint is None and resume:
        raise ValueError("resume=True needs a file: say checkpoint=PATH")
    course = Course(goal)
    place = f"{in_words(environment)}, {rows.actions} actions, {rows.count} side by side"
    settings = {"environment": place, "batch": batch, "goal": goal, **learner.settings()}
    kept = Checkpoints(checkpoint, learner, rng, course, settings)
    if resume and Path(str(checkpoint)).exists():
        kept.restore()
    else:
        kept.save()
    _tell(callbacks, course)
    # NumPy need not warn of overflow: a parameter that is not finite is an error here.
    with (
        use(rng),
        np.errstate(all="ignore"),
        listening() as interruption,
        shown(course, episodes, progress) as show,
    ):
        while len(course.returns) < episodes and not course.solved:
            _batch(learner, rows, min(batch, episodes - len(course.returns)), rng, course)
            if error := diverged_parameters(learner.policy, kept.remark()):
                raise error
            _tell([*callbacks, show], course)
            if interruption.requested or kept.is_due:
                kept.save()
            if interruption.requested:
                raise KeyboardInterrupt(kept.remark())
    kept.save()
    return course


def check_learning(
    learner: Reinforce, rows: SideBySide, *, episodes: int, batch: int, goal: float | None
) -> None:
    """Refuse settings with which nothing could be learned or no goal be reached.

    Raises:
        ValueError: As `learn` says.
    """
    for name, value in (("episodes", episodes), ("batch", batch)):
        if value < 1 or value % rows.count:
            raise ValueError(
                f"{name} is at least 1 and a multiple of the {rows.count} environments side by "
                f"side, got {value}"
            )
    if batch == 1 and isinstance(learner.baseline, MeanReturn):
        raise ValueError(
            "nothing is learned from one episode at a time: it is what MeanReturn expects of it; "
            "take a batch of 2 or more, or the baseline LearnedValue"
        )
    if goal is not None and not isfinite(goal):
        raise ValueError(f"goal is a finite number or None, got {goal}")
    if goal is not None and episodes < WINDOW:
        raise ValueError(
            f"a goal is the mean return of {WINDOW} episodes, which {episodes} cannot reach: take "
            "more episodes, or no goal"
        )
    check_optimizer(learner.policy, learner.optimizer)
    check_rate(float(learner.optimizer.lr.value))


def _batch(
    learner: Reinforce, rows: SideBySide, episodes: int, rng: Generator, course: Course
) -> None:
    """Play, learn, and write down what came of it."""
    began = perf_counter()
    played = play(learner.policy, rows, episodes, rng=rng)
    step = learner.step(played)
    seconds = round(perf_counter() - began, 6)
    course.records.append(
        {"returns": played.returns.tolist(), **step._asdict(), "seconds": seconds}
    )


def _tell(callbacks: Sequence[Callable[[Course], None]], course: Course) -> None:
    for callback in callbacks:
        callback(course)
