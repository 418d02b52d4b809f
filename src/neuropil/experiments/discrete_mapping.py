"""Notes 5.1.2 and 5.1.3: a classifier of three noisy classes, in the notes' own steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

import neuropil as npl
from neuropil import nn, optim
from neuropil.data import DiscreteMapping
from neuropil.experiments.harness import Findings, agree, below, close, equal, experiment, panels
from neuropil.plot.colours import BLUE, ORANGE

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SAMPLES, BOUND = DiscreteMapping.from_notes(), 0.05
SHAPES = [(10, 6), (5, 10), (5,), (3, 5), (3,)]  # as 5.1.3 prints them


@experiment("A noisy discrete mapping learned", section="5.1.2, 5.1.3")
def discrete_mapping(seed: int, quick: bool) -> Findings:
    """Networks 6-10-5-3 tell three noisy classes in six dimensions apart after 200 epochs.

    The notes write a network as a Sequential with ReLU and as a Module with logistic layers, and
    the descent by hand; Sequential and Module, by hand and by ``optim.SGD(lr=1)``, agree to the
    bit. The loss begins near ln 3 = 1.1, that of knowing nothing, and the typical network of each
    kind is below 0.05 after 200 epochs. A few ReLU networks never learn: their share is reported.
    """
    seeds = [100 * seed + i for i in range(6 if quick else 30)]
    relu = np.array([descend(with_relu(s), 200) for s in seeds])
    logistic = np.array([descend(Logistic(s), 300) for s in seeds])
    by_hand = descend(with_relu(seeds[0]), 200, by_hand=True)
    chain = descend(nn.Sequential(*Logistic(seeds[0]).layers), 300, by_hand=True)
    shapes = [p.shape for p in Logistic(seed).parameters()]
    starts = relu[:, 0].mean(), logistic[:, 0].mean()
    claims = [
        equal("parameters of the notes' Module", shapes, SHAPES),
        close("mean losses at the start, ReLU and logistic", starts, [1.1, 1.1], tolerance=0.1),
        agree("losses of a Sequential, by hand and by SGD", by_hand, relu[0], tolerance=0.0),
        agree("of a Sequential by hand, a Module by SGD", chain, logistic[0], tolerance=0.0),
        below("median loss of ReLU networks after 200 epochs", np.median(relu[:, 200]), BOUND),
        below("share of them that stays above it", np.mean(relu[:, 200] >= BOUND), 0.5),
        below("median loss of logistic networks", np.median(logistic[:, 200]), BOUND),
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


def _figure(relu: Any, logistic: Any) -> Figure:
    figure, (plane, curves) = panels(2)
    SAMPLES.plot(on=plane)
    for losses, colour, name in ((relu, BLUE, "ReLU"), (logistic, ORANGE, "logistic")):
        curves.plot(losses.T, color=colour, lw=0.6, alpha=0.4)
        curves.plot(np.median(losses, axis=0), color=colour, lw=2.0, label=f"{name}, median")
    plane.set(xlabel="component 1", ylabel="component 2")
    curves.set(xlabel="epoch", ylabel="loss", yscale="log")
    curves.legend(frameon=False)
    return figure
