"""What both peers share, which stand on PyTorch: the loop of its tutorials, data in memory."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

from benchmarks.spiking_layers.cases import CASES, GAIN, STEPS, data, parameters

if TYPE_CHECKING:
    from collections.abc import Callable


class Net(nn.Module):
    """Two linear layers with cells behind them, step by step; the counts of the output's spikes.

    Args:
        sizes: Inputs, hidden cells, output cells.
        cells: Makes the cells of a layer: ``(currents, state) -> (spikes, state)``, a step.
        start: Gives the first state of such cells.
        at_once: Whether the currents of the first layer are computed for all times together, which
            the tutorials of neither library do.
    """

    def __init__(
        self,
        sizes: tuple[int, int, int],
        cells: Callable[[], nn.Module],
        start: Callable[[Any], Any],
        *,
        at_once: bool,
    ) -> None:
        super().__init__()
        self.first, self.second = nn.Linear(*sizes[:2]), nn.Linear(*sizes[1:])
        self.hidden, self.output = cells(), cells()
        self.start, self.at_once = start, at_once

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        hidden, output = self.start(self.hidden), self.start(self.output)
        currents = self.first(x) if self.at_once else x
        found = []
        for t in range(STEPS):
            current = currents[t] if self.at_once else self.first(currents[t])
            spikes, hidden = self.hidden(current, hidden)
            spikes, output = self.output(self.second(spikes), output)
            found.append(spikes)
        return torch.stack(found).sum(0)


def trained(
    request: dict[str, Any], cells: Callable[[], nn.Module], start: Callable[[Any], Any]
) -> dict[str, float]:
    """Train a new network; the time is that of all epochs but the first."""
    case = CASES[request["case"]]
    spikes, classes = map(torch.from_numpy, data(case))
    spikes = spikes.transpose(0, 1).contiguous()
    order = torch.tensor(request["orders"])
    net = Net(case.sizes, cells, start, at_once=request["at_once"])
    with torch.no_grad():
        values = parameters(case, GAIN[request["like"]])
        for parameter, value in zip(net.parameters(), values, strict=True):
            parameter.copy_(torch.from_numpy(value))
    optimizer = torch.optim.SGD(net.parameters(), lr=case.lr)
    loss_function = nn.CrossEntropyLoss()
    losses: list[torch.Tensor] = []
    began = 0.0
    for epoch in range(case.epochs):
        if epoch == 1:
            began = time.perf_counter()
        losses = []
        for batch in order[epoch]:
            optimizer.zero_grad()
            loss = loss_function(net(spikes[:, batch]), classes[batch])
            loss.backward()
            optimizer.step()
            losses.append(loss.detach())
    seconds = time.perf_counter() - began
    return {"seconds": seconds, "loss": torch.stack(losses).mean().item()}
