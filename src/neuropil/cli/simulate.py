"""``neuropil simulate``: a cell, a benchmark, or a network of one's own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from neuropil.cli.failure import debugging, fail, guarded
from neuropil.cli.options import Json, Seed
from neuropil.cli.simulate_cell import CELLS, simulate_cell
from neuropil.cli.simulate_network import simulate_network
from neuropil.errors import NeuropilError


class Method(StrEnum):
    """The integrators by the names they have on the command line."""

    EULER = "euler"
    HEUN = "heun"
    RK4 = "rk4"
    EXPONENTIAL_EULER = "exponential-euler"
    EXACT = "exact"


class Precision(StrEnum):
    """The dtypes a network computes in."""

    FLOAT64 = "float64"
    FLOAT32 = "float32"


What = Annotated[
    str, typer.Argument(help="A cell (hh, lif), a network (cuba, cobahh), or a TOML file.")
]
Current = Annotated[
    float | None, typer.Option("--current", help="Into a cell: µA/cm² for hh, pA for lif.")
]
Duration = Annotated[
    float | None, typer.Option("--duration", metavar="MS", help="For how long, 1000 by default.")
]
TimeStep = Annotated[
    float | None, typer.Option("--dt", metavar="MS", help="The time step of a cell.")
]
Integration = Annotated[
    Method | None, typer.Option("--integrator", help="Of a cell; by default the best for it.")
]
EngineName = Annotated[
    str, typer.Option("--engine", help="What computes: auto, eager, native or xla.")
]
Dtype = Annotated[Precision, typer.Option("--dtype", help="Of a network's variables.")]
Threads = Annotated[int, typer.Option("--threads", min=1, help="Of matrix products.")]
Out = Annotated[
    Path | None, typer.Option("--out", metavar="FOLDER", help="Instead of runs/NETWORK-1, -2, …")
]
Progress = Annotated[bool, typer.Option("--progress/--no-progress", help="Show a progress bar.")]
Report = Annotated[bool, typer.Option("--report/--no-report", help="Write report.html.")]


@guarded
def simulate(
    what: What,
    current: Current = None,
    duration: Duration = None,
    dt: TimeStep = None,
    integrator: Integration = None,
    seed: Seed = None,
    engine: EngineName = "auto",
    dtype: Dtype = Precision.FLOAT64,
    threads: Threads = 1,
    out: Out = None,
    progress: Progress = True,
    report: Report = True,
    json: Json = False,
) -> None:
    """Simulate neurons: neuropil simulate hh --current 10, or neuropil simulate cuba.

    A cell gets a constant current, and its rate after 200 ms is told. A network of thousands of
    cells gets a folder with a report, a summary and everything that was recorded.
    """
    if duration is not None and not 0.0 < duration < float("inf"):
        raise typer.BadParameter(f"--duration is a time above 0 ms, got {duration:g}")
    if dt is not None and not 0.0 < dt < float("inf"):
        raise typer.BadParameter(f"--dt is a time above 0 ms, got {dt:g}")
    given = {"--current": current, "--dt": dt, "--integrator": integrator}
    is_cell = what in CELLS
    strange = {"--seed": seed, "--out": out} if is_cell else given
    for option, value in strange.items():
        if value is not None:
            kind = "a network" if is_cell else "a cell (hh, lif)"
            raise typer.BadParameter(f"{option} is for {kind}, and {what} is none")
    with refusals(json=json):
        if is_cell:
            simulate_cell(
                what,
                current=current,
                duration=duration or 1000.0,
                dt=dt,
                method=None if integrator is None else integrator.value,
                engine=engine,
                progress=progress,
                json=json,
            )
        else:
            simulate_network(
                what,
                duration=duration,
                seed=seed,
                engine=engine,
                dtype=dtype.value,
                threads=threads,
                out=out,
                progress=progress,
                report=report,
                json=json,
            )


@contextmanager
def refusals(*, json: bool) -> Iterator[None]:
    """Tell in words what the simulation refused: settings it cannot work with."""
    try:
        yield
    except NeuropilError:
        raise
    except (ValueError, KeyError) as error:
        if debugging.get():
            raise
        fail(str(error.args[0]), kind=type(error).__name__, json=json)
