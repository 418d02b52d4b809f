"""Notes 5.4.2: more samples, or variants of those there are, against learning the noise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

import neuropil as npl
from neuropil import data, plot
from neuropil.experiments.harness import (
    Findings,
    NetworkStack,
    Numpy,
    below,
    experiment,
    falls,
    panels,
    rises,
)
from neuropil.plot.colours import BLUE, ORANGE

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FEW, MANY, BLOOD_TEST = (data.blood_sugar(split) for split in ("train", "many", "test"))
LEARNED, DIGITS_TEST = data.digits("train+validation"), data.digits("test")
DOSES = np.linspace(0.0, 0.8, 201, dtype=np.float32)[:, None]
MOVES = data.RandomAffine(degrees=15, translate=(0.06, 0.06))
IMAGES = 30


@experiment("Augmentation: more samples, or variants of those there are", section="5.4.2")
def augmentation(seed: int, quick: bool) -> Findings:
    """300 samples of dose and blood sugar in the place of 6 bring the test loss near the noise's.

    Networks 1-250-250-1 learn them by the same settings from the same weights; the variance of the
    noise, 0.01, is the least that can be expected. Of digits each network (64-32-10) has 30 images:
    turned by up to 15° and shifted by up to half a pixel, anew in each epoch, they teach it to
    read more of the 360 test images, and of these when they are moved themselves, which is what
    it was made invariant to.
    """
    width, count, epochs = (60, 5, 150) if quick else (250, 20, 400)
    errors, nets = {}, {}
    for name, samples in (("6 samples", FEW), ("300 samples", MANY)):
        nets[name] = NetworkStack((1, width, width, 1), count, seed)
        errors[name] = nets[name].learn(samples, BLOOD_TEST, epochs=epochs, lr=5e-3)[-1].test
    readers, steps = (20, 300) if quick else (60, 600)
    still, moved = (accuracies(seed, readers, steps, moves=moves) for moves in (False, True))
    claims = [
        falls("test loss, 300 samples instead of 6", *(e.tolist() for e in errors.values())),
        below("mean test loss with 300 samples", errors["300 samples"].mean(), 0.012),
        rises("share of test digits read", still[0], moved[0]),
        rises("the same of moved test digits", still[1], moved[1]),
    ]
    return claims, {
        "What 6 and what 300 samples teach": _curves(nets),
        "Digits, and the same turned and shifted": _variants(seed),
    }


def accuracies(seed: int, nets: int, steps: int, *, moves: bool) -> list[list[float]]:
    """Shares read of the test digits, and of the moved ones, by networks with images of their own.

    With one seed, they begin with the same weights and images, whether these are moved or not.
    """
    rng = npl.Generator(seed)
    stack = NetworkStack((64, 32, 10), nets, seed)
    chosen = np.stack([rng.permutation(len(LEARNED))[:IMAGES] for _ in range(nets)])
    images, targets = LEARNED.inputs[chosen], LEARNED.targets[chosen]
    wanted = np.eye(10, dtype=np.float32)[targets] / IMAGES
    optimizer = npl.optim.Adam(stack.parameters, lr=0.01)
    for _ in range(steps):
        seen = MOVES(images.reshape(-1, 1, 8, 8), rng) if moves else images
        scores = stack(seen.reshape(nets, IMAGES, 64))
        optimizer.zero_grad()
        npl.sum(-npl.log_softmax(scores) * wanted).backward()
        optimizer.step()
    test = DIGITS_TEST.inputs
    return [_right(stack, x.reshape(-1, 64)) for x in (test, MOVES(test, npl.Generator(seed)))]


def _right(stack: NetworkStack, x: Any) -> list[float]:
    right: Numpy = stack(x).detach().argmax(axis=2) == DIGITS_TEST.targets
    return [float(share) for share in right.mean(axis=1)]


def _curves(nets: dict[str, NetworkStack]) -> Figure:
    figure, axes = panels(2)
    for panel, samples, (name, stack) in zip(axes, (FEW, MANY), nets.items(), strict=True):
        panel.plot(samples.inputs, samples.targets, ".", color=ORANGE)
        panel.plot(DOSES, stack(DOSES).detach()[..., 0].T, linewidth=0.6, color=BLUE)
        panel.set(title=name, xlabel="dose", ylabel="blood sugar")
    return figure


def _variants(seed: int) -> Figure:
    first, rng = DIGITS_TEST.inputs[:8], npl.Generator(seed)
    return plot.image_grid(np.concatenate([first, MOVES(first, rng), MOVES(first, rng)])[:, 0])
