"""A policy that has learned from reward, as one HTML page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil import plot, recipes
from neuropil.graph import no_grad, plain
from neuropil.ops import softmax
from neuropil.random import Generator
from neuropil.reinforcement import CartPole, Course, play
from neuropil.report.inline import svg
from neuropil.report.page import write_page
from neuropil.report.run_page import Tile

if TYPE_CHECKING:
    from pathlib import Path

    from markupsafe import Markup

    from neuropil.nn import Module
    from neuropil.recipes import RewardRecipe, RunFolder

POINTS = 81
"""How finely the pictures of the policy are drawn."""


def reward_page(run: RunFolder) -> Path:
    """Write ``report.html`` of a finished run: returns, what the policy does, what came of it.

    Args:
        run: The folder of the run.

    Returns:
        The path of the page.

    Raises:
        FileFormatError: The folder holds no finished run.
    """
    recipe, course, policy = (
        recipes.load_reward(run.recipe_file),
        recipes.course_of(run),
        run.policy(),
    )
    is_cart_pole = recipe.environment["name"] == "cart-pole"
    write_page(
        run.report_file,
        "reward.html.j2",
        recipe=recipe,
        tiles=_tiles(recipe, course, recipes.examine(run)),
        returns=_returns(course),
        policy=_pictures(recipe, policy) if is_cart_pole else None,
        toml=recipe.toml(),
    )
    return run.report_file


def _tiles(recipe: RewardRecipe, course: Course, test: dict[str, Any]) -> list[Tile]:
    low, high = test["interval"]
    goal = "no goal" if course.goal is None else f"goal {course.goal:g}"
    reached = "" if course.goal is None else ", reached" if course.solved else ", not reached"
    seconds = sum(record["seconds"] for record in course.records)
    return [
        Tile(
            "mean return",
            f"{test['mean_return']:.1f}",
            f"{test['episodes']} fresh episodes; 95 % interval {low:.1f} to {high:.1f}",
        ),
        Tile("most probable actions", f"{test['greedy_mean_return']:.1f}", "mean return with them"),
        Tile("episodes of training", str(len(course.returns)), f"{len(course.records)} steps"),
        Tile("last 100 of them", f"{course.recent:.1f}", f"{goal}{reached}"),
        Tile("training time", f"{seconds:.1f} s", f"seed {recipe.seed}"),
    ]


def _returns(course: Course) -> Markup:
    played = f"{len(course.returns)} episodes; the last 100 have a mean of {course.recent:.1f}."
    figure = plot.episode_returns(course.returns, goal=course.goal)
    return svg(figure, "returns", f"The return of each episode of training: {played}")


def _pictures(recipe: RewardRecipe, policy: Module) -> list[Markup]:
    """Which way the policy pushes a cart, and where that leads, beside an untrained policy."""
    cart = CartPole(max_steps=recipe.environment.get("max_steps", 500))
    untrained = recipes.prepare_reward(recipe).learner.policy
    before, after = (
        play(net, cart, 1, rng=Generator(recipe.seed)).observations for net in (untrained, policy)
    )
    episodes = {"before learning": before, "after": after}
    panels = {
        "place of the cart (m)": {name: seen[:, 0].tolist() for name, seen in episodes.items()},
        "angle of the pole (°)": {
            name: np.rad2deg(seen[:, 2]).tolist() for name, seen in episodes.items()
        },
    }
    lasts = f"{len(before)} steps before learning, {len(after)} after it."
    course = plot.over_time(panels)
    pushes = plot.action_map(
        *_pushes(policy),
        np.rad2deg(after[:, 2:]),
        labels=("angle (°)", "angular velocity (°/s)", "probability of a push to the right"),
    )
    return [
        svg(pushes, "pushes", "The probability of a push to the right, by the pole's angle and its "
            "angular velocity, with the cart at rest in the middle."),
        svg(course, "course", f"An episode: {lasts}"),
    ]  # fmt: skip


def _pushes(policy: Module) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Angles (°), angular velocities (°/s), and how probable a push to the right is there."""
    angles, speeds = np.linspace(-12.0, 12.0, POINTS), np.linspace(-120.0, 120.0, POINTS)
    seen = np.zeros((POINTS, POINTS, 4), np.float32)
    seen[..., 2], seen[..., 3] = np.deg2rad(np.meshgrid(angles, speeds))
    with no_grad():
        logits = plain(policy(seen.reshape(-1, 4)))
    return angles, speeds, softmax(logits)[:, 1].reshape(POINTS, POINTS)
