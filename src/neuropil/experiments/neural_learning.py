"""Notes 4.2.2 and 4.2.3: a network learns by automatic differentiation of its loss."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

import neuropil as npl
from neuropil import nn
from neuropil.experiments.harness import Claim, Findings, Numpy, agree, below, experiment, panels
from neuropil.plot.colours import BLUE, ORANGE

if TYPE_CHECKING:
    from matplotlib.figure import Figure

KAPPA = 4.0
COST = nn.HalfSquaredError()


@experiment("Neural learning with automatic differentiation", section="4.2.2, 4.2.3")
def neural_learning(seed: int, quick: bool) -> Findings:
    """Algorithm 2 on the notes' small network: weights, logistic function, cost ½‖y − T‖².

    A teacher of the same form makes the targets, so that the least loss is 0. The derivatives of
    a matrix sum and a matrix product, on which all of it rests, are checked by themselves.
    """
    rng = npl.Generator(seed)
    x = rng.normal((40, 4), dtype=np.float64)
    teacher, net, twin = (network(rng) for _ in range(3))
    twin.load_state_dict(net.state_dict())
    targets = teacher(x).detach()
    optimizer = npl.optim.SGD(twin.parameters(), lr=KAPPA)
    gradient = gradient_claim(net, x, targets)
    losses, twin_losses = [], []
    for _ in range(800 if quick else 2000):
        losses.append(algorithm_2(net, x, targets))
        optimizer.zero_grad()
        loss = COST(twin(x), targets)
        loss.backward()
        optimizer.step()
        twin_losses.append(loss.item())
    found, wanted = net.state_dict(), teacher.state_dict()
    apart = max(float(np.max(np.abs(found[name] - wanted[name]))) for name in wanted)
    falling = np.array([loss for loss in losses if loss > 1e-24])  # rounding rules below that
    claims = [
        *matrix_claims(rng),
        gradient,
        below("largest change of the loss in an epoch", np.diff(falling).max(), 0.0),
        below("last loss / first loss", losses[-1] / losses[0], 1e-6),
        below("distance of the farthest weight from the teacher's", apart, 0.01),
        agree("loss of each epoch by optim.SGD, to the bit", twin_losses, losses, tolerance=0.0),
    ]
    return claims, {"The loss, and the outputs learned": _figure(losses, net(x).detach(), targets)}


def network(rng: npl.Generator) -> nn.Sequential:
    """The notes' sequence of operations, y = σ(x Wᵀ + b), with 4 inputs and 2 outputs."""
    return nn.Sequential(nn.Linear(4, 2, dtype=np.float64, rng=rng), nn.Sigmoid())


def algorithm_2(net: nn.Module, x: Numpy, targets: Numpy) -> float:
    """One epoch: forward pass, backward pass, θ ← θ − κ ∇θ. Returns the loss before it."""
    loss = COST(net(x), targets)
    loss.zero_grad()
    loss.backward()
    for theta in net.parameters():
        theta.value = theta.value - KAPPA * theta.grad
    return float(loss.item())


def gradient_claim(net: nn.Module, x: Numpy, targets: Numpy) -> Claim:
    """The gradient of the whole network, as the chain rule gives it."""
    y, weight = net(x), next(net.parameters())
    delta = (y.value - targets) * y.value * (1.0 - y.value) / len(x)
    (found,) = npl.gradients(COST(y, targets), [weight])
    return agree("∇W = [(y − T) ⊙ y(1 − y)]ᵀ x / N", found, delta.T @ x, tolerance=1e-14)


def matrix_claims(rng: npl.Generator) -> list[Claim]:
    """4.2.3: for y = A + B both gradients are s; for y = AB they are s Bᵀ and Aᵀ s."""
    a, b, s = (rng.normal(shape, dtype=np.float64) for shape in ((5, 3), (3, 4), (5, 4)))
    (product_a, product_b), total = npl.vjp(npl.matmul, a, b)[1](s), npl.vjp(npl.add, a, a)[1](a)
    return [
        agree("product: ∇A = s Bᵀ", product_a, s @ b.T, tolerance=1e-15),
        agree("product: ∇B = Aᵀ s", product_b, a.T @ s, tolerance=1e-15),
        agree("sum: ∇A = ∇B = s", total, (a, a), tolerance=0.0),
    ]


def _figure(losses: list[float], outputs: Numpy, targets: Numpy) -> Figure:
    figure, (curve, scatter) = panels(2, width=4.0)
    curve.loglog(range(1, len(losses) + 1), losses, color=BLUE)
    curve.set(xlabel="epoch", ylabel="loss")
    scatter.plot([0, 1], [0, 1], color="#000000", lw=0.6)
    scatter.plot(targets, outputs, "o", ms=4, color=ORANGE)
    scatter.set(xlabel="target", ylabel="output", aspect="equal")
    return figure
