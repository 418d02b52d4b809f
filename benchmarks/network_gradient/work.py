"""The derivatives of CUBA's mean rate with respect to its two weights, in three ways."""

from __future__ import annotations

import resource
import sys
from time import process_time
from typing import Any, NamedTuple

import numpy as np

import neuropil as npl
from benchmarks.network_gradient.by_hand import tangents
from neuropil import neurons
from neuropil.neurons.networks import cuba

WEIGHTS = (1.62, -9.0)  # mV


class Task(NamedTuple):
    """What to compute: ``way`` is one of `WAYS`; ``beta`` (1/mV) is that of the surrogate."""

    way: str
    steps: int
    seed: int
    beta: float


def measured(task: Task) -> dict[str, Any]:
    """The rate (Hz), its two derivatives (Hz/mV), seconds of the processor, the most memory."""
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
    return _rate_of(net, net.record_spikes(net.populations["cells"]), task)


def _rate_of(net: neurons.Network, spikes: neurons.SpikeRecord, task: Task) -> Any:
    surrogate = npl.surrogates.SuperSpike(beta=task.beta)
    return neurons.differentiable_run(net, task.steps * net.dt, surrogate=surrogate).rate(spikes)


def _backward(task: Task) -> Any:
    began = process_time()
    rate, gradient = npl.value_and_grad(lambda *weights: mean_rate(task, *weights), (0, 1))(
        *map(np.asarray, WEIGHTS)
    )
    return rate, gradient, {"in all": process_time() - began}


def _backward_xla(task: Task) -> Any:
    weights = list(map(npl.Variable, WEIGHTS))
    net = cuba(rng=task.seed, excitatory=weights[0], inhibitory=weights[1])
    spikes = net.record_spikes(net.populations["cells"])

    def step() -> Any:
        rate = _rate_of(net, spikes, task)
        return rate, npl.gradients(rate, weights)

    program = npl.compile(step, state=weights)
    began = process_time()
    rate, gradient = program()
    compiled = process_time()
    program()
    return rate, gradient, {"first call": compiled - began, "in all": process_time() - compiled}


def _forward(task: Task) -> Any:
    began, derivatives = process_time(), []
    for direction in np.eye(2):
        rate, derivative = npl.jvp(
            lambda *weights: mean_rate(task, *weights),
            tuple(map(np.asarray, WEIGHTS)),
            tuple(direction),
        )
        derivatives.append(derivative)
    return rate, derivatives, {"in all": process_time() - began}


def _by_hand(task: Task) -> Any:
    began = process_time()
    rate, derivatives = tangents(cuba(rng=task.seed), task.steps, task.beta)
    return rate, derivatives, {"in all": process_time() - began}


WAYS = {
    "backward": _backward,
    "backward, XLA": _backward_xla,
    "forward": _forward,
    "forward, by hand": _by_hand,
}
