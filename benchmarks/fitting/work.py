"""A noisy trace of a squid axon, and its conductances fitted from starts that are far off."""

from __future__ import annotations

from itertools import product
from time import perf_counter, process_time
from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil import neurons
from neuropil.neurons import fitting
from neuropil.neurons.fitting.trace import COUPLINGS

if TYPE_CHECKING:
    from neuropil.neurons.simulation import Engine

TRUE = {"g_na": 120.0, "g_k": 36.0, "g_leak": 0.3}
DURATION, EVERY, NOISE = 50.0, 0.025, 0.5
"""In ms, ms and mV."""

STEPS = neurons.Pulse(10.0, start=5.0, stop=25.0) + neurons.Pulse(20.0, start=30.0, stop=45.0)
OFF = 0.5
"""By which part of the truth a start is off, at most."""


def recorded(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Times and voltages; computed with steps ten times finer than those of the fit."""
    run = neurons.simulate(
        neurons.HodgkinHuxley(),
        STEPS,
        duration=DURATION,
        dt=EVERY / 10.0,
        every=EVERY,
        progress=False,
    )
    voltages = np.asarray(run["v"])[:, 0]
    noise = np.random.default_rng(seed).normal(0.0, NOISE, voltages.shape)
    return run.times, voltages + noise


def starts(kind: str, count: int, seed: int) -> dict[str, np.ndarray]:
    """All corners of ±50 %, or points drawn evenly within."""
    if kind == "corners":
        factors = np.array(list(product((1.0 - OFF, 1.0 + OFF), repeat=len(TRUE))))
    else:
        rng = np.random.default_rng([seed, 1])
        factors = rng.uniform(1.0 - OFF, 1.0 + OFF, (count, len(TRUE)))
    return {name: factors[:, i] * value for i, (name, value) in enumerate(TRUE.items())}


def fitted(
    kind: str, count: int, seed: int, engine: Engine, *, coupled: bool = True
) -> dict[str, Any]:
    """How far off each start ended, relatively, and how long all of them took together."""
    times, trace = recorded(seed)
    began, worked = perf_counter(), process_time()
    fit = fitting.fit_trace(
        neurons.squid_axon,
        STEPS,
        times,
        trace,
        {name: (value / 4.0, value * 4.0) for name, value in TRUE.items()},
        starts=starts(kind, count, seed),
        engine=engine,
        progress=False,
        couplings=COUPLINGS if coupled else (),
    )
    errors = [
        {name: attempt.values[name] / value - 1.0 for name, value in TRUE.items()}
        for attempt in fit.attempts
    ]
    return {
        "kind": kind,
        "seed": seed,
        "engine": engine,
        "coupled": coupled,
        "errors": errors,
        "rms_mv": [attempt.rms for attempt in fit.attempts],
        "standard_errors": {name: fit.errors[name] / value for name, value in TRUE.items()},
        "steps": len(fit.stages),
        "wall_s": perf_counter() - began,
        "cpu_s": process_time() - worked,
    }
