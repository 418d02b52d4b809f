"""Notes 7.1: five patterns of eight bits through three units, and what becomes of a damaged one."""

from __future__ import annotations

from typing import Any

import numpy as np

import neuropil as npl
from neuropil import data, nn, plot
from neuropil.experiments import harness as h
from neuropil.experiments.harness import Claim, Findings, Numpy, experiment
from neuropil.training import wilson_interval

PATTERNS, DAMAGED = data.bit_patterns().targets, data.damaged_bit_pattern().inputs
FLIPPED = np.abs(PATTERNS[:, np.newaxis] - np.eye(8, dtype=np.float32))  # one bit of each damaged


@experiment("Autoencoder: eight bits through three units", section="7.1")
def autoencoder(seed: int, quick: bool) -> Findings:
    """Networks 8-3-8 of logistic units give five patterns back, with weights M of their own or Wᵀ.

    They learn as in the notes, but for a rate of 0.5, from many starts: cross-entropy, all patterns
    in a step, momentum 0.9. Rounded, their codes are five different words of three bits. The
    damaged pattern of the notes comes out nearest to the first; not from every start, so that the
    rate is told. Networks that see bits flipped at random while they learn (denoising) do without
    one bit more often: all eight bits of the pattern come out right.
    """
    starts, steps = (100, 2000) if quick else (500, 5000)
    claims: list[Claim] = []
    figures: dict[str, Any] = {}
    for name, tied in (("untied", False), ("tied, M = Wᵀ", True)):
        nets = Autoencoders(starts, seed, tied=tied).learn(steps)
        code, y = nets(PATTERNS)
        whole = right(y, PATTERNS).all(axis=1)
        words = np.array([len(np.unique(w, axis=0)) == 5 for w in code > 0.5])
        first = np.sum((nets(DAMAGED)[1] - PATTERNS) ** 2, axis=2).argmin(axis=1) == 0
        claims += [
            rate(f"{name}: all 40 bits right", whole, 0.9),
            rate(f"{name}: five different words of three bits", words, 0.9),
            rate(f"{name}: the damaged pattern's output is nearest to the first", first, 0.5),
        ]
        best = int(np.argmax(whole & words))
        images = np.stack([PATTERNS, np.pad(code[best], ((0, 0), (0, 5))), y[best]])
        figures[f"Patterns, codes and outputs, {name}"] = plot.image_grid(images)
    some = max(starts // 10, 20)
    without, with_it = (
        np.mean([right(nets(FLIPPED[i])[1], PATTERNS[i]) for i in range(5)], axis=(0, 2))
        for nets in (Autoencoders(some, seed).learn(steps, flips=p) for p in (0.0, 0.1))
    )
    return [*claims, h.rises("share of patterns repaired, denoising", without, with_it)], figures


class Autoencoders:
    """Networks 8-3-8 that learn side by side, each by its own loss."""

    def __init__(self, count: int, seed: int, *, tied: bool = False) -> None:
        self.rng = npl.Generator(seed)
        shapes = [((3, 8), 8), ((1, 3), 8), ((1, 8), 3), ((8, 3), 3)]  # of W, b, c, M; and fan-in
        drawn = [
            npl.Variable(nn.init.uniform((count, *shape), -(n**-0.5), n**-0.5, rng=self.rng))
            for shape, n in shapes
        ]
        self.parameters, self.tied = drawn[:3] if tied else drawn, tied

    def logits(self, x: Any) -> tuple[Any, Any]:
        """Codes, and the logits of the outputs."""
        w, b, c = self.parameters[:3]
        code = npl.sigmoid(x @ w.mT + b)
        return code, code @ (w if self.tied else self.parameters[3].mT) + c

    def __call__(self, x: Numpy) -> tuple[Numpy, Numpy]:
        """Codes and outputs."""
        code, z = self.logits(x)
        return code.detach(), npl.sigmoid(z).detach()

    def learn(self, steps: int, *, flips: float = 0.0) -> Autoencoders:
        """All patterns in every step, each bit the other one with probability ``flips``."""
        optimizer = npl.optim.SGD(self.parameters, lr=0.5, momentum=0.9)
        noise = nn.BitFlip(flips, rng=self.rng)
        x = np.broadcast_to(PATTERNS, (len(self.parameters[0].value), *PATTERNS.shape))
        for _ in range(steps):
            _, z = self.logits(noise(x))
            optimizer.zero_grad()
            npl.sum(npl.mean(npl.softplus(z) - PATTERNS * z, axis=(1, 2))).backward()
            optimizer.step()
        return self


def right(y: Numpy, targets: Numpy) -> Any:
    """Which outputs of each network have all eight bits right."""
    return np.all((y > 0.5) == (targets > 0.5), axis=2)


def rate(name: str, held: Any, bound: float) -> Claim:
    """Claim that the lower end of the interval of a share of all starts is above a bound."""
    low, high = wilson_interval(int(held.sum()), len(held))
    expected = f"of {len(held)} starts a share whose 95 % interval is above {bound:g}"
    return Claim(name, expected, [float(held.mean()), low, high], None, low > bound)
