"""Notes 5.4.1: a term for large weights in the loss keeps a network from learning the noise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from neuropil import data, nn, optim
from neuropil.experiments.harness import (
    Claim,
    Findings,
    NetworkStack,
    Numpy,
    above,
    agree,
    experiment,
    falls,
    panels,
    rises,
)
from neuropil.plot.colours import BLUE, ORANGE

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FEW, TEST = data.blood_sugar("train"), data.blood_sugar("test")
DOSES = np.linspace(0.0, 0.8, 201, dtype=np.float32)[:, None]
PENALTIES = {"none": None, "L2": optim.L2(3e-3), "L1": optim.L1(1e-3)}


@experiment("Weight decay", section="5.4.1")
def weight_decay(seed: int, quick: bool) -> Findings:
    """½λ‖θ‖² in the loss makes weights smaller and the test loss of an overfitting network lower.

    Networks learn six samples of dose and blood sugar from the same initial weights, with λ = 0.003
    and without. One step of descent on the loss with the term is the notes' update with a decay.
    λ‖θ‖₁ leaves few weights that are not nearly 0 (here: below 1 % of the largest in their layer).
    """
    width, count, epochs = (120, 5, 700) if quick else (250, 20, 2000)
    nets, errors = {}, {}
    for name, penalty in PENALTIES.items():
        nets[name] = NetworkStack((1, width, width, 1), count, seed)
        records = nets[name].learn(FEW, TEST, epochs=epochs, lr=5e-3, penalty=penalty)
        errors[name] = records[-1].test.tolist()
    norms = {name: net.squared_norms() for name, net in nets.items()}
    small = {name: _share_near_zero(net).tolist() for name, net in nets.items()}
    claims = [
        *_one_step(seed),
        falls("test loss", errors["none"], errors["L2"]),
        falls("‖θ‖²", norms["none"], norms["L2"]),
        above("‖θ‖² without by with it, smallest", (norms["none"] / norms["L2"]).min(), 10.0),
        rises("share of weights near 0, with L1", small["none"], small["L1"]),
        rises("the same, from L2 to L1", small["L2"], small["L1"]),
        falls("test loss with L1", errors["none"], errors["L1"]),
    ]
    return claims, {"What they learned": _curves(nets)}


def _one_step(seed: int) -> list[Claim]:
    """The notes' update θ − κ∇E − (λκ)θ by the term in the loss, and by the optimizer."""
    net, decay, rate = nn.Linear(1, 1, rng=seed), 0.1, 0.05
    start = np.array([net.weight.item(), net.bias.item()])

    def updated(own: float, term: float) -> Numpy:
        net.weight.value[:], net.bias.value[:] = start
        sgd = optim.SGD(net.parameters(), lr=rate, weight_decay=own)
        sgd.zero_grad()
        loss = nn.MSELoss()(net(FEW.inputs), FEW.targets)
        (loss + optim.L2(term)(net.parameters())).backward()
        sgd.step()
        return np.array([net.weight.item(), net.bias.item()])

    notes = updated(0.0, 0.0) - decay * rate * start
    return [  # float32: a few roundings
        agree("one step with the term in the loss", updated(0.0, decay), notes, tolerance=1e-6),
        agree("one step with the optimizer's decay", updated(decay, 0.0), notes, tolerance=1e-6),
    ]


def _share_near_zero(nets: NetworkStack) -> Numpy:
    """Of each network's weights, the share below 1 % of the largest in their layer."""
    small = [
        np.abs(w.value) < 0.01 * np.abs(w.value).max(axis=(1, 2), keepdims=True)
        for w, _ in nets.layers
    ]
    shares: Numpy = np.concatenate([s.reshape(len(s), -1) for s in small], axis=1).mean(axis=1)
    return shares


def _curves(nets: dict[str, NetworkStack]) -> Figure:
    figure, axes = panels(len(nets))
    for panel, (name, stack) in zip(axes, nets.items(), strict=True):
        panel.plot(DOSES, stack(DOSES).detach()[..., 0].T, linewidth=0.6, color=BLUE)
        panel.plot(FEW.inputs, FEW.targets, "o", color=ORANGE)
        panel.set(title=f"penalty: {name}", xlabel="dose", ylabel="blood sugar")
    return figure
