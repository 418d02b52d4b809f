"""What a memory stored and recalled, as one HTML page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from neuropil import plot
from neuropil.report.inline import png, svg
from neuropil.report.page import write_page
from neuropil.report.run_page import Tile

if TYPE_CHECKING:
    from pathlib import Path

    from neuropil.recipes.memory_run import MemoryRun


@dataclass(frozen=True)
class Drawing:
    """An image as a ``data:`` address, and a line of text beneath it."""

    image: str
    caption: str


@dataclass(frozen=True)
class Way:
    """How a probe came to its end: the pattern it was made of, and one drawing for each step."""

    name: str
    right: bool
    steps: list[Drawing]


def memory_page(run: MemoryRun, path: Path) -> None:
    """Write the page of a run: patterns, how they are alike, how probes were completed.

    Args:
        run: The memory and what it recalled.
        path: The file to write.
    """
    recipe, shape = run.recipe, run.recipe.shape
    shown = [int(np.flatnonzero(run.of == index)[0]) for index in range(len(recipe.names))]
    figure = plot.energies(run.recalled.energies[:, shown], recipe.names)
    write_page(
        path,
        "memory.html.j2",
        run=run,
        recipe=recipe,
        tiles=_tiles(run),
        patterns=[
            Drawing(_image(x, shape), name)
            for name, x in zip(recipe.names, recipe.states, strict=True)
        ],
        gram=run.gram.astype(int).tolist(),
        ways=[_way(run, probe) for probe in shown],
        energies=svg(figure, "energies", "Energies of a probe of each pattern, step by step."),
        weights=png(run.net.weight.value, *_limits(run.net.weight.value)),
        toml=recipe.toml(),
    )


def _tiles(run: MemoryRun) -> list[Tile]:
    test, probes = run.document()["test"], run.recipe.probes
    spoilt = f"{100 * probes.redrawn:g} % of the pixels drawn anew, the last {probes.erased} off"
    return [
        Tile("recalled", f"{100 * test['recalled']:.2f} %", f"of {len(run.of)} probes: {spoilt}"),
        Tile("wrong bits", f"{100 * test['wrong_bits']:.2f} %", "where it ended"),
        Tile("patterns", str(len(run.recipe.names)), f"of {run.net.units} pixels"),
        Tile("learning rule", run.recipe.rule["type"], f"seed {run.recipe.seed}"),
    ]


def _way(run: MemoryRun, probe: int) -> Way:
    """The states up to the first that does not change any more."""
    trajectory, energies = run.recalled.trajectory, run.recalled.energies
    assert trajectory is not None  # noqa: S101 - a run keeps it
    states = trajectory[:, probe]
    changed = np.flatnonzero(np.any(states[1:] != states[:-1], axis=-1))
    last = 0 if not changed.size else int(changed[-1]) + 1
    steps = [
        Drawing(_image(states[step], run.recipe.shape), f"E = {energies[step, probe]:.4g}")
        for step in range(last + 1)
    ]
    return Way(run.recipe.names[run.of[probe]], bool(run.right[probe]), steps)


def _image(x: np.ndarray, shape: tuple[int, int]) -> str:
    return png(-x.reshape(shape), -1.0, 1.0)  # what is on is drawn in black


def _limits(w: np.ndarray) -> tuple[float, float]:
    largest = float(np.abs(w).max())
    return -largest, largest
