"""ECE 417 Lecture 17, example 1: an arbitrary region, told by two layers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

import neuropil as npl
from neuropil import data, nn, plot
from neuropil.experiments.harness import Findings, above, equal, experiment, panels, rises, true

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SAMPLES, OTHERS = data.notched_hexagon(400), data.notched_hexagon(5000, rng=1)
GRID = np.linspace(-1.5, 1.5, 81, dtype=np.float32)
PLANE = np.stack(np.meshgrid(GRID, GRID), axis=-1)


@experiment("An arbitrary region, told by two layers", section="Lecture 17 Ex. 1")
def two_layer_classifier(seed: int, quick: bool) -> Findings:
    """A tanh layer and a threshold, u(b₂ + w₂·tanh(b₁ + W₁x)), tell red points from blue.

    Red (orange in the figures) is a hexagon without a wedge. By hand, each hidden neuron draws a
    line, 6 along the sides and 2 along the wedge, and the output asks for all sides and an edge
    of the two. A threshold has no derivative to learn by: σ stands in for it in training. From
    random weights the same network learns all but a rim of the region; one neuron does not.
    """
    sharp, steps = by_hand(slope=50.0), 800 if quick else 1500
    lines = np.abs(sharp[0](OTHERS.inputs).detach()).min(axis=1)  # 50 distances from the nearest
    clear = lines > np.log(4 * 26) / 2  # there 26 tanhs add up to within ½ of 26 signs
    shares = [np.mean(right(by_hand(slope))) for slope in (1.0, 3.0, 10.0, 100.0)]
    npl.sum(npl.heaviside(sharp(SAMPLES.inputs))).backward()
    steepest = max(np.max(np.abs(p.grad)) for p in sharp.parameters())
    rngs = [npl.Generator(1000 * seed + i) for i in range(5 if quick else 20)]
    nets = [trained(layers(rng), steps) for rng in rngs]
    single = [trained(nn.Sequential(nn.Linear(2, 1, rng=rng)), steps) for rng in rngs]
    learned, linear = ([right(net).mean() for net in kind] for kind in (nets, single))
    claims = [
        equal("by hand: share right away from the lines", right(sharp)[clear].mean(), 1.0),
        true("the steeper the tanh, the more is right", np.all(np.diff(shares) > 0)),
        equal("largest derivative through the threshold", steepest, 0.0),
        above("mean share right of trained networks", np.mean(learned), 0.95),
        rises("share right, from one neuron to two layers", linear, learned),
    ]
    return claims, {
        "A hidden neuron's excitation and activation, the output's": _stages(by_hand(slope=10.0)),
        "By hand": _regions(sharp),
        "Trained": _regions(nets[0]),
    }


def layers(rng: npl.Generator) -> nn.Sequential:
    """Two inputs, a tanh neuron for each line, an output."""
    return nn.Sequential(nn.Linear(2, 8, rng=rng), nn.Tanh(), nn.Linear(8, 1, rng=rng))


def by_hand(slope: float) -> nn.Sequential:
    """±1 for each line: sides count 4 and edges 1, so all sides and an edge exceed 4 · 6 − 1."""
    angles = np.pi * np.array([*np.arange(6) / 3 + 1, 3 / 4, -3 / 4])  # in which lines answer 1
    counts, net = np.repeat([4.0, 1.0], [6, 2]), layers(npl.Generator(0))
    net[0].weight.value[:] = slope * np.column_stack([np.cos(angles), np.sin(angles)])
    net[0].bias.value[:] = slope * (counts > 1.0)
    net[2].weight.value[:] = counts
    net[2].bias.value[:] = 1.0 - 4.0 * 6.0
    return net


def trained(net: nn.Sequential, steps: int) -> nn.Sequential:
    """The network after steps of Adam on all samples."""
    loss, optimizer = nn.BCEWithLogitsLoss(), npl.optim.Adam(net.parameters(), lr=0.05)
    for _ in range(steps):
        optimizer.zero_grad()
        loss(net(SAMPLES.inputs), SAMPLES.targets).backward()
        optimizer.step()
    return net


def right(net: nn.Sequential) -> Any:
    """Of which other points the network tells the colour rightly."""
    return (net(OTHERS.inputs).detach() > 0.0) == (OTHERS.targets > 0.0)


def _regions(net: nn.Sequential) -> Figure:
    told, labels = net(PLANE).detach()[..., 0] > 0.0, SAMPLES.targets[:, 0].astype(int)
    return plot.decision_boundary(GRID, GRID, told.astype(float), SAMPLES.inputs, labels)


def _stages(net: nn.Sequential) -> Figure:
    z1, z2 = net[0](PLANE).detach()[..., -1], net(PLANE).detach()[..., 0]
    stages = {"$z_{1,8}$": z1, "$a_{1,8}$": np.tanh(z1), "$z_2$": z2, "$a_2$": z2 > 0.0}
    figure, axes = panels(4, width=2.6, height=2.4)
    for place, (name, values) in zip(axes, stages.items(), strict=True):
        image = place.pcolormesh(GRID, GRID, values, rasterized=True)
        figure.colorbar(image, ax=place)
        place.set(title=name, aspect="equal")
    return figure
