"""``neuropil train``: from a recipe to a trained network and its report."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from neuropil.cli import run_summary
from neuropil.cli.doctor import attending
from neuropil.cli.failure import guarded
from neuropil.cli.options import Json, Seed, Settings, changes_of
from neuropil.cli.output import emit, messages
from neuropil.cli.request import Request
from neuropil.cli.resuming import resumable
from neuropil.cli.train_memory import train_memory
from neuropil.cli.train_reward import train_reward

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from neuropil.recipes import Job, RunFolder

Name = Annotated[
    str | None, typer.Argument(help="A ready recipe's name, or a TOML file.", show_default=False)
]
Resume = Annotated[
    Path | None, typer.Option("--resume", metavar="RUN", help="Go on with an interrupted run.")
]
Epochs = Annotated[int | None, typer.Option("--epochs", min=1, help="Instead of the recipe's.")]
Out = Annotated[
    Path | None, typer.Option("--out", metavar="FOLDER", help="Instead of runs/RECIPE-1, -2, …")
]
CheckpointEvery = Annotated[
    int | None,
    typer.Option("--checkpoint-every", min=1, metavar="STEPS", help="As well as every epoch."),
]
Engine = Annotated[
    str | None,
    typer.Option("--engine", metavar="ENGINE", help="auto, eager (NumPy) or xla (compiled)."),
]
Threads = Annotated[
    int | None, typer.Option("--threads", min=1, help="Of NumPy's products, 1 by default.")
]
Progress = Annotated[bool, typer.Option("--progress/--no-progress", help="Show a progress bar.")]
Report = Annotated[bool, typer.Option("--report/--no-report", help="Write report.html.")]
Doctor = Annotated[bool, typer.Option("--doctor", help="Say what keeps the network from learning.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print the test result only.")]


@guarded
def train(
    recipe: Name = None,
    resume: Resume = None,
    epochs: Epochs = None,
    seed: Seed = None,
    out: Out = None,
    settings: Settings = None,
    checkpoint_every: CheckpointEvery = None,
    engine: Engine = None,
    threads: Threads = None,
    progress: Progress = True,
    report: Report = True,
    doctor: Doctor = False,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Train a network as a recipe says: neuropil train digits.

    The run's folder holds the recipe, the network, the history and a report. A run that was
    interrupted, even killed, goes on with --resume FOLDER and ends as if nothing had happened.
    """
    changes = changes_of(
        settings,
        {
            "seed": seed,
            "training.epochs": epochs,
            "training.checkpoint_every": checkpoint_every,
            "training.engine": engine,
            "training.threads": threads,
        },
    )
    if (recipe is None) == (resume is None):
        raise typer.BadParameter("give a recipe (`neuropil recipes` lists them), or --resume RUN")
    if resume is not None and (changes or out is not None):
        raise typer.BadParameter("--resume goes on as the run was begun: give no other settings")
    trained = _trained_otherwise(recipe, resume)
    if trained is not None:
        if doctor:
            raise typer.BadParameter("--doctor looks at networks that learn from data")
        trained(
            Request(
                recipe=recipe,
                resume=resume,
                changes=changes,
                out=out,
                progress=progress,
                report=report,
                quiet=quiet,
                json=json,
            )
        )
        return
    job, run = _reopen(resume) if resume is not None else _begin(str(recipe), changes, out)
    console = messages(json=json)
    console.quiet = quiet
    was_finished = run.finished
    if was_finished:
        console.print(f"The run in {run.path} is finished: there is nothing to resume.")
    else:
        console.print(run_summary.before(job, run))
        with attending(run, console) if doctor else nullcontext() as attendant:
            callbacks = [] if attendant is None else [attendant]
            _train(job, run, callbacks, progress=progress and not quiet, json=json)
    if report and not (was_finished and run.report_file.exists()):
        from neuropil.report import run_page

        run_page(run)
    result = _result(job, run)
    if json:
        emit(result)
    elif quiet:
        typer.echo(run_summary.scores(result["test"]))
    else:
        console.print(run_summary.after(job, result))


def _trained_otherwise(recipe: str | None, resume: Path | None) -> Callable[[Request], None] | None:
    """What trains a recipe, or goes on with a run, that is not of a network learning from data."""
    from neuropil import recipes

    source = recipe if resume is None else recipes.RunFolder(resume).recipe_file
    others = {recipes.MEMORY: train_memory, recipes.REWARD: train_reward}
    return others.get(recipes.kind_of(str(source)))


def _begin(recipe: str, changes: Mapping[str, str], out: Path | None) -> tuple[Job, RunFolder]:
    from neuropil import recipes

    chosen = recipes.load(recipe).with_settings(changes)
    job = recipes.prepare(chosen)  # a recipe that cannot work leaves no folder behind
    folder = out or recipes.make_next(Path("runs"), chosen.name)
    return job, recipes.create(folder, chosen)


def _reopen(folder: Path) -> tuple[Job, RunFolder]:
    from neuropil import recipes

    run = recipes.RunFolder(folder)
    return recipes.reopen(run), run


def _train(
    job: Job, run: RunFolder, callbacks: Sequence[Any], *, progress: bool, json: bool
) -> None:
    from neuropil import recipes

    with resumable(run, json=json):
        recipes.train(job, run, callbacks=callbacks, progress=progress)


def _result(job: Job, run: RunFolder) -> dict[str, Any]:
    from neuropil import recipes

    records, examined = run.history(), run.examination()
    more: dict[str, Any] = {}
    if examined is not None:
        more["findings"] = [str(finding) for finding in examined.findings]
    if job.splits.text is not None:
        more["counting"] = recipes.baseline(job.splits.text).document()
    return {
        "run": str(run.path),
        "recipe": job.recipe.name,
        "seed": job.recipe.seed,
        "parameters": run_summary.parameter_count(job),
        "epochs": len(records),
        "seconds": round(sum(float(record["seconds"]) for record in records), 3),
        "test": recipes.evaluate(run),
        "report": str(run.report_file) if run.report_file.exists() else None,
        **more,
    }
