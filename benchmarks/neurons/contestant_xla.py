"""XLA: squid axons in one loop, written by hand with JAX; DTYPE says in what numbers."""

from __future__ import annotations

import os
from functools import partial
from time import perf_counter
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from benchmarks.neurons.cases import CASES, POPULATION_CURRENTS
from benchmarks.neurons.turn import Outcome, Ready, answering, clock

settings: Any = jax.config
settings.update("jax_enable_x64", True)
done: Any = jax.block_until_ready
DTYPE = np.dtype(os.environ.get("DTYPE", "float64"))
START = (-64.9964, 0.052955, 0.595994, 0.317732)
State = tuple[Any, Any, Any, Any]


def linoid(x: Any) -> Any:
    """x/(eˣ − 1), and 1 at 0."""
    safe = jnp.where(x == 0, 1, x)
    return jnp.where(x == 0, 1, safe / jnp.expm1(safe))


def step(dt: float, state: State, current: Any) -> State:
    """Exponential Euler: each variable decays towards where it would settle."""
    v, m, h, n = state
    opening = (
        linoid(-(v + 40) / 10),
        0.07 * jnp.exp(-(v + 65) / 20),
        0.1 * linoid(-(v + 55) / 10),
    )
    closing = (
        4 * jnp.exp(-(v + 65) / 18),
        1 / (1 + jnp.exp(-(v + 35) / 10)),
        0.125 * jnp.exp(-(v + 65) / 80),
    )
    sodium, potassium = 120 * m * m * m * h, 36 * (n * n) * (n * n)
    conductance = sodium + potassium + 0.3
    settled = (50 * sodium - 77 * potassium - 0.3 * 54.387 + current) / conductance

    def decayed(x: Any, towards: Any, rate: Any) -> Any:
        return towards + (x - towards) * jnp.exp(-dt * rate)

    gates = [
        decayed(x, alpha / (alpha + beta), alpha + beta)
        for x, alpha, beta in zip((m, h, n), opening, closing, strict=True)
    ]
    return decayed(v, settled, conductance), gates[0], gates[1], gates[2]


@partial(jax.jit, static_argnames=("dt",))
def simulated(state: State, current: Any, steps: int, dt: float) -> tuple[State, Any]:
    """The state after so many steps, and how often each cell passed 0 mV."""

    def body(_: int, carry: tuple[State, Any]) -> tuple[State, Any]:
        before, spikes = carry
        after = step(dt, before, current)
        return after, spikes + ((before[0] < 0) & (after[0] >= 0))

    spikes = jnp.zeros(current.shape, jnp.int32)
    last: tuple[State, Any] = jax.lax.fori_loop(0, steps, body, (state, spikes))
    return last


def make(name: str, _: str, duration: float) -> Ready:
    """Put the data in place, and compile by a run of one step."""
    case = CASES[name]
    began = perf_counter()
    current = jnp.linspace(*POPULATION_CURRENTS, case.cells, dtype=DTYPE)
    state = tuple(jnp.full(case.cells, x, DTYPE) for x in START)
    built = perf_counter()
    done(simulated(state, current, 1, case.dt))
    compiled = perf_counter()

    def run() -> Outcome:
        began = clock()
        steps = round(duration / case.dt)
        _, spikes = done(simulated(state, current, steps, case.dt))
        return Outcome(clock() - began, int(spikes.sum()))

    return Ready(built - began, compiled - built, run)


if __name__ == "__main__":
    answering({"jax": jax.__version__, "dtype": DTYPE.name}, {"hh-population": make})
