"""PyTorch, eager: the same loop."""

from __future__ import annotations

import sys
import time
from typing import Any

import torch
from torch import nn

from benchmarks.eager.work import CASES, data, parameters
from benchmarks.harness.contestant import serve


def work(request: dict[str, Any]) -> dict[str, float]:
    """Train a new network for the steps of the case; time them."""
    case = CASES[request["case"]]
    activation = {"sigmoid": nn.Sigmoid, "relu": nn.ReLU}[case.activation]
    layers: list[nn.Module] = []
    for fan_in, units in zip(case.sizes, case.sizes[1:], strict=False):
        layers += [nn.Linear(fan_in, units), activation()]
    net = nn.Sequential(*layers[:-1])
    with torch.no_grad():
        for parameter, value in zip(net.parameters(), parameters(case), strict=True):
            parameter.copy_(torch.from_numpy(value))
    losses = {"binary": nn.BCEWithLogitsLoss, "categorical": nn.CrossEntropyLoss}
    loss_function = losses[case.loss]()
    optimizer = torch.optim.SGD(net.parameters(), lr=case.lr)
    x, t = map(torch.from_numpy, data(case))

    def train(steps: int) -> torch.Tensor:
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
    torch.set_num_threads(1)
    serve({"torch": torch.__version__, "python": sys.version.partition(" ")[0]}, work)
