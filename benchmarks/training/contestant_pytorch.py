"""PyTorch: the loop of its tutorials on tensors in memory; ``compiled`` with torch.compile."""

from __future__ import annotations

import os
import sys
import time
from typing import Any

import torch
from torch import nn

from benchmarks.harness.contestant import serve
from benchmarks.training.cases import CASES, Case, data, parameters


class LSTM(nn.Module):
    """PyTorch's own layer, a fused kernel. The second bias, which ours has not, is not trained."""

    def __init__(self, sizes: tuple[int, ...], values: dict[str, Any]) -> None:
        super().__init__()
        inputs, units, classes = sizes
        self.inputs = inputs
        self.lstm = nn.LSTM(inputs, units)
        self.readout = nn.Linear(units, classes)
        with torch.no_grad():
            self.lstm.weight_ih_l0.copy_(values["cell.weight"][:, :inputs])
            self.lstm.weight_hh_l0.copy_(values["cell.weight"][:, inputs:])
            self.lstm.bias_ih_l0.copy_(values["cell.bias"])
            self.lstm.bias_hh_l0.zero_()
            self.readout.weight.copy_(values["readout.weight"])
            self.readout.bias.copy_(values["readout.bias"])
        self.lstm.bias_hh_l0.requires_grad_(False)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        rows = images.view(len(images), -1, self.inputs).transpose(0, 1)
        _, (hidden, _) = self.lstm(rows)
        return self.readout(hidden[-1])


class VAE(nn.Module):
    """784-400-20."""

    def __init__(self, inputs: int, hidden: int, latent: int) -> None:
        super().__init__()
        self.encoder, self.latent = nn.Linear(inputs, hidden), nn.Linear(hidden, 2 * latent)
        self.decoder, self.output = nn.Linear(latent, hidden), nn.Linear(hidden, inputs)

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, ...]:
        mean, log_variance = self.latent(torch.relu(self.encoder(x))).chunk(2, dim=1)
        z = mean + torch.exp(0.5 * log_variance) * torch.randn_like(mean)
        return self.output(torch.relu(self.decoder(z))), mean, log_variance


def evidence_bound(output: tuple[torch.Tensor, ...], x: torch.Tensor) -> torch.Tensor:
    """The negative evidence lower bound per image."""
    logits, mean, log_variance = output
    reconstruction = nn.functional.binary_cross_entropy_with_logits(logits, x, reduction="sum")
    divergence = -0.5 * torch.sum(1.0 + log_variance - mean**2 - torch.exp(log_variance))
    return (reconstruction + divergence) / len(x)


def network(case: Case) -> tuple[nn.Module, Any]:
    """The net with its initial parameters, and its loss."""
    values = {name: torch.from_numpy(value) for name, value in parameters(case).items()}
    if case.net == "lstm":
        return LSTM(case.sizes, values), nn.CrossEntropyLoss()
    net: nn.Module
    if case.net == "dense":
        layers: list[nn.Module] = []
        for n, units in zip(case.sizes, case.sizes[1:], strict=False):
            layers += [nn.Linear(n, units), nn.Sigmoid() if case.batch < 64 else nn.ReLU()]
        net = nn.Sequential(*layers[:-1])
        loss: Any = nn.BCEWithLogitsLoss() if case.sizes[0] < 10 else nn.CrossEntropyLoss()
    elif case.net == "vae":
        net, loss = VAE(*case.sizes), evidence_bound
    else:
        normalised = case.net != "lenet"
        layers = [nn.Unflatten(1, (1, 28, 28)), nn.Conv2d(1, 20, 5)]
        layers += [nn.BatchNorm2d(20)] if normalised else []
        layers += [nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(20, 50, 5)]
        layers += [nn.BatchNorm2d(50)] if normalised else []
        layers += [nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(800, 500), nn.ReLU()]
        net, loss = nn.Sequential(*layers, nn.Linear(500, 10)), nn.CrossEntropyLoss()
    plain = [
        parameter
        for module in net.modules()
        if not isinstance(module, nn.BatchNorm2d)
        for parameter in module.parameters(recurse=False)
    ]
    with torch.no_grad():
        for parameter, value in zip(plain, values.values(), strict=True):
            parameter.copy_(value)
    return net, loss


COMPILED: dict[str, Any] = {}
"""Nets that torch.compile has seen: its programs go with a module."""


def work(request: dict[str, Any]) -> dict[str, float]:
    """Train a new network; the time is that of all epochs but the first."""
    case = CASES[request["case"]]
    inputs, targets = map(torch.from_numpy, data(case))
    order = None if case.whole else torch.tensor(request["orders"])
    net, loss_function = _made(request["case"], case) if _compiling() else network(case)
    optimizers = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}
    trained = [parameter for parameter in net.parameters() if parameter.requires_grad]
    optimizer = optimizers[case.optimizer](trained, lr=case.lr)
    torch.manual_seed(0)
    losses: list[torch.Tensor] = []
    start = 0.0
    for epoch in range(case.epochs):
        if epoch == 1:
            start = time.perf_counter()
        losses = []
        for batch in range(case.samples // case.batch):
            if order is None:
                x, t = inputs, targets
            else:
                x, t = inputs[order[epoch, batch]], targets[order[epoch, batch]]
            optimizer.zero_grad()
            loss = loss_function(net(x), t)
            loss.backward()
            optimizer.step()
            losses.append(loss.detach())
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "loss": torch.stack(losses).mean().item()}


def _compiling() -> bool:
    return os.environ.get("CONTESTANT") == "compiled"


def _made(name: str, case: Case) -> tuple[Any, Any]:
    """A compiled net, with its initial parameters again."""
    if name not in COMPILED:
        net, loss = network(case)
        COMPILED[name] = net, loss, torch.compile(net), torch.compile(loss)
    net, _, compiled, loss = COMPILED[name]
    net.load_state_dict(network(case)[0].state_dict())
    net.train()
    return compiled, loss


if __name__ == "__main__":
    torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
    serve({"torch": torch.__version__, "python": sys.version.partition(" ")[0]}, work)
