"""What `neuropil train` says: before the first step, and after the last."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from neuropil.cli.output import table

if TYPE_CHECKING:
    from rich.console import RenderableType

    from neuropil.recipes import Job, RunFolder, Splits


def before(job: Job, run: RunFolder) -> RenderableType:
    """The recipe in a few lines: on what, which network, how."""
    from rich.console import Group
    from rich.text import Text

    recipe = job.recipe
    title = Text.assemble((recipe.name, "bold cyan"), "  ", (recipe.title, "bold"), "\n")
    settings = recipe.training
    stopping = "" if settings.early_stopping is None else ", early stopping"
    update = [t for t in (recipe.schedule, recipe.clip, recipe.penalty) if t is not None]
    rows = [
        ("data", _data(job.splits)),
        ("network", " → ".join(str(layer["type"]) for layer in recipe.layers)),
        ("", f"{parameter_count(job):,} parameters"),
        ("loss", _table(recipe.loss)),
        ("optimizer", "; ".join(map(_table, [recipe.optimizer, *update]))),
        ("training", f"{settings.epochs} epochs{stopping}, batches of {settings.batch_size}"),
        ("seed", str(recipe.seed)),
        ("folder", str(run.path)),
    ]
    return Group(title, table(rows), Text())


def after(job: Job, result: Mapping[str, Any]) -> RenderableType:
    """The figure that counts, where the report is, and what to do next."""
    from rich.console import Group
    from rich.text import Text

    from neuropil.recipes import command, image_size

    folder, report = result["run"], result["report"]
    rows = [("report", report)] if report else []
    example = "ARRAY.npy" if image_size(job.splits.sample_shape) is None else "IMAGE.png"
    rows += [("next", command("evaluate", folder)), ("", command("predict", folder, example))]
    took = f"  {result['epochs']} epochs in {result['seconds']:.1f} s"
    head = Text.assemble("\n", (scores(result["test"]), "bold green"), (took, "dim"), "\n")
    return Group(head, table(rows))


def scores(test: Mapping[str, float]) -> str:
    """The scores on the test set in words.

    Example:
        >>> scores({"loss": 0.0412, "accuracy": 0.98889})
        'test accuracy 98.89 %'
        >>> scores({"loss": 0.0412})
        'test loss 0.0412'
    """
    if "accuracy" in test:
        return f"test accuracy {100 * test['accuracy']:.2f} %"
    return ", ".join(f"test {name} {value:.4g}" for name, value in test.items())


def parameter_count(job: Job) -> int:
    """How many numbers are learned."""
    return sum(parameter.size for parameter in job.network.parameters())


def _data(splits: Splits) -> str:
    shape = " × ".join(map(str, splits.sample_shape))
    parts = {"train": splits.train, "validate": splits.validation, "test": splits.test}
    sizes = ", ".join(f"{len(part):,} to {use}" for use, part in parts.items() if part is not None)
    classes = f", {len(splits.classes)} classes" if splits.classes else ""
    return f"{sizes}; inputs {shape}{classes}"


def _table(named: Mapping[str, Any]) -> str:
    options = [
        f"{key} {_table(value) if isinstance(value, Mapping) else value}"
        for key, value in named.items()
        if key != "type"
    ]
    return ", ".join([str(named["type"]), *options])
