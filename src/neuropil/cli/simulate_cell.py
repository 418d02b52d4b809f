"""``neuropil simulate hh`` and ``lif``: one cell with a constant current."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from neuropil.cli.output import emit, messages, table

if TYPE_CHECKING:
    from neuropil.neurons import Integrator, Model, Recording

SETTLED = 200.0
"""When the rate begins to be measured (ms)."""


@dataclass(frozen=True)
class Cell:
    """A cell of the command line.

    Attributes:
        title: What it is.
        unit: Of its current.
        current: By default.
        dt: A time step (ms) with which rates hold within 0.1 %.
    """

    title: str
    unit: str
    current: float
    dt: float


CELLS: Mapping[str, Cell] = {
    "hh": Cell("Hodgkin and Huxley's squid axon", "µA/cm²", 10.0, 0.02),
    "lif": Cell("a leaky integrate-and-fire cell", "pA", 400.0, 0.1),
}


def simulate_cell(
    name: str,
    *,
    current: float | None,
    duration: float,
    dt: float | None,
    method: str | None,
    engine: str,
    progress: bool,
    json: bool,
) -> None:
    """Simulate the cell from rest, and tell its rate and its highest voltage."""
    from neuropil import neurons

    cell = CELLS[name]
    current = cell.current if current is None else current
    model = neurons.HodgkinHuxley() if name == "hh" else neurons.LeakyIntegrateAndFire()
    integrator = model.integrator if method is None else integrators()[method]
    run = neurons.simulate(
        model,
        current,
        duration=duration,
        dt=dt or cell.dt,
        integrator=integrator,
        timing=neurons.tuning.precise(model),
        engine=as_engine(engine),
        progress=progress,
    )
    result = {
        "cell": name,
        "current": current,
        "unit": cell.unit,
        "duration_ms": duration,
        "dt_ms": dt or cell.dt,
        "integrator": type(integrator).__name__,
        **measured(run, model),
    }
    if json:
        emit(result)
        return
    rate, peak = result["rate_hz"], result["peak_mv"]
    rows = [
        ("cell", cell.title),
        ("current", f"{current:g} {cell.unit}"),
        ("rate", f"{rate:.2f} Hz" if rate is not None else f"none before {SETTLED:g} ms"),
        ("spikes", f"{result['spikes']} in {duration:g} ms"),
        ("highest", f"{peak:.2f} mV"),
        ("method", f"{result['integrator']}, steps of {result['dt_ms']:g} ms"),
    ]
    messages().print(table(rows))


def measured(run: Recording, model: Model) -> dict[str, Any]:
    """The rate after the cell has settled (None if it ran for less), and the highest voltage."""
    import numpy as np

    times, _ = run.spikes
    highest = [float(np.max(run["v"], initial=float(model.initial()["v"])))]  # it begins there
    if model.reset is not None and times.size:
        highest.append(float(getattr(model, "threshold", highest[0])))  # it is reset from there
    return {
        "rate_hz": float(run.rate(SETTLED)[0]) if run.duration > SETTLED else None,
        "peak_mv": max(highest),
        "spikes": len(times),
        "first_spike_ms": float(times[0]) if times.size else None,
    }


def integrators() -> Mapping[str, Integrator]:
    """The integrators by the names of the command line."""
    from neuropil import neurons

    kinds: Mapping[str, Callable[[], Integrator]] = {
        "euler": neurons.Euler,
        "heun": neurons.Heun,
        "rk4": neurons.RK4,
        "exponential-euler": neurons.ExponentialEuler,
        "exact": neurons.Exact,
    }
    return {name: kind() for name, kind in kinds.items()}


def as_engine(name: str) -> Literal["auto", "eager", "xla"]:
    """The engine of this name.

    Raises:
        ValueError: There is none.
    """
    if name not in {"auto", "eager", "xla"}:
        raise ValueError(f"a cell is simulated by the engine auto, eager or xla, got {name!r}")
    return name  # type: ignore[return-value]
