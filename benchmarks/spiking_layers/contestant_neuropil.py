"""neuropil: the network as a user writes it, trained by `fit`."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

import neuropil as npl
from benchmarks.harness.contestant import serve
from benchmarks.spiking_layers.cases import BETA, CASES, GAIN, data, parameters
from neuropil import neurons, nn, optim
from neuropil.neurons import layers


def cells(like: str) -> nn.Module:
    """The cells of a peer: snnTorch's have no derivative through the reset, Norse's have."""
    if like == "snnTorch":
        return layers.Leaky(BETA, surrogate=layers.FastSigmoid(1.0), reset=layers.ToZero())
    model = neurons.NormalizedLeakyIntegrateAndFire(tau=1.0 / (1.0 - BETA), refractory=0.0)
    return layers.Spiking(
        model, 1.0, layers.SuperSpike(1.0), neurons.Euler(), detach_reset=False
    )  # fmt: skip


def work(request: dict[str, Any]) -> dict[str, float]:
    """Train a new network; the time is that of all epochs but the first."""
    case, like = CASES[request["case"]], request["like"]
    n, hidden, classes = case.sizes
    net = nn.Sequential(
        nn.Permute((1, 0, 2)),  # data are (samples, time, inputs)
        nn.Linear(n, hidden),
        cells(like),
        nn.Linear(hidden, classes),
        cells(like),
        layers.SpikeCount(),
    )
    for parameter, value in zip(net.parameters(), parameters(case, GAIN[like]), strict=True):
        parameter.value[...] = value
    history = npl.training.fit(
        net, data(case), loss=nn.CrossEntropyLoss(), optimizer=optim.SGD(net.parameters(), case.lr),
        epochs=case.epochs, batch_size=case.batch, engine="xla", rng=0, progress=False,
    )  # fmt: skip
    with npl.no_grad():
        spikes = net[:3](data(case)[0][: case.batch])
    return {
        "seconds": sum(history["seconds"][1:]),
        "loss": history[-1]["loss"],
        "rate": float(np.asarray(npl.graph.plain(spikes)).mean()),
    }


if __name__ == "__main__":
    import jax

    serve(
        {
            "neuropil": npl.__version__,
            "jax": jax.__version__,
            "python": sys.version.partition(" ")[0],
        },
        work,
    )
