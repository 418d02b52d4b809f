"""What is simulated, who can, and how much longer than ours it has to take them."""

from __future__ import annotations

from dataclasses import dataclass, field

ENGINE = "native"
"""Ours, unless the command line names another one."""

SEED = 0
"""Of the wiring and the initial state of networks, which all contestants share."""

DTYPES = ("float64", "float32")

EARLY = 3.0
"""For how long (ms) contestants that compute the same steps fire the same spikes.

Afterwards they part: the held time of Brian2 counts from the beginning of the step with the spike,
ours from its end, so that its cells are free one step sooner.
"""

CELL_CURRENTS = {"hh-cell": 10.0, "lif-cell": 400.0}
"""What flows into the single cells: µA/cm² and pA."""

POPULATION_CURRENTS = (5.0, 20.0)
"""Of the first and the last squid axon (µA/cm²), equal distances between."""


@dataclass(frozen=True)
class Case:
    """A simulation.

    Attributes:
        title: For the table.
        cells: How many.
        dt: The time step (ms).
        duration: What is simulated in one turn (ms).
        peers: Who can do it.
        apart: By how much the contestants' rates may differ (Hz): for networks three standard
            deviations over seeds, for cells one per cent.
        bars: By peer and dtype of ours, how much longer its time has to be, at least.
        early: Who fires the same spikes as our float64 during the first `EARLY` ms.
    """

    title: str
    cells: int
    dt: float
    duration: float
    peers: tuple[str, ...]
    apart: float
    bars: dict[str, dict[str, float]] = field(default_factory=dict)
    early: tuple[str, ...] = ()


BRIAN2 = ("Brian2 C++", "Brian2 Cython")
XLA_SHARE = 0.7
"""At most this part of the time of XLA's loop."""

CASES = {
    "cuba": Case(
        "CUBA, 4000 integrate-and-fire cells",
        4000, 0.1, 5000.0, (*BRIAN2, "NEST"), 0.57,
        {"Brian2 C++": {"float64": 2.5, "float32": 4.0}, "NEST": {"float64": 25.0}},
        BRIAN2,
    ),
    "cobahh": Case(
        "COBAHH, 4000 cells with channels",
        4000, 0.1, 1000.0, (*BRIAN2, "NEST"), 5.4,
        {"Brian2 C++": {"float64": 12.0, "float32": 30.0}},
        BRIAN2,
    ),
    "hh-population": Case(
        "4000 squid axons, exponential Euler",
        4000, 0.01, 200.0, ("XLA float64", "XLA float32"), 0.7,
        {f"XLA {dtype}": {dtype: 1.0 / XLA_SHARE} for dtype in DTYPES},
    ),
    "hh-cell": Case("one squid axon", 1, 0.025, 10_000.0, ("NEURON",), 0.7),
    "lif-cell": Case("one integrate-and-fire cell", 1, 0.1, 10_000.0, (*BRIAN2, "NEST"), 0.35),
}  # fmt: skip


def compared(peer: str) -> tuple[str, ...]:
    """With which of ours a peer is compared: one of a dtype with ours of that dtype."""
    return tuple(dtype for dtype in DTYPES if peer.endswith(dtype)) or DTYPES
