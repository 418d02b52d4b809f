"""What `neuropil train` was asked for, for recipes of every kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Request:
    """The options that do not depend on what is trained.

    Attributes:
        recipe: A name or a file; None where a run is resumed.
        resume: The folder of that run.
        changes: What to change in the recipe, by dotted key.
        out: The folder of the run; None for the next free one.
        progress, report, quiet, json: What to show, and what to write.
    """

    recipe: str | None
    resume: Path | None
    changes: Mapping[str, str]
    out: Path | None
    progress: bool
    report: bool
    quiet: bool
    json: bool
