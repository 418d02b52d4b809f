"""``neuropil simulate cuba``, ``cobahh`` and ``NETWORK.toml``: thousands of cells."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from neuropil.cli.failure import INTERRUPTED, fail
from neuropil.cli.output import emit, messages, table
from neuropil.errors import DivergenceError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import RenderableType


def simulate_network(
    what: str,
    *,
    duration: float | None,
    seed: int | None,
    engine: str,
    dtype: str,
    threads: int,
    out: Path | None,
    progress: bool,
    report: bool,
    json: bool,
) -> None:
    """Build it, run it, and keep what was recorded: also of a run that was interrupted."""
    from neuropil import recipes
    from neuropil.recipes.spiking_run import check_new, prepare_spiking

    if out is not None:
        check_new(out)
    run = prepare_spiking(what, seed=seed, duration=duration, dtype=dtype)
    console = messages(json=json)
    if not json:
        console.print(f"{run.title}: built in {run.build_s:.1f} s. Seed {run.seed}.")
    stopped: KeyboardInterrupt | DivergenceError | None = None
    try:
        run.run(engine=engine, threads=threads, progress=progress)
    except (KeyboardInterrupt, DivergenceError) as error:
        stopped = error
    folder = out or recipes.make_next(Path("runs"), run.name)
    run.save(folder)
    page = folder / "report.html"
    if report and run.built.network.time > 0.0:
        from neuropil.report import spiking_page

        spiking_page(run, page)
    if stopped is not None:
        _stop(stopped, folder, json=json)
    result = {**run.document(), "run": str(folder), "report": str(page) if page.exists() else None}
    if json:
        emit(result)
    else:
        console.print(_words(result))


def _stop(error: KeyboardInterrupt | DivergenceError, folder: Path, *, json: bool) -> None:
    message = f"{str(error) or 'Interrupted'}. What was recorded is in {folder}"
    if isinstance(error, KeyboardInterrupt):
        fail(message, kind="Interrupted", json=json, code=INTERRUPTED)
    fail(message, kind=type(error).__name__, json=json)


def _words(result: Mapping[str, Any]) -> RenderableType:
    """The figures that count, part by part, and where everything is."""
    from rich.console import Group
    from rich.text import Text

    header = ("cells", "number", "spikes", "rate", "CV")
    parts = [
        (name, f"{part['cells']:,}", f"{part['spikes']:,}", f"{part['rate_hz']:.2f} Hz", _cv(part))
        for name, part in result["populations"].items()
    ]
    figures = f"mean rate {result['rate_hz']:.2f} Hz, CV {_cv(result)}"
    took = f"  {result['duration_ms']:g} ms in {result['wall_s']:.2f} s"
    speed = f" ({result['real_time_factor']:.3g} × real time, engine {result['engine']})\n"
    head = Text.assemble("\n", (figures, "bold green"), (took + speed, "dim"))
    where = [("folder", result["run"])]
    if result["report"]:
        where.append(("report", result["report"]))
    return Group(head, table(parts, header), Text(), table(where))


def _cv(part: Mapping[str, Any]) -> str:
    return f"{part['cv']:.2f}" if part["cv"] == part["cv"] else "unknown"
