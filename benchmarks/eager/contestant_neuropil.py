"""neuropil, eager: the loop a user would write."""

from __future__ import annotations

import sys
import time
from typing import Any

import numpy as np

import neuropil as npl
from benchmarks.eager.work import CASES, data, parameters
from benchmarks.harness.contestant import serve


def work(request: dict[str, Any]) -> dict[str, float]:
    """Train a new network for the steps of the case; time them."""
    case = CASES[request["case"]]
    activation = {"sigmoid": npl.nn.Sigmoid, "relu": npl.nn.ReLU}[case.activation]
    layers: list[npl.nn.Module] = []
    for fan_in, units in zip(case.sizes, case.sizes[1:], strict=False):
        layers += [npl.nn.Linear(fan_in, units), activation()]
    net = npl.nn.Sequential(*layers[:-1])
    for parameter, value in zip(net.parameters(), parameters(case), strict=True):
        parameter.value[...] = value
    losses = {"binary": npl.nn.BCEWithLogitsLoss, "categorical": npl.nn.CrossEntropyLoss}
    loss_function = losses[case.loss]()
    optimizer = npl.optim.SGD(net.parameters(), lr=case.lr)
    x, t = data(case)

    def train(steps: int) -> npl.Variable:
        for _ in range(steps):
            optimizer.zero_grad()
            loss = loss_function(net(x), t)
            loss.backward()
            optimizer.step()
        return loss

    train(case.steps // 10)
    start = time.perf_counter()
    loss = train(case.steps)
    return {"seconds": time.perf_counter() - start, "loss": loss.item()}


if __name__ == "__main__":
    serve(
        {
            "neuropil": npl.__version__,
            "numpy": np.__version__,
            "python": sys.version.partition(" ")[0],
        },
        work,
    )
