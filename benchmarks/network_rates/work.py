"""One network from one seed."""

from __future__ import annotations

from time import perf_counter
from typing import Any, NamedTuple

from neuropil.neurons import networks


class Known(NamedTuple):
    """What is known of a network: over how long (ms), and how fast (Hz)."""

    duration: float
    rate: float
    deviation: float


KNOWN = {"cuba": Known(10_000.0, 5.59, 0.19), "cobahh": Known(2_000.0, 36.9, 1.8)}


def measured(task: tuple[str, int, str]) -> dict[str, Any]:
    """The rate of one network from one seed."""
    name, seed, engine = task
    net = getattr(networks, name)(rng=seed)
    spikes = net.record_spikes(net.populations["cells"])
    began = perf_counter()
    net.run(KNOWN[name].duration, engine=engine, progress=False)
    seconds = perf_counter() - began
    return {"seed": seed, "rate_hz": spikes.rate(), "cv": spikes.cv(), "wall_s": seconds}
