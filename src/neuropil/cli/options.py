"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

Json = Annotated[
    bool,
    typer.Option("--json", help="Print one JSON document and nothing else on standard output."),
]

RunPath = Annotated[
    Path, typer.Argument(metavar="RUN", help="The folder of a run.", show_default=False)
]

Seed = Annotated[int | None, typer.Option("--seed", min=0, help="Of everything random.")]

Settings = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="Such as optimizer.lr=0.1; repeatable."),
]


def changes_of(settings: list[str] | None, named: Mapping[str, int | str | None]) -> dict[str, str]:
    """What the options change in the recipe, by dotted key; what has an option of its own wins."""
    changes = {}
    for setting in settings or ():
        key, equals, value = setting.partition("=")
        if not equals or not key:
            raise typer.BadParameter(f"--set expects KEY=VALUE, got {setting!r}")
        changes[key.strip()] = value.strip()
    return changes | {key: str(value) for key, value in named.items() if value is not None}
