"""Learning from reward as a recipe says, in a folder; going on with it, and testing it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, final

from neuropil import reinforcement, training
from neuropil.errors import NeuropilError, RecipeError
from neuropil.random import Generator
from neuropil.recipes import building
from neuropil.recipes.environments import ENVIRONMENTS
from neuropil.recipes.reward import load_reward
from neuropil.reinforcement import Course, Greedy, Reinforce, Sampled
from neuropil.reinforcement.interface import SideBySide
from neuropil.reinforcement.learning import check_learning
from neuropil.reinforcement.playing import check_policy
from neuropil.storage import append_line, to_json, write_lines

if TYPE_CHECKING:
    import os

    from neuropil.recipes.reward import RewardRecipe
    from neuropil.recipes.run_folder import RunFolder
    from neuropil.reinforcement import VectorEnvironment

TESTED = 100
"""How many fresh episodes a policy is tested on."""


@final
@dataclass(frozen=True, eq=False)
class RewardJob:
    """All that a recipe stands for, built: nothing has been played or written yet."""

    recipe: RewardRecipe
    environment: VectorEnvironment
    learner: Reinforce
    rng: Generator


def prepare_reward(recipe: RewardRecipe) -> RewardJob:
    """Build environment, policy and learner, and show the policy a first observation.

    Raises:
        RecipeError: Something cannot be built, or can reach no goal.
        ShapeError, …: The policy does not fit the environment; names the layer.
    """
    rng, settings = Generator(recipe.seed), recipe.learning
    environment = environment_of(recipe, settings.batch)
    policy = building.stacked(recipe, rng)
    optimizer = building.optimizer(recipe, policy)
    try:
        learner = Reinforce(
            policy,
            optimizer,
            discount=settings.discount,
            entropy=settings.entropy,
            standardise=settings.standardise,
            clip=building.clip(recipe),
        )
        rows = SideBySide(environment)
        check_learning(
            learner, rows, episodes=settings.episodes, batch=settings.batch, goal=settings.goal
        )
        _check_goal(recipe)
    except (TypeError, ValueError) as error:
        raise RecipeError(f"recipe {recipe.name}, [learning]: {error}") from error
    check_policy(policy, rows)
    return RewardJob(recipe, environment, learner, rng)


def environment_of(recipe: RewardRecipe, count: int) -> VectorEnvironment:
    """The environment of the recipe, ``count`` of it side by side.

    Raises:
        RecipeError: It cannot be made.
    """
    options = {key: value for key, value in recipe.environment.items() if key != "name"}
    try:
        return ENVIRONMENTS[recipe.environment["name"]](count, **options)
    except (NeuropilError, ValueError) as error:
        raise RecipeError(f"recipe {recipe.name}, [environment]: {error}") from error


def practise(job: RewardJob, run: RunFolder, *, progress: bool = True) -> Course:
    """Learn, from the start or from the checkpoint in the folder, until the end.

    At any moment the process may be killed: called again, this goes on from the last checkpoint
    and ends with the same policy, to the bit.

    Raises:
        DivergenceError: A parameter is no longer a number; the last checkpoint stays.
        KeyboardInterrupt: Ctrl-C, after a checkpoint was written.
    """
    from threadpoolctl import threadpool_limits

    settings = job.recipe.learning
    with threadpool_limits(1, user_api="blas"):
        course = reinforcement.learn(
            job.learner,
            job.environment,
            episodes=settings.episodes,
            batch=settings.batch,
            goal=settings.goal,
            rng=job.rng,
            callbacks=[CourseWriter(run.history_file)],
            checkpoint=run.checkpoint_file,
            resume=run.checkpoint_file.exists(),
            progress=progress,
        )
    training.save(job.learner.policy, run.model_file)
    run.finish()
    return course


def examine(run: RunFolder) -> dict[str, Any]:
    """What the policy of a finished run receives in 100 fresh episodes.

    ``mean_return`` is that of the policy that has learned, which draws its actions; ``interval``
    is its 95 % interval, and ``greedy_mean_return`` that of its most probable actions.

    Raises:
        FileFormatError: The folder holds no finished run.
    """
    recipe = load_reward(run.recipe_file)
    policy, rng = run.policy(), Generator(recipe.seed).spawn()  # not the stream of learning
    found = {
        name: reinforcement.evaluate(
            policy, environment_of(recipe, TESTED), episodes=TESTED, choice=choice, rng=rng
        )
        for name, choice in (("sampled", Sampled()), ("greedy", Greedy()))
    }
    return {
        "episodes": TESTED,
        "mean_return": found["sampled"].mean,
        "interval": list(found["sampled"].interval()),
        "greedy_mean_return": found["greedy"].mean,
    }


def course_of(run: RunFolder) -> Course:
    """How learning went, by the history of the run."""
    return Course(load_reward(run.recipe_file).learning.goal, run.history())


@final
class CourseWriter:
    """A callback that keeps a line of JSON for each batch of episodes in a file."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._path = path
        self._written = -1

    def __call__(self, course: Course) -> None:
        """Begin with what there is so far, then add the last."""
        if self._written < 0:
            write_lines(self._path, [to_json(record) for record in course.records])
        else:
            append_line(self._path, to_json(course.records[-1]))
        self._written = len(course.records)


def _check_goal(recipe: RewardRecipe) -> None:
    """A cart-pole gives 1 for a step at most, so that its longest episode bounds every return."""
    goal, longest = recipe.learning.goal, recipe.environment.get("max_steps", 500)
    if recipe.environment["name"] == "cart-pole" and goal is not None and goal > longest:
        raise ValueError(
            f"the goal {goal:g} cannot be reached: an episode is rewarded with {longest} at most"
        )
