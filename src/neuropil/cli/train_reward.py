"""``neuropil train cart-pole``: a policy learns from reward."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from neuropil.cli.output import emit, messages, table
from neuropil.cli.resuming import resumable

if TYPE_CHECKING:
    from rich.console import RenderableType

    from neuropil.cli.request import Request
    from neuropil.recipes import RewardJob, RunFolder


def train_reward(request: Request) -> None:
    """Learn or go on learning, keep policy and report in the folder, and test the policy."""
    from neuropil import recipes

    job, run = _reopened(request.resume) if request.resume is not None else _begun(request)
    console = messages(json=request.json)
    console.quiet = request.quiet
    was_finished = run.finished
    if was_finished:
        console.print(f"The run in {run.path} is finished: there is nothing to resume.")
    else:
        console.print(_before(job, run))
        with resumable(run, json=request.json):
            recipes.practise(job, run, progress=request.progress and not request.quiet)
    if request.report and not (was_finished and run.report_file.exists()):
        from neuropil.report import reward_page

        reward_page(run)
    result = _result(job, run)
    if request.json:
        emit(result)
    elif request.quiet:
        typer.echo(score(result["test"]))
    else:
        console.print(_after(result))


def score(test: Mapping[str, Any]) -> str:
    """The figure that counts, in words.

    Example:
        >>> score({"episodes": 100, "mean_return": 491.25})
        'mean return 491.2 in 100 fresh episodes'
    """
    return f"mean return {test['mean_return']:.1f} in {test['episodes']} fresh episodes"


def _begun(request: Request) -> tuple[RewardJob, RunFolder]:
    from neuropil import recipes

    chosen = recipes.load_reward(str(request.recipe)).with_settings(request.changes)
    job = recipes.prepare_reward(chosen)  # a recipe that cannot work leaves no folder behind
    folder = request.out or recipes.make_next(Path("runs"), chosen.name)
    return job, recipes.create(folder, chosen)


def _reopened(folder: Path) -> tuple[RewardJob, RunFolder]:
    from neuropil import recipes

    run = recipes.RunFolder(folder)
    return recipes.prepare_reward(recipes.load_reward(run.recipe_file)), run


def _before(job: RewardJob, run: RunFolder) -> RenderableType:
    """The recipe in a few lines."""
    from rich.console import Group
    from rich.text import Text

    recipe, learning = job.recipe, job.recipe.learning
    goal = "" if learning.goal is None else f", until the mean of 100 is {learning.goal:g}"
    size = sum(parameter.size for parameter in job.learner.policy.parameters())
    rows = [
        ("environment", recipe.environment["name"]),
        ("policy", " → ".join(str(layer.get("type")) for layer in recipe.layers)),
        ("", f"{size:,} parameters"),
        ("optimizer", ", ".join(f"{value}" for value in recipe.optimizer.values())),
        ("learning", f"{learning.episodes} episodes at most, {learning.batch} a step{goal}"),
        ("seed", str(recipe.seed)),
        ("folder", str(run.path)),
    ]
    title = Text.assemble((recipe.name, "bold cyan"), "  ", (recipe.title, "bold"), "\n")
    return Group(title, table(rows), Text())


def _result(job: RewardJob, run: RunFolder) -> dict[str, Any]:
    from neuropil import recipes

    course = recipes.course_of(run)
    return {
        "run": str(run.path),
        "recipe": job.recipe.name,
        "seed": job.recipe.seed,
        "episodes": len(course.returns),
        "seconds": round(sum(record["seconds"] for record in course.records), 3),
        "last_100": course.recent,
        "solved": course.solved,
        "test": recipes.examine(run),
        "report": str(run.report_file) if run.report_file.exists() else None,
    }


def _after(result: Mapping[str, Any]) -> RenderableType:
    """The figure that counts, what it cost, and where the report is."""
    from rich.console import Group
    from rich.text import Text

    test, (low, high) = result["test"], result["test"]["interval"]
    took = f"  {result['episodes']} episodes in {result['seconds']:.1f} s"
    rows = [
        ("95 % interval", f"{low:.1f} to {high:.1f}, actions drawn by the policy"),
        ("its best guess", f"{test['greedy_mean_return']:.1f} with the most probable actions"),
        ("learning", f"mean return {result['last_100']:.1f} in the last 100 episodes of training"),
    ]
    rows += [("report", result["report"])] if result["report"] else []
    head = Text.assemble("\n", (score(test), "bold green"), (took, "dim"), "\n")
    return Group(head, table(rows))
