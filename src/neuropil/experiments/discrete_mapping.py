"""Notes 5.1.2 and 5.1.3: a classifier of three noisy classes, in the notes' own steps."""

from __future__ import annotations

from typing import Any

import numpy as np

import neuropil as npl
from neuropil import nn, optim, training
from neuropil.data import DiscreteMapping
from neuropil.experiments import harness as h
from neuropil.experiments.harness import above, agree, below, close, equal
from neuropil.plot.colours import BLUE, ORANGE

SAMPLES, BOUND = DiscreteMapping.from_notes(), 0.05
SHAPES = [(10, 6), (5, 10), (5,), (3, 5), (3,)]  # as 5.1.3 prints them


@h.experiment("A noisy discrete mapping learned", section="5.1.2, 5.1.3")
def discrete_mapping(seed: int, quick: bool) -> h.Findings:
    """Networks 6-10-5-3 tell three noisy classes in six dimensions apart after 200 epochs.

    The notes write a network as a Sequential with ReLU and as a Module with logistic layers, and
    the descent by hand; Sequential and Module, by hand and by ``optim.SGD(lr=1)``, agree to the
    bit. The loss begins near ln 3 = 1.1, that of knowing nothing. The notes show one training, of
    which 200 epochs bring it below 0.05. That is not met from every start, only from most: some
    ReLU networks never learn to tell all classes apart, some logistic ones take up to 300 epochs.
    """
    seeds = [100 * seed + i for i in range(10 if quick else 30)]
    relu = np.array([descend(with_relu(s), 200) for s in seeds])
    logistic = np.array([descend(Logistic(s), 300) for s in seeds])
    by_hand = descend(with_relu(seeds[0]), 200, by_hand=True)
    chain = descend(nn.Sequential(*Logistic(seeds[0]).layers), 300, by_hand=True)
    shapes = [p.shape for p in Logistic(seed).parameters()]
    both = np.stack([relu, logistic[:, :201]])
    starts, medians = both[..., 0].mean(axis=1), np.median(both[..., 200], axis=1)
    share, _ = training.wilson_interval(int(np.sum(both[..., 200] < BOUND)), 2 * len(seeds))
    claims = [
        equal("parameters of the notes' Module", shapes, SHAPES),
        close("mean losses at the start, ReLU and logistic", starts, [1.1, 1.1], tolerance=0.1),
        agree("losses of a Sequential, by hand and by SGD", by_hand, relu[0], tolerance=0.0),
        agree("of a Sequential by hand, a Module by SGD", chain, logistic[0], tolerance=0.0),
        below("larger of the median losses after 200 epochs", medians.max(), BOUND),
        above("share below 0.05 then: 95 % interval from", share, 0.5),
        below("largest loss of logistic networks after 300", logistic[:, 300].max(), BOUND),
    ]
    return claims, {"Two of six components, and losses from many starts": _figure(relu, logistic)}


def with_relu(seed: int) -> nn.Sequential:
    """The notes' first network."""
    rng = npl.Generator(seed)
    a, b, c = (nn.Linear(*sizes, rng=rng) for sizes in ((6, 10), (10, 5), (5, 3)))
    return nn.Sequential(a, nn.ReLU(), b, nn.ReLU(), c, nn.LogSoftmax(dim=1))


class Logistic(nn.Module):
    """The notes' ``mynet``, whose first layer has no bias."""

    def __init__(self, seed: int) -> None:
        rng = npl.Generator(seed)
        a, b = nn.Linear(6, 10, bias=False, rng=rng), nn.Linear(10, 5, rng=rng)
        c = nn.Linear(5, 3, rng=rng)
        self.layers = nn.ModuleList([a, nn.Sigmoid(), b, nn.Sigmoid(), c, nn.LogSoftmax(dim=1)])

    def forward(self, x: Any) -> Any:  # noqa: D102
        for layer in self.layers:
            x = layer(x)
        return x


def descend(net: nn.Module, epochs: int, *, by_hand: bool = False) -> Any:
    """Losses from before the first step to after the last, at a learning rate of 1."""
    loss, optimizer = nn.NLLLoss(), optim.SGD(net.parameters(), lr=1.0)
    losses = []
    for _ in range(epochs + 1):
        error = loss(net(SAMPLES.inputs()), SAMPLES.classes())
        losses.append(error.item())
        net.zero_grad()
        error.backward()
        if by_hand:
            for p in net.parameters():
                p.value = p.value - 1.0 * p.grad
        else:
            optimizer.step()
    return np.array(losses)


def _figure(relu: Any, logistic: Any) -> Any:
    figure, (plane, curves) = h.panels(2)
    SAMPLES.plot(on=plane)
    for losses, colour, name in ((relu, BLUE, "ReLU"), (logistic, ORANGE, "logistic")):
        curves.plot(losses.T, color=colour, lw=0.6, alpha=0.4)
        curves.plot(np.median(losses, axis=0), color=colour, lw=2.0, label=f"{name}, median")
    plane.set(xlabel="component 1", ylabel="component 2")
    curves.set(xlabel="epoch", ylabel="loss", yscale="log")
    curves.legend(frameon=False)
    return figure
