"""The derivatives of CUBA's mean rate with respect to its two weights, in three ways."""

from __future__ import annotations

import resource
import sys
from time import perf_counter
from typing import Any, NamedTuple

import numpy as np

import neuropil as npl
from benchmarks.network_gradient.by_hand import tangents
from neuropil import neurons
from neuropil.neurons.networks import cuba

WEIGHTS = (1.62, -9.0)  # mV
SURROGATE = npl.surrogates.SuperSpike()  # 1/(1 + 100|x|)², x in mV


class Task(NamedTuple):
    """What to compute: ``way`` is one of `WAYS`."""

    way: str
    steps: int
    seed: int


def measured(task: Task) -> dict[str, Any]:
    """The rate (Hz) and its two derivatives (Hz/mV), seconds, and the most memory it took."""
    rate, derivatives, seconds = WAYS[task.way](task)
    unit = 1 if sys.platform == "darwin" else 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**30
    return {
        "rate_hz": float(rate),
        "derivatives": [float(x) for x in derivatives],
        "seconds": seconds,
        "peak_gib": peak,
    }


def mean_rate(task: Task, excitatory: Any, inhibitory: Any) -> Any:
    """The mean rate of the 4,000 cells (Hz)."""
    net = cuba(rng=task.seed, excitatory=excitatory, inhibitory=inhibitory)
    spikes = net.record_spikes(net.populations["cells"])
    run = neurons.differentiable_run(net, task.steps * net.dt, surrogate=SURROGATE)
    return run.rate(spikes)


def _backward(task: Task) -> Any:
    began = perf_counter()
    rate, gradient = npl.value_and_grad(lambda *weights: mean_rate(task, *weights), (0, 1))(
        *map(np.asarray, WEIGHTS)
    )
    return rate, gradient, {"in all": perf_counter() - began}


def _backward_xla(task: Task) -> Any:
    weights = list(map(npl.Variable, WEIGHTS))
    net = cuba(rng=task.seed, excitatory=weights[0], inhibitory=weights[1])
    spikes = net.record_spikes(net.populations["cells"])

    def step() -> Any:
        run = neurons.differentiable_run(net, task.steps * net.dt, surrogate=SURROGATE)
        rate = run.rate(spikes)
        return rate, npl.gradients(rate, weights)

    program = npl.compile(step, state=weights)
    began = perf_counter()
    rate, gradient = program()
    compiled = perf_counter()
    program()
    return rate, gradient, {"first call": compiled - began, "in all": perf_counter() - compiled}


def _forward(task: Task) -> Any:
    began, derivatives = perf_counter(), []
    for direction in np.eye(2):
        rate, derivative = npl.jvp(
            lambda *weights: mean_rate(task, *weights),
            tuple(map(np.asarray, WEIGHTS)),
            tuple(direction),
        )
        derivatives.append(derivative)
    return rate, derivatives, {"in all": perf_counter() - began}


def _by_hand(task: Task) -> Any:
    began = perf_counter()
    rate, derivatives = tangents(cuba(rng=task.seed), task.steps, SURROGATE.beta)
    return rate, derivatives, {"in all": perf_counter() - began}


WAYS = {
    "backward": _backward,
    "backward, XLA": _backward_xla,
    "forward": _forward,
    "forward, by hand": _by_hand,
}
