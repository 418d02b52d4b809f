"""Forward mode written out for CUBA, with NumPy alone: no graph, no engine of neuropil's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from neuropil.neurons import Network

TAU, TAU_E, TAU_I, REST, THRESHOLD, RESET, REFRACTORY = 20.0, 5.0, 10.0, -49.0, -50.0, -60.0, 5.0
WEIGHTS = (1.62, -9.0)


def tangents(net: Network, steps: int, beta: float) -> tuple[float, list[float]]:
    """CUBA's mean rate (Hz) and its derivatives with respect to w_e and w_i (Hz/mV).

    Every variable carries its two derivatives along as rows: x[0] is the value, x[1] and x[2] are
    dx/dw_e and dx/dw_i. A spike s of a cell that is not refractory has ds = dv/(1 + β|v − V_t|)²;
    a reset sets v and dv, without ds.

    Args:
        net: The network of `neuropil.neurons.networks.cuba`, for its wiring and start alone.
        steps: How many steps.
        beta: β (1/mV).
    """
    dt, start = net.dt, net.kernel().cells[0].start["v"]
    columns = [Columns(table, len(start)) for table in net.kernel().synapses]
    v, g = np.zeros((3, len(start))), np.zeros((2, 3, len(start)))
    v[0], waiting = start, np.zeros(len(start))
    decay = [np.exp(-dt / tau) for tau in (TAU, TAU_E, TAU_I)]
    into = [
        tau / (TAU - tau) * (decay[0] - x) for tau, x in zip((TAU_E, TAU_I), decay[1:], strict=True)
    ]
    counts = np.zeros(3)
    for _ in range(steps):
        free = waiting <= 0
        moved = v * decay[0] + into[0] * g[0] + into[1] * g[1]
        moved[0] += REST * (1.0 - decay[0])
        v = np.where(free, moved, v)
        g *= np.reshape(decay[1:], (2, 1, 1))
        spiked = free & (v[0] >= THRESHOLD)
        slope = free / (1.0 + beta * np.abs(v[0] - THRESHOLD)) ** 2
        s = np.stack([spiked.astype(float), slope * v[1], slope * v[2]])
        for k, (weight, of_kind) in enumerate(zip(WEIGHTS, columns, strict=True)):
            arrived = of_kind.arriving(s)
            g[k] += weight * arrived
            g[k, 1 + k] += arrived[0]
        v[:, spiked] = np.array([[RESET], [0.0], [0.0]])
        waiting = np.where(spiked, round(REFRACTORY / dt), waiting - ~free)
        counts += s.sum(axis=1)
    rates = counts / (len(start) * steps * dt / 1000.0)
    return float(rates[0]), rates[1:].tolist()


class Columns:
    """Which sources reach each target, target after target."""

    def __init__(self, table: Any, size: int) -> None:
        order = np.argsort(table.targets, kind="stable")
        sources = np.repeat(np.arange(len(table.rows) - 1), np.diff(table.rows))
        counts = np.bincount(table.targets, minlength=size)
        assert counts.all(), "each cell is expected to have a synapse of either kind"
        self.sources = table.first + sources[order]
        self.starts = np.cumsum(counts) - counts

    def arriving(self, s: Any) -> Any:
        """The sum over each target's sources, of every row of s."""
        return np.stack([np.add.reduceat(row[self.sources], self.starts) for row in s])
