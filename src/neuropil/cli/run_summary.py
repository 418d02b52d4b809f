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
        ("network", " → ".join(map(_layer, recipe.layers))),
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

    from neuropil.recipes import command

    folder, report = result["run"], result["report"]
    rows = [("report", report)] if report else []
    example = "ARRAY.npy" if job.splits.image_size is None else "IMAGE.png"
    use = ["predict", folder, example] if job.splits.text is None else ["sample", folder]
    rows += [("next", command("evaluate", folder)), ("", command(*use))]
    took = f"  {result['epochs']} epochs in {result['seconds']:.1f} s"
    if "counting" in result:
        rows.insert(0, ("beside it", counting(result["counting"])))
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
    named = {name.replace("_", " "): value for name, value in test.items()}
    return ", ".join(f"test {name} {value:.4g}" for name, value in named.items())


def parameter_count(job: Job) -> int:
    """How many numbers are learned."""
    return sum(parameter.size for parameter in job.network.parameters())


def counting(baseline: Mapping[str, Any]) -> str:
    """What a model that only counts makes of the same text.

    Example:
        >>> counting({"order": 3, "smoothing": "WittenBell()", "bits_per_character": 2.3})
        'a model that counts, order 3, smoothing WittenBell(): 2.3 bits per character'
    """
    return (
        f"a model that counts, order {baseline['order']}, smoothing {baseline['smoothing']}: "
        f"{baseline['bits_per_character']:.4g} bits per character"
    )


def _layer(table: Mapping[str, Any]) -> str:
    """The type of a layer, and of one within it."""
    inner = table.get("layer")
    name = str(table.get("type", "as before"))
    return f"{name}({_layer(inner)})" if isinstance(inner, Mapping) else name


def _data(splits: Splits) -> str:
    shape = " × ".join(map(str, splits.sample_shape))
    parts = {"train": splits.train, "validate": splits.validation, "test": splits.test}
    sizes = ", ".join(f"{len(part):,} to {use}" for use, part in parts.items() if part is not None)
    if splits.text is not None:
        return f"windows of a text: {sizes}; {len(splits.classes)} characters"
    classes = f", {len(splits.classes)} classes" if splits.classes else ""
    return f"{sizes}; inputs {shape}{classes}"


def _table(named: Mapping[str, Any]) -> str:
    options = [
        f"{key} {_table(value) if isinstance(value, Mapping) else value}"
        for key, value in named.items()
        if key != "type"
    ]
    return ", ".join([str(named["type"]), *options])
